"""`python -m local.infra.diff`, with the real CDK command line and no credentials."""

import json
import sys

import pytest

from local.infra.assembly import read_assembly
from local.infra.diff.__main__ import main
from local.infra.diff.changes import Changes, read_changes
from local.infra.diff.deployed import deployed_templates
from local.infra.diff.fingerprint import check_confirmed, fingerprint
from local.infra.diff.report import shortened
from local.infra.errors import AccountError
from local.infra.saved_templates import save_templates
from tests.support.assemblies import HandMade

pytestmark = pytest.mark.slow


def queue(name: str) -> dict[str, object]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}


@pytest.fixture
def diff(monkeypatch, tmp_path, write_assembly, capsys):
    """Saves the templates of one set of stacks, compares another with them; returns status, output and errors."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    def run(before: dict[str, HandMade], after: dict[str, HandMade], *more: str) -> tuple[int, str, str]:
        saved = tmp_path / "saved"
        if before:
            save_templates(read_assembly(write_assembly(before, tmp_path / "before")).stacks, saved, version="1.2.3")
        folder = write_assembly(after, tmp_path / "after")
        command = ["diff", "--assembly", str(folder), "--saved", str(saved), *more]
        monkeypatch.setattr(sys, "argv", command)
        status = main()
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_equal_templates_are_no_differences_and_exit_with_0(diff):
    stacks = {"dev/a": HandMade(resources={"Q": queue("q")})}
    assert diff(stacks, stacks) == (0, "Compared with v1.2.3:\nNo differences.\n", "")


def test_a_replacement_and_a_wider_permission_stand_in_the_summary_and_exit_with_1(diff):
    def role(action: str) -> dict[str, object]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": []},
                "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}],
            },
        }

    before = {"dev/a": HandMade(resources={"Q": queue("q"), "R": role("sqs:SendMessage"), "Old": queue("old")})}
    after = {"dev/a": HandMade(resources={"Q": queue("renamed"), "R": role("sqs:*"), "New": queue("new")})}
    status, output, _ = diff(before, after)
    assert status == 1
    assert output.partition("Compared with ")[2].splitlines() == [
        "v1.2.3:",
        "  dev/a: 1 added, 2 changed, 1 removed",
        "REPLACEMENTS: 1",
        "  dev/a: REPLACED AWS::SQS::Queue Q",
        "WIDENED PERMISSIONS: 1",
        "  dev/a: ALLOWED role ${R}: sqs:* on *",
    ]


def test_a_new_stack_and_one_that_is_gone_are_changes(diff):
    before = {"dev/a": HandMade(resources={}), "dev/old": HandMade(resources={"Q": queue("q")})}
    after = {"dev/a": HandMade(resources={}), "dev/new": HandMade(resources={"Q": queue("q")})}
    status, output, _ = diff(before, after)
    assert status == 1
    assert output.partition("Compared with ")[2].splitlines() == [
        "v1.2.3:",
        "  dev/new: NEW STACK, 1 added",
        "  dev/old: STACK REMOVED, 1 removed",
        "REPLACEMENTS: none",
        "WIDENED PERMISSIONS: none",
        "All permissions of a new stack are new: read those of dev/new above.",
    ]


def test_only_the_environment_asked_for_is_compared(diff):
    before = {"dev/a": HandMade(resources={"Q": queue("q")}), "prod/a": HandMade(resources={"Q": queue("q")})}
    after = {"dev/a": HandMade(resources={"Q": queue("q")}), "prod/a": HandMade(resources={"Q": queue("other")})}
    assert diff(before, after, "--env", "dev")[0] == 0


def test_without_saved_templates_it_exits_with_2_and_one_sentence(diff):
    status, output, errors = diff({}, {"dev/a": HandMade(resources={})})
    assert (status, output) == (2, "")
    assert errors.endswith("holds no templates of dev: save them with `make save-templates`.\n")


def test_the_account_is_the_other_side_on_request(diff, dev):
    client = dev.client("cloudformation")
    body = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}, "Outputs": {}}'
    for name in ("mailroom-dev-a", "mailroom-dev-gone", "somebody-elses"):
        client.create_stack(StackName=name, TemplateBody=body.replace('"q"', f'"{name}"'))
    after = {"dev/a": HandMade(resources={"Q": queue("mailroom-dev-a")})}
    status, output, _ = diff({}, after, "--env", "dev", "--against-account")
    assert status == 1
    assert output.splitlines()[:2] == [
        "Compared with the account of dev:",
        "  dev/gone: STACK REMOVED, 1 removed",
    ]


def test_a_report_is_written_whole_and_in_short_and_a_difference_is_then_no_failure(diff, tmp_path):
    before = {"dev/a": HandMade(resources={"Q": queue("q")})}
    after = {"dev/a": HandMade(resources={"Q": queue("renamed")})}
    status, output, _ = diff(before, after, "--report", str(tmp_path / "report"))
    assert status == 0
    assert (tmp_path / "report" / "diff.txt").read_text(encoding="utf-8") == output
    summary = (tmp_path / "report" / "summary.txt").read_text(encoding="utf-8")
    assert summary == output[output.index("Compared with ") :]
    assert summary.splitlines()[:2] == ["Compared with v1.2.3:", "  dev/a: 1 changed"]
    # Of templates that nobody has deployed nothing can be confirmed.
    assert not (tmp_path / "report" / "fingerprint.txt").exists()


def test_a_report_against_an_account_has_the_fingerprint_that_a_deployment_is_held_to(diff, dev, tmp_path):
    stacks = {"dev/a": HandMade(resources={"Q": queue("q")})}
    dev.client("cloudformation").create_stack(
        StackName="mailroom-dev-a", TemplateBody=json.dumps({"Resources": {"Q": queue("former")}})
    )
    status, _, _ = diff({}, stacks, "--env", "dev", "--against-account", "--report", str(tmp_path / "report"))
    assert status == 0
    confirmed = (tmp_path / "report" / "fingerprint.txt").read_text(encoding="utf-8")
    synthesized = read_assembly(tmp_path / "after").environment("dev")
    check_confirmed(confirmed, dev, synthesized)
    dev.client("cloudformation").create_stack(
        StackName="mailroom-dev-b", TemplateBody=json.dumps({"Resources": {"Q": queue("other")}})
    )
    with pytest.raises(AccountError) as caught:
        check_confirmed(confirmed, dev, synthesized)
    assert str(caught.value) == (
        "Nothing was deployed: what would change in dev is no longer what was confirmed; look at it again with "
        "`make diff ENV=dev AGAINST=account`."
    )


def test_a_stack_that_is_gone_from_the_account_counts_no_more(dev):
    client = dev.client("cloudformation")
    template = json.dumps({"Resources": {"Q": queue("q")}})
    for name in ("mailroom-dev-a", "mailroom-dev-b"):
        client.create_stack(StackName=name, TemplateBody=template)
    client.delete_stack(StackName="mailroom-dev-a")
    assert list(deployed_templates(dev)) == ["b"]


def test_a_long_summary_is_shortened_and_says_so():
    lines = [f"  dev/{number}: 1 changed" for number in range(100)]
    assert shortened("\n".join(lines)).splitlines() == [*lines[:60], "... and 40 lines more in diff.txt."]
    assert shortened("\n".join(lines[:60])) == "\n".join(lines[:60])


def test_other_templates_before_or_after_are_another_change(write_assembly, tmp_path):
    def of(before: str, after: str) -> str:
        folder = write_assembly({"dev/a": HandMade(resources={"Q": queue(after)})}, tmp_path / f"{before}-{after}")
        return fingerprint({"a": {"Resources": {"Q": queue(before)}}}, read_assembly(folder).environment("dev"))

    assert of("x", "y") == of("x", "y")
    assert len({of("x", "y"), of("x", "z"), of("w", "y")}) == 3


def test_output_that_did_not_come_to_its_end_is_no_comparison():
    assert read_changes("Error: no such thing") is None
    assert read_changes("Number of stacks with differences: 0") == Changes()


def test_a_possible_replacement_is_told_from_a_certain_one():
    output = "[~] AWS::X::Y a A may be replaced\n[~] AWS::X::Y b B replace\nNumber of stacks with differences: 1"
    assert read_changes(output) == Changes(
        changed=("AWS::X::Y a A", "AWS::X::Y b B"),
        replaced=("MAY BE REPLACED AWS::X::Y a A", "REPLACED AWS::X::Y b B"),
    )
