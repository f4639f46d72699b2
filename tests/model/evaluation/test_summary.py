import re

from model.evaluation.summary import metric_lines, summary_table
from model.training.log_lines import NUMBER


def test_every_score_is_read_back_from_the_log_by_a_metric_regex(world):
    evaluation = world({"queue": 3, "topic": 5}).evaluation()
    log = "\n".join(metric_lines(evaluation, "test"))
    found = {name: float(number) for name, number in re.findall(rf"(?:^|\s)(test:[\w:]+)={NUMBER}", log)}
    expected = {
        f"test:{task}:{measure}": float(f"{getattr(scores, measure):.6g}")
        for task, scores in evaluation.tasks.items()
        for measure in ("accuracy", "macro_f1", "weighted_f1", "expected_calibration_error")
    } | {
        "test:exact_match_accuracy": float(f"{evaluation.exact_match.accuracy:.6g}"),
        "test:auto_route_share": float(f"{evaluation.decisions.shares['auto_route']:.6g}"),
        "test:auto_route_precision": float(f"{evaluation.decisions.routing_precision:.6g}"),
    }
    assert found == expected


def test_the_table_has_a_line_a_task_and_says_what_would_be_routed(world):
    evaluation = world({"queue": 3, "topic": 5}, mails=200).evaluation()
    queue, topic, decisions = evaluation.tasks["queue"], evaluation.tasks["topic"], evaluation.decisions
    assert [line.split() for line in summary_table(evaluation).splitlines()[:4]] == [
        ["task", "mails", "labels", "accuracy", "macro-F1", "weighted"],
        ["queue", "200", "3", f"{queue.accuracy:.1%}", f"{queue.macro_f1:.3f}", f"{queue.weighted_f1:.3f}"],
        ["topic", "200", "5", f"{topic.accuracy:.1%}", f"{topic.macro_f1:.3f}", f"{topic.weighted_f1:.3f}"],
        ["all", "together", "200", f"{evaluation.exact_match.accuracy:.1%}"],
    ]
    assert summary_table(evaluation).endswith(
        f"; of those routed automatically {decisions.routing_precision:.1%} to the right queue"
    )


def test_without_decisions_and_with_one_task_the_table_is_its_line_alone(world):
    evaluation = world({"queue": 3}).evaluation(decisions=None, routing_task=None)
    assert len(summary_table(evaluation).splitlines()) == 2
    assert len(list(metric_lines(evaluation, "test"))) == 2
