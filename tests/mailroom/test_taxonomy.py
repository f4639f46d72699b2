import pytest
from hypothesis import given

from mailroom.errors import TaxonomyError
from mailroom.taxonomy import Label, LabelStatus, Taxonomy, paths
from tests.support.strategies import quick, taxonomies

BANKING = Taxonomy(
    version="1",
    tasks=("line", "queue", "topic"),
    labels=(
        Label(id="brokerage", task="line"),
        Label(id="wealth", task="line"),
        Label(id="trading", task="queue", parents=("brokerage",)),
        Label(id="payouts", task="queue", parents=("wealth",)),
        Label(id="complaints", task="queue"),
        Label(id="order_open", task="topic", parents=("trading",)),
        Label(
            id="payout_late", task="topic", parents=("payouts",), status=LabelStatus.DEPRECATED, replaced_by=("delay",)
        ),
        Label(id="delay", task="topic", parents=("payouts", "trading")),
    ),
)


def labels(*of_task: tuple[str, str], **kwargs: tuple[str, ...]) -> tuple[Label, ...]:
    return tuple(Label(id=name, task=task, **kwargs) for task, name in of_task)


@pytest.mark.parametrize(
    ("version", "tasks", "given_labels", "sentence"),
    [
        ("", ("a",), labels(("a", "x")), "The taxonomy has no version."),
        ("1", (), (), "The taxonomy names no task."),
        ("1", ("a", "a"), labels(("a", "x")), "The taxonomy names a task twice."),
        ("1", ("a",), labels(("a", "")), "A label of task 'a' has no id."),
        ("1", ("a",), labels(("b", "x")), "Label 'x' belongs to the unknown task 'b'."),
        ("1", ("a",), labels(("a", "x"), ("a", "x")), "Label 'x' stands twice in task 'a'."),
        ("1", ("a", "b"), labels(("a", "x")), "Task 'b' has no label."),
        ("1", ("a",), labels(("a", "x"), parents=("y",)), "Label 'x' names the parent 'y', which no earlier task has."),
        ("1", ("a",), labels(("a", "x"), replaced_by=("y",)), "Label 'x' is replaced by 'y', which does not exist."),
    ],
)
def test_a_taxonomy_that_contradicts_itself_is_refused_with_one_sentence(version, tasks, given_labels, sentence):
    with pytest.raises(TaxonomyError) as caught:
        Taxonomy(version=version, tasks=tasks, labels=given_labels)
    assert str(caught.value) == sentence


def test_only_the_stray_one_among_several_parents_is_named():
    with pytest.raises(TaxonomyError, match=r"^Label 'y' names the parent 'lost', which no earlier task has\.$"):
        Taxonomy(
            version="1",
            tasks=("a", "b"),
            labels=(
                Label(id="x", task="a"),
                Label(id="good", task="b", parents=("x",)),
                Label(id="y", task="b", parents=("x", "lost")),
            ),
        )


def test_two_tasks_may_share_a_label_id():
    shared = Taxonomy(version="1", tasks=("a", "b"), labels=labels(("a", "other"), ("b", "other")))
    assert [shared.label(task, "other").task for task in shared.tasks] == ["a", "b"]


def test_the_parents_of_a_task_belong_to_the_nearest_earlier_task_that_has_them_all():
    assert [BANKING.parent_task(task) for task in BANKING.tasks] == [None, "line", "queue"]


def test_a_task_may_skip_one_for_its_parents():
    skipping = Taxonomy(
        version="1",
        tasks=("a", "b", "c"),
        labels=(Label(id="x", task="a"), Label(id="y", task="b"), Label(id="z", task="c", parents=("x",))),
    )
    assert skipping.parent_task("c") == "a"


def test_only_active_labels_may_be_predicted():
    assert [label.id for label in BANKING.active("topic")] == ["order_open", "delay"]


def test_an_unknown_label_is_refused_with_the_nearest_one():
    with pytest.raises(TaxonomyError) as caught:
        BANKING.label("queue", "Tradin")
    assert str(caught.value) == "Task 'queue' has no label 'Tradin'; the nearest is 'trading'."


def test_a_label_like_no_other_has_no_nearest_one():
    assert BANKING.nearest("queue", "xyz") is None
    with pytest.raises(TaxonomyError, match=r"^Task 'queue' has no label 'xyz'\.$"):
        BANKING.label("queue", "xyz")


def test_an_unknown_task_is_refused_with_the_known_ones():
    with pytest.raises(TaxonomyError) as caught:
        BANKING.of_task("colour")
    assert str(caught.value) == "The taxonomy has no task 'colour'; its tasks are line, queue, topic."


@pytest.mark.parametrize(
    ("chosen", "possible"),
    [
        ({"line": "brokerage", "queue": "trading", "topic": "order_open"}, True),
        ({"line": "wealth", "queue": "payouts", "topic": "delay"}, True),
        ({"line": "brokerage", "queue": "trading", "topic": "delay"}, True),
        ({"line": "wealth", "queue": "complaints"}, True),
        ({"line": "wealth", "queue": "trading"}, False),
        ({"queue": "complaints", "topic": "delay"}, False),
        ({"line": "wealth", "topic": "order_open"}, True),
        ({"queue": "no such"}, False),
    ],
)
def test_labels_are_a_path_if_each_stands_under_its_parent(chosen, possible):
    assert BANKING.is_path(chosen) is possible


def test_a_taxonomy_of_fewer_tasks_forgets_parents_in_the_tasks_left_out():
    assert BANKING.restricted_to(["topic", "line"]) == Taxonomy(
        version="1",
        tasks=("line", "topic"),
        labels=(
            Label(id="brokerage", task="line"),
            Label(id="wealth", task="line"),
            Label(id="order_open", task="topic"),
            Label(id="payout_late", task="topic", status=LabelStatus.DEPRECATED, replaced_by=("delay",)),
            Label(id="delay", task="topic"),
        ),
    )


def test_paths_are_all_possible_combinations_of_the_labels_given():
    chosen = {task: [label.id for label in BANKING.active(task)] for task in BANKING.tasks}
    assert paths(BANKING, BANKING.tasks, chosen) == [
        ("brokerage", "trading", "order_open"),
        ("brokerage", "trading", "delay"),
        ("wealth", "payouts", "delay"),
    ]


@quick
@given(taxonomies())
def test_every_path_of_any_taxonomy_is_one(taxonomy):
    everything = {task: [label.id for label in taxonomy.of_task(task)] for task in taxonomy.tasks}
    for path in paths(taxonomy, taxonomy.tasks, everything):
        assert taxonomy.is_path(dict(zip(taxonomy.tasks, path, strict=True)))


@quick
@given(taxonomies())
def test_restricting_to_all_tasks_changes_nothing(taxonomy):
    assert taxonomy.restricted_to(taxonomy.tasks) == taxonomy


def test_texts_of_a_label_cannot_be_changed_afterwards():
    names = {"de": "Handel"}
    label = Label(id="trading", task="queue", names=names)
    names["de"] = "anders"
    assert label.names == {"de": "Handel"}
    with pytest.raises(TypeError):
        label.names["de"] = "anders"
