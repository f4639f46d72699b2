from local.crm.table import TaskScore
from local.demo.loop.changed import champion_table, months_table


def scores(accuracy: float, unknown: int = 0) -> list[TaskScore]:
    return [TaskScore(task="queue", mails=10, accuracy=accuracy, macro_f1=0.5, unknown=unknown)]


def test_a_version_stands_beside_the_champion_with_the_change():
    new = {"tasks": {"queue": {"macro_f1": 0.91}, "topic": {"macro_f1": 0.7}}}
    assert champion_table(new, {"tasks": {"queue": {"macro_f1": 0.93}}}) == (
        "task     new  champion  change\nqueue  0.910     0.930  -0.020\ntopic  0.700         -       -"
    )


def test_a_first_version_stands_alone():
    assert champion_table({"tasks": {"queue": {"macro_f1": 0.91}}}, None) == (
        "task     new  champion  change\nqueue  0.910         -       -"
    )


def test_two_months_are_set_side_by_side_with_the_labels_that_were_new():
    assert months_table(scores(0.8), scores(0.9, unknown=3), names=("2026-02", "2026-03")) == (
        "task   accuracy 2026-02  accuracy 2026-03  new labels 2026-02  new labels 2026-03\n"
        "queue             0.800             0.900                   0                   3"
    )
