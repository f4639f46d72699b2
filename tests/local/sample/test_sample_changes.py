"""What March brings."""

from datetime import date

from local.sample.changes import label_of, march_taxonomy
from local.sample.plan import Month
from mailroom.taxonomy import LabelStatus


def test_march_adds_three_topics_and_deprecates_two(months: tuple[Month, ...]) -> None:
    before, after = months[0].taxonomy, months[2].taxonomy
    assert (before.version, after.version) == ("2026.1", "2026.2")
    topics_before = {label.id for label in before.active("topic")}
    topics_after = {label.id for label in after.active("topic")}
    assert topics_after - topics_before == {"login_locked", "login_forgotten_password", "passkey_setup"}
    assert topics_before - topics_after == {"login_problem", "fax_order"}


def test_the_split_topic_names_both_successors_and_the_retired_one_none(months: tuple[Month, ...]) -> None:
    after = months[2].taxonomy
    split, retired = after.label("topic", "login_problem"), after.label("topic", "fax_order")
    assert (split.status, split.replaced_by) == (LabelStatus.DEPRECATED, ("login_locked", "login_forgotten_password"))
    assert (retired.status, retired.replaced_by) == (LabelStatus.DEPRECATED, ())


def test_the_new_topics_are_valid_from_march(months: tuple[Month, ...]) -> None:
    after = months[2].taxonomy
    for topic in ("login_locked", "login_forgotten_password", "passkey_setup"):
        label = after.label("topic", topic)
        assert (label.valid_from, label.parents) == (date(2026, 3, 1), ("digital_access",))
        assert set(label.names) == set(label.description) == {"de", "en"}


def test_the_rest_of_the_taxonomy_stays(months: tuple[Month, ...]) -> None:
    changed = {"login_problem", "fax_order", "login_locked", "login_forgotten_password", "passkey_setup"}
    before, after = months[0].taxonomy, march_taxonomy(months[0].taxonomy)
    assert [label for label in after.labels if label.id not in changed] == [
        label for label in before.labels if label.id not in changed
    ]


def test_blocks_of_the_split_topic_carry_its_label_until_the_split(months: tuple[Month, ...]) -> None:
    before, after = months[1].taxonomy, months[2].taxonomy
    assert label_of("login_locked", before) == "login_problem"
    assert label_of("login_locked", after) == "login_locked"
    assert label_of("passkey_setup", before) is None
    assert label_of("fax_order", after) is None
    assert label_of("order_status", before) == label_of("order_status", after) == "order_status"
