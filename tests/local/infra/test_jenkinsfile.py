"""The Jenkinsfile does nothing but what can be done by hand: targets and modules that exist, in the right account."""

import importlib.util
import re
from pathlib import Path

from local.infra.ci import ENVIRONMENTS

ROOT = Path(__file__).parents[3]
JENKINSFILE = (ROOT / "Jenkinsfile").read_text(encoding="utf-8")
COMMANDS = re.findall(r"sh(?:\(.*script:)? '([^']+)'", JENKINSFILE)


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, flags=re.MULTILINE))


def stages() -> dict[str, str]:
    """Each stage's name, and its text."""
    _, *parts = re.split(r"^ {8}stage\('([^']+)'\)", JENKINSFILE, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_it_calls_targets_of_the_makefile_alone():
    called = {target for line in COMMANDS for target in re.findall(r"\bmake (?:--\S+ )*([a-z-]+)", line)}
    assert called == {"lint", "test", "synth", "cost", "setup", "deploy", "start-pipeline"}
    assert called - targets() == set()


def test_it_runs_modules_that_exist():
    modules = set(re.findall(r"-m (\S+)", " ".join(COMMANDS)))
    assert modules == {"local.infra.ci", "local.infra.diff"}
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


def test_each_branch_deploys_its_own_environment_and_then_trains_there():
    deploying = {
        branch: [line.partition(" -- ")[2] for line in COMMANDS if f"--branch {branch} " in line]
        for branch in ENVIRONMENTS
    }
    assert deploying == {
        branch: [f"make deploy ENV={environment} YES=1", f"make start-pipeline ENV={environment}"]
        for branch, environment in ENVIRONMENTS.items()
    }
    assert {line for line in COMMANDS if "deploy" in line or "start-pipeline" in line} == {
        line for line in COMMANDS if "local.infra.ci" in line
    }


def test_a_stage_that_deploys_runs_on_its_branch_alone():
    text = stages()
    assert list(text) == ["Check", "Show changes", "Deploy dev", "Approve prod", "Deploy prod"]
    conditions = {name: re.findall(r"branch '(\w+)'|(changeRequest)\(\)", body) for name, body in text.items()}
    assert conditions == {
        "Check": [],
        "Show changes": [("", "changeRequest")],
        "Deploy dev": [("develop", "")],
        "Approve prod": [("main", "")],
        "Deploy prod": [("main", "")],
    }


def test_a_person_approves_before_prod_and_no_agent_waits_for_them():
    approval = stages()["Approve prod"]
    assert "input {" in approval
    assert "submitter 'mailroom-release'" in approval
    assert "agent" not in re.sub(r"//.*", "", approval)


def test_every_stage_ends_by_itself():
    assert [name for name, body in stages().items() if "timeout(" not in body] == []


def test_deployments_of_an_environment_take_turns_and_a_waiting_approval_holds_up_no_other_build():
    locks = {name: re.findall(r"lock\(resource: '([\w-]+)'", body) for name, body in stages().items()}
    assert {name: found for name, found in locks.items() if found} == {
        "Deploy dev": ["mailroom-dev"],
        "Deploy prod": ["mailroom-prod"],
    }
    assert [name for name, found in locks.items() if found and "beforeOptions true" not in stages()[name]] == []
    assert "disableConcurrentBuilds" not in JENKINSFILE


def test_no_deployment_follows_that_of_a_newer_commit():
    milestones = {name: re.findall(r"milestone ordinal: (\d)", body) for name, body in stages().items()}
    assert milestones == {
        "Check": ["1"],
        "Show changes": [],
        "Deploy dev": ["2"],
        "Approve prod": [],
        "Deploy prod": ["2"],
    }
    for name in ("Deploy dev", "Deploy prod"):
        body = stages()[name]
        assert body.index("milestone") < body.index("local.infra.ci")


def test_it_holds_no_account_role_or_credential():
    assert re.findall(r"\b\d{12}\b|arn:|AWS_\w+|withCredentials", JENKINSFILE) == []
