"""The reviewed lists themselves can fail: what is new, what is stale, what stands twice, what has no reason."""

import pytest

from tests.support.reviewed import Finding, Wildcard, differences, read_findings, read_wildcards

KNOWN = Finding(rule="AwsSolutions-S1", at="data/AccessLogs")
OTHER = Finding(rule="AwsSolutions-S1", at="data/Exports")


def test_what_is_found_and_reviewed_alike_is_no_difference():
    assert differences([KNOWN, OTHER], [OTHER, KNOWN], table="nag.toml") == ""


def test_what_is_not_reviewed_is_given_back_ready_to_be_pasted():
    assert differences([KNOWN, OTHER], [OTHER], table="nag.toml") == (
        "# Not reviewed: mend it, or add to nag.toml with a reason:\n"
        '[[finding]]\nrule = "AwsSolutions-S1"\nat = "data/AccessLogs"\nreason = ""'
    )


def test_a_review_of_nothing_is_stale():
    assert differences([], [KNOWN], table="nag.toml").startswith("# No longer found: take out of nag.toml:\n")


def test_a_finding_is_reviewed_once():
    assert differences([KNOWN], [KNOWN, KNOWN], table="nag.toml").startswith("# Stands twice in nag.toml:\n")


def entry(at: str, reason: str) -> str:
    return f'[[finding]]\nrule = "R1"\nat = {at}\nreason = "{reason}"\n'


def test_each_finding_has_an_entry_and_a_reason_of_its_own(tmp_path):
    (tmp_path / "nag.toml").write_text(
        entry('"api/A"', "Because A is so, and why.") + entry('"api/B"', "Because B is so, and why.")
    )
    assert read_findings("nag.toml", tmp_path) == [Finding(rule="R1", at="api/A"), Finding(rule="R1", at="api/B")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry('["api/A", "api/B"]', "Because it is so, and here is why."), "one entry is one finding, at one place"),
        (entry('["api/A"]', "Because it is so, and here is why."), "one entry is one finding, at one place"),
        (
            entry('"api/A"', "Because it is so, and why.") + entry('"api/B"', "Because it is so, and why."),
            "a reason of their own; this one is shared",
        ),
    ],
)
def test_a_reason_for_several_findings_at_once_is_refused(tmp_path, text, message):
    (tmp_path / "nag.toml").write_text(text)
    with pytest.raises(AssertionError, match=message):
        read_findings("nag.toml", tmp_path)


def test_a_wildcards_entry_names_construct_statement_and_text(tmp_path):
    (tmp_path / "wildcards.toml").write_text(
        '[[wildcard]]\nat = ["api/A"]\nsid = "Own"\nwhat = ["Action s3:*"]\nreason = "Because it is so, and why."\n'
    )
    assert read_wildcards(tmp_path) == [Wildcard(at="api/A", sid="Own", what="Action s3:*")]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('rule = "R1"\nat = "api/A"\nreason = "because"\n', "gives no reason"),
        ('rule = "R1"\nat = "api/A"\n', "an entry has at, reason, rule"),
        ('rule = "R1"\nat = "api/A"\nglob = true\nreason = "Because it is so, and why."\n', "an entry has"),
    ],
)
def test_an_entry_without_a_reason_or_with_anything_else_is_refused(tmp_path, entry, message):
    (tmp_path / "nag.toml").write_text(f"[[finding]]\n{entry}")
    with pytest.raises(AssertionError, match=message):
        read_findings("nag.toml", tmp_path)
