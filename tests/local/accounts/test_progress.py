from local.accounts.progress import Deployed, deployed, reason

OUTPUT = """
dev/network (mailroom-dev-network): deploying... [1/2]
mailroom-dev-network |   1 | 8:50:12 PM | CREATE_COMPLETE | AWS::CloudFormation::Stack | mailroom-dev-network

 ✅  dev/network (mailroom-dev-network)

✨  Deployment time: 2.79s

Outputs:
✅  dev/data (mailroom-dev-data) (no changes)

✨  Deployment time: 0.2s

✨  Total time: 8.29s
"""


def test_a_stack_is_told_with_its_time_and_whether_anything_changed():
    lines = [line.strip() for line in OUTPUT.splitlines()]
    assert list(deployed(iter(lines))) == [
        Deployed(stack="dev/network", changed=True, seconds=2.79),
        Deployed(stack="dev/data", changed=False, seconds=0.2),
    ]


def test_a_line_names_environment_and_stack():
    stacks = (
        Deployed(stack="dev/network", changed=True, seconds=2.79),
        Deployed(stack="dev/data", changed=False, seconds=0.2),
        Deployed(stack="mailroom-dev-api", changed=True, seconds=None),
    )
    assert [stack.line("dev") for stack in stacks] == [
        "[dev] network ... ok 2.8 s",
        "[dev] data ... no differences 0.2 s",
        "[dev] api ... ok",
    ]


def test_a_failure_is_told_on_one_line_with_the_stack_and_its_reason():
    output = (
        "deploying...\n❌  mailroom-dev-data failed to deploy\n‣ DeploymentError: Resource updates failed:\n"
        "dev/data/Queue\n  Export names\n  must be unique\n\nafterwards\n"
    )
    assert reason(output) == (
        "mailroom-dev-data failed to deploy: DeploymentError: Resource updates failed: dev/data/Queue Export names"
        " must be unique"
    )


def test_a_failure_without_a_stack_is_told_with_the_last_line():
    assert reason("one\nNo stacks match the name(s) x\n") == "No stacks match the name(s) x"
    assert reason("") == "it wrote nothing"
