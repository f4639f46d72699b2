"""The Jenkinsfile does nothing but what can be done by hand: targets that exist, in the right account, after whom."""

import re
from pathlib import Path

from local.infra.ci import ENVIRONMENTS
from local.infra.diff import report

ROOT = Path(__file__).parents[3]
JENKINSFILE = (ROOT / "Jenkinsfile").read_text(encoding="utf-8")
CODE = re.sub(r"//(?!mailroom).*", "", JENKINSFILE)
COMMANDS = re.findall(r"sh '([^']+)'", CODE)
TESTS = (
    "Test",
    "Test on Airflow",
    "Test on MLflow",
    "Test on the SageMaker SDK",
    "Test the notebook",
    "Test on the image toolkits",
)
AS_BRANCH = re.compile(r'make as-branch DO=(?:"([^"]+)"|([\w-]+))')


MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def targets() -> set[str]:
    return set(re.findall(r"^\.PHONY: ([a-z-]+)$", MAKEFILE, flags=re.MULTILINE))


def recipe(target: str) -> str:
    """What a target runs."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, flags=re.MULTILINE)
    assert found is not None, target
    return found[1]


def apart_targets() -> list[str]:
    """The targets of the tests that need an environment of their own."""
    found = re.search(r"^test-apart: ([a-z -]+) ##", MAKEFILE, flags=re.MULTILINE)
    assert found is not None
    return found[1].split()


def stages() -> dict[str, str]:
    """Each stage's name, and its text up to the next one."""
    _, *parts = re.split(r"stage\('([^']+)'\)", CODE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def as_branch(text: str) -> list[str]:
    """What a stage runs as the branch's role."""
    return [quoted or bare for quoted, bare in AS_BRANCH.findall(text)]


def test_every_branch_goes_the_same_way_and_then_its_own():
    assert list(stages()) == [
        "Lint",
        "Tests",
        "Test",
        "Test on Airflow",
        "Test on MLflow",
        "Test on the SageMaker SDK",
        "Test the notebook",
        "Test on the image toolkits",
        "Synth",
        "Diff",
        "dev",
        "Deploy dev",
        "Run the pipeline on test data",
        "Smoke-test the test endpoint",
        "Diff prod",
        "Confirm prod",
        "Deploy prod",
        "Run the pipeline on production data",
    ]


def test_it_calls_nothing_but_targets_of_the_makefile_and_the_shells_own_words():
    assert [line for line in COMMANDS if not re.match(r"(make|rm) ", line)] == []
    called = {target for line in COMMANDS for target in re.findall(r"\bmake (?:--\S+ )*([a-z-]+)", line)}
    called |= {command.split()[0] for command in as_branch(CODE)}
    assert called == {
        *("lint", "test", *apart_targets(), "synth", "cost", "changes"),
        *("as-branch", "deploy", "stage-test-data", "run-pipeline", "smoke-test"),
    }
    assert called - targets() == set()
    assert CODE.count("sh ") + CODE.count("sh(") == len(COMMANDS)


def test_what_each_stage_does():
    done = {
        name: re.findall(r"sh '(?:make )?(?:as-branch DO=)?\"?([\w-]+(?: [A-Z]+=\w+)*)", body)
        for name, body in stages().items()
    }
    assert {name: commands for name, commands in done.items() if name[0] in "LTSD" or "ipeline" in name} == {
        "Lint": ["lint"],
        "Tests": [],
        "Test": ["rm", "test"],
        "Test on Airflow": ["test-airflow"],
        "Test on MLflow": ["test-experiments"],
        "Test on the SageMaker SDK": ["test-studio"],
        "Test the notebook": ["test-notebook"],
        "Test on the image toolkits": ["test-contracts"],
        "Synth": ["synth", "--no-print-directory", "--no-print-directory"],
        "Diff": ["changes"],
        "Deploy dev": ["deploy YES=1"],
        "Run the pipeline on test data": ["stage-test-data", "run-pipeline"],
        "Smoke-test the test endpoint": ["smoke-test"],
        "Diff prod": ["changes AGAINST=account"],
        "Deploy prod": ["deploy YES=1"],
        "Run the pipeline on production data": ["run-pipeline"],
    }


def test_whatever_is_tested_here_is_tested_before_anything_is_deployed():
    # A folder of tests/apart is left out by `make test`, and has a target of its own.
    pytest = re.compile(r"pytest tests/apart/(\w+)")
    apart = set(pytest.findall(" ".join(recipe(target) for target in apart_targets())))
    assert apart == {folder.name for folder in (ROOT / "tests" / "apart").iterdir() if any(folder.glob("test_*.py"))}
    before, _, after = CODE.partition("stage('dev')")
    called = re.findall(r"sh 'make ([a-z-]+)'", before)
    assert sorted(name for name in called if name.startswith("test")) == sorted(["test", *apart_targets()])
    assert "make test" not in after


def test_the_tests_run_side_by_side():
    parallel = CODE[CODE.index("stage('Tests')") : CODE.index("stage('Synth')")]
    assert re.match(r"stage\('Tests'\) \{\s*parallel \{", parallel)


def test_environment_and_data_are_not_decided_here():
    # A branch's name is all that Jenkins hands over; local.infra.ci says the rest.
    assert [line for line in COMMANDS if "ENV=" in line] == [
        "make --no-print-directory cost ENV=dev > build/cost-dev.txt",
        "make --no-print-directory cost ENV=prod > build/cost-prod.txt",
    ]


def test_whatever_needs_a_role_runs_on_the_branch_of_its_environment_alone():
    branches = {name: re.findall(r"branch '(\w+)'", body) for name, body in stages().items()}
    # `dev` holds three stages.
    own = {"Deploy dev", "Run the pipeline on test data", "Smoke-test the test endpoint"}
    found = {name: "develop" if name in own else "".join(branches[name]) for name in stages()}
    with_role = {name for name, body in stages().items() if as_branch(body)}
    assert {name: branch for name, branch in found.items() if branch} == {
        "dev": "develop",
        **dict.fromkeys(own, "develop"),
        "Diff prod": "main",
        "Confirm prod": "main",
        "Deploy prod": "main",
        "Run the pipeline on production data": "main",
    }
    assert with_role == {name for name, branch in found.items() if branch} - {"dev", "Confirm prod"}


def test_code_that_anybody_may_have_written_runs_on_agents_without_a_role():
    labels = {name: "".join(re.findall(r"agent \{ label '([\w-]+)' \}", body)) for name, body in stages().items()}
    assert {name: label for name, label in labels.items() if label} == {
        **dict.fromkeys(("Lint", *TESTS, "Synth", "Diff"), "mailroom"),
        "dev": "mailroom-dev",
        **dict.fromkeys(("Diff prod", "Deploy prod", "Run the pipeline on production data"), "mailroom-prod"),
    }
    agents = {f"mailroom-{environment}" for environment in ENVIRONMENTS.values()}
    assert set(labels.values()) - {"", "mailroom"} == agents
    assert "agent any" not in CODE


def test_a_person_confirms_what_changes_in_prod_and_no_agent_waits_for_them():
    confirmation = stages()["Confirm prod"]
    assert "${env.CHANGES}" in confirmation
    assert "artifact/build/changes-prod/diff.txt" in confirmation
    assert "submitter: 'mailroom-release'" in confirmation
    assert "agent" not in confirmation


def test_what_is_confirmed_is_what_is_deployed():
    shown = stages()["Diff prod"]
    assert f"env.CHANGES = readFile('build/changes-prod/{report.SUMMARY}')" in shown
    # make takes it from there as a variable.
    assert f"env.CONFIRMED = readFile('build/changes-prod/{report.FINGERPRINT}')" in shown
    assert '$(if $(CONFIRMED),--confirmed "$(CONFIRMED)")' in recipe("deploy")
    assert "CONFIRMED=" not in " ".join(COMMANDS)


def test_the_version_that_the_run_registered_is_the_one_that_the_smoke_test_waits_for():
    trained = stages()["Run the pipeline on test data"]
    assert "env.MODEL = readFile('build/registered-dev.txt').trim()" in trained
    assert trained.index("DO=run-pipeline") < trained.index("env.MODEL")
    # make takes it from there as a variable.
    assert '--registered "build/registered-$(ENV).txt"' in recipe("run-pipeline")
    assert '$(if $(MODEL),--model "$(MODEL)")' in recipe("smoke-test")
    assert "MODEL=" not in " ".join(COMMANDS)


def test_every_stage_ends_by_itself():
    # The stages in `Tests` have each their own end, those in `dev` end with it.
    without = [name for name, body in stages().items() if "timeout(" not in body]
    assert without == ["Tests", "Deploy dev", "Run the pipeline on test data"]


def test_an_agent_that_has_never_built_has_an_hour_at_least_for_what_it_installs():
    assert {unit for _, unit in re.findall(r"timeout\(time: (\d+), unit: '(\w+)'\)", CODE)} == {"HOURS", "DAYS"}


def test_deployments_of_an_environment_take_turns_and_a_waiting_confirmation_holds_up_no_other_build():
    locks = {name: re.findall(r"lock\(resource: '([\w-]+)'", body) for name, body in stages().items()}
    assert {name: found for name, found in locks.items() if found} == {
        "dev": ["mailroom-dev"],
        "Deploy prod": ["mailroom-prod"],
    }
    assert [name for name, found in locks.items() if found and "beforeOptions true" not in stages()[name]] == []
    assert "disableConcurrentBuilds" not in CODE


def test_no_deployment_follows_that_of_a_newer_commit():
    milestones = {name: re.findall(r"milestone ordinal: (\d)", body) for name, body in stages().items()}
    assert {name: found for name, found in milestones.items() if found} == {
        "Lint": ["1"],
        "Deploy dev": ["2"],
        "Deploy prod": ["2"],
    }
    for name in ("Deploy dev", "Deploy prod"):
        body = stages()[name]
        assert body.index("milestone") < body.index("as-branch")


def test_a_merge_is_heard_of_once():
    # By the multibranch job's source; with a trigger of the file's own GitHub's webhook would start two builds.
    assert re.findall(r"\btriggers\b|githubPush|pollSCM|\bcron\b", CODE) == []
    assert "/github-webhook/" in JENKINSFILE


def test_it_holds_no_account_role_or_credential():
    assert re.findall(r"\b\d{12}\b|arn:|AWS_\w+|withCredentials|credentials\(|password|secret", JENKINSFILE) == []
