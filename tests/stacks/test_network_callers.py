"""The network has an endpoint for every service that something inside calls, and for no other."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.constructs.private_network import INTERFACE_SERVICES
from tests.support.construct_paths import Synthesized, synthesized
from tests.support.network_callers import roles_inside, services_of
from tests.support.templates import ROOT, Assembly

JOBS = ("Prepare", "Train", "Evaluate", "Gate", "Track")
# The role's place in the construct tree, and what the network calls the thing that has it.
COMPONENTS = {
    "api/ClassifyRole": "classify",
    "api/FeedbackRole": "feedback",
    "inference/Classifier/Role": "endpoint",
    "orchestration/Airflow/Role": "Airflow",
    "studio/Role": "Studio",
    **{f"training/Training/Jobs/{job}": "training jobs" for job in JOBS},
}
# What only one step of the pipeline calls is named after the step.
STEPS = {
    ("training/Training/Jobs/Prepare", "sagemaker.api"): "prepare step",
    ("training/Training/Jobs/Track", "aws.sagemaker.REGION.experiments"): "tracking step",
}
NEEDS_NO_RIGHT = {
    # https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-vpe-create-access.html
    ("airflow.api", "Airflow"),
    ("airflow.ops", "Airflow"),
    # Asked for by Airflow's image before anything of ours runs; a queue of its own account of AWS's.
    ("sts", "Airflow"),
    # No DAG of ours puts events; the way is open for those that tell other systems of a run.
    ("events", "Airflow"),
    # https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html: Studio does not open
    # without the SageMaker runtime; the role itself may invoke nothing. GetCallerIdentity is everybody's.
    ("aws.sagemaker.REGION.studio", "Studio"),
    ("sagemaker.runtime", "Studio"),
    ("sts", "Studio"),
}
CLIENTS = {"sagemaker": "sagemaker.api", "sagemaker-runtime": "sagemaker.runtime"}
THROUGH_GATEWAYS = {"s3", "dynamodb"}


@pytest.fixture(scope="module")
def inside(assembly: Assembly) -> dict[str, tuple[Synthesized, str]]:
    """The roles of all that runs in the network, in whichever stage; stack and logical id by place."""
    stacks = synthesized(assembly.folder)
    places = {place for stack in stacks.values() for place in roles_inside(stack)}
    return {
        place: (stack, logical_id)
        for stack in stacks.values()
        for logical_id, place in stack.paths.items()
        if place in places and logical_id in stack.template["Resources"]
    }


def test_whatever_runs_inside_is_known_here(inside: Mapping[str, object]):
    assert set(inside) == set(COMPONENTS)


def test_endpoints_and_their_callers_are_those_of_the_roles_inside(inside: Mapping[str, tuple[Synthesized, str]]):
    called = {
        (service, STEPS.get((place, service), COMPONENTS[place]))
        for place, (stack, logical_id) in inside.items()
        for service in services_of(stack.template["Resources"][logical_id])
    }
    # Whatever a right already says is no exception.
    assert called & NEEDS_NO_RIGHT == set()
    declared = {(service, component) for service, components in INTERFACE_SERVICES.items() for component in components}
    assert called | NEEDS_NO_RIGHT == declared


@pytest.mark.parametrize(("folder", "component"), [("lambda/classify", "classify"), ("lambda/feedback", "feedback")])
def test_each_client_that_a_functions_code_opens_has_its_endpoint(folder: str, component: str):
    for client in _clients(ROOT / folder) - THROUGH_GATEWAYS:
        assert component in INTERFACE_SERVICES[CLIENTS[client]]


def test_each_client_that_a_dag_opens_has_its_endpoint():
    for client in _clients(ROOT / "dags") - THROUGH_GATEWAYS:
        assert "Airflow" in INTERFACE_SERVICES[CLIENTS[client]]


def _clients(folder: Path) -> set[str]:
    """The services named in calls of ``client("...")``."""
    found = {
        node.args[0].value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert found
    return found
