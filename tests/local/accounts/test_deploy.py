"""The tiny app on two emulated accounts, deployed by the command that a person types, with the real CDK."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts import emulator
from local.accounts.inspect import endpoint, functions, stacks
from local.infra import cdk_cli
from tests.local.accounts.tiny import Deployed, deploy, run

pytestmark = pytest.mark.slow


def untimed(printed: str) -> list[str]:
    """The lines without their times, sorted: the accounts are deployed at the same time."""
    return sorted(re.sub(r" \d+\.\d s", " N s", line) for line in printed.splitlines() if "(tests/" not in line)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "accounts.json"
    emulator.stop(tmp_path / "accounts.json")


def test_each_stack_of_each_account_is_told_as_it_is_done(deployed: Deployed):
    assert untimed(deployed.printed) == [
        "Recorded here, but without effect; proven on the templates:",
        "[dev] bootstrapped N s",
        "[dev] registry ... ok N s",
        "[dev] serving ... ok N s",
        "[prod] bootstrapped N s",
        "[prod] registry ... ok N s",
        "[prod] serving ... ok N s",
        "dev (111122223333, eu-central-1): 2 stacks in N s, 2 changed",
        "prod (444455556666, eu-central-1): 2 stacks in N s, 2 changed",
    ]


def test_a_second_deployment_finds_no_differences(deployed: Deployed):
    again = deploy(deployed.assembly, deployed.state)
    assert (again.returncode, again.stderr) == (0, "")
    assert untimed(again.stdout) == [
        "Recorded here, but without effect; proven on the templates:",
        "[dev] registry ... no differences N s",
        "[dev] serving ... no differences N s",
        "[prod] registry ... no differences N s",
        "[prod] serving ... no differences N s",
        "dev (111122223333, eu-central-1): 2 stacks in N s, 0 changed",
        "prod (444455556666, eu-central-1): 2 stacks in N s, 0 changed",
    ]


def test_the_first_deployment_needs_no_model(deployed: Deployed):
    account = deployed.account("dev")
    assert [(stack.name, stack.status) for stack in stacks.stacks(account)] == [
        ("tiny-dev-registry", "CREATE_COMPLETE"),
        ("tiny-dev-serving", "CREATE_COMPLETE"),
    ]
    assert endpoint.endpoint(account, "tiny-dev") is None


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_account_holds_its_own_environment_and_nothing_of_the_other(deployed: Deployed, environment: str):
    account = deployed.account(environment)
    assert account.client("sts").get_caller_identity()["Account"] == account.account
    assert [function.name for function in functions.functions(account)] == [f"tiny-{environment}-classify"]


def test_a_stack_that_fails_is_named_with_its_reason(tiny: Path, state: Path, tmp_path: Path):
    broken = shutil.copytree(tiny, tmp_path / "broken")
    (template_file,) = broken.glob("assembly-dev/*serving*.template.json")
    template = json.loads(template_file.read_text(encoding="utf-8"))
    template["Resources"]["Policy"] = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": "none", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    }
    template_file.write_text(json.dumps(template), encoding="utf-8")
    done = deploy(broken, state, "--env", "dev")
    assert done.returncode == 2
    assert "tiny-dev-serving failed" in done.stderr
    assert "The specified bucket does not exist" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_environment_that_the_assembly_lacks_is_named(tiny: Path, state: Path):
    done = deploy(tiny, state, "--env", "test")
    assert (done.returncode, done.stderr) == (2, f"{tiny} holds no environment 'test'; it holds: dev, prod.\n")
    assert emulator.url(state) is None


def test_destroying_is_refused_while_a_stack_is_protected_and_leaves_nothing_afterwards(tiny: Path, state: Path):
    done = deploy(tiny, state, "--env", "dev")
    assert (done.returncode, done.stderr) == (0, "")
    account = Deployed(state, tiny, done.stdout).account("dev")
    destroy = ["destroy", "dev/*", "--app", str(tiny), "--force"]
    environment = account.environment(cdk_home=state.parent)
    status, output = cdk_cli.run(destroy, environment=environment)
    assert status != 0
    assert "TerminationProtection" in output
    account.client("cloudformation").update_termination_protection(
        StackName="tiny-dev-registry", EnableTerminationProtection=False
    )
    status, output = cdk_cli.run(destroy, environment=environment)
    assert status == 0, output
    assert stacks.stacks(account) == ()
    assert left(account) == {name: [] for name in left(account)}


def left(account) -> dict[str, list]:
    return {
        "functions": account.client("lambda").list_functions()["Functions"],
        "APIs": account.client("apigateway").get_rest_apis()["items"],
        "keys": account.client("apigateway").get_api_keys()["items"],
        "usage plans": account.client("apigateway").get_usage_plans()["items"],
        "queues": account.client("sqs").list_queues().get("QueueUrls", []),
        "rules": account.client("events").list_rules()["Rules"],
        "pipelines": account.client("sagemaker").list_pipelines()["PipelineSummaries"],
        "package groups": account.client("sagemaker").list_model_package_groups()["ModelPackageGroupSummaryList"],
        "parameters": [
            parameter["Name"]
            for parameter in account.client("ssm").describe_parameters()["Parameters"]
            if not parameter["Name"].startswith("/cdk-bootstrap/")
        ],
    }


def test_the_emulator_is_found_again_and_ended_by_its_state(state: Path):
    first = emulator.start(state)
    assert emulator.start(state) == first
    assert emulator.stop(state)
    assert emulator.url(state) is None
    assert not emulator.stop(state)


def test_without_synthesized_templates_the_command_says_how_to_make_them(tmp_path: Path, state: Path):
    done = run("local.accounts.deploy", "--assembly", str(tmp_path / "none"), "--state", str(state))
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'none'} holds no synthesized templates: make it with `make synth`.\n"
