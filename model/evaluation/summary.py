"""An evaluation on a terminal: a table for people, metric lines for whatever reads logs."""

from collections.abc import Iterator

from model.evaluation.results import Evaluation
from model.training.log_lines import metric_line, metric_name


def summary_table(evaluation: Evaluation) -> str:
    """One line a task; shares in per cent, F1 from 0 to 1."""
    width = max(len("all together"), *(len(task) for task in evaluation.tasks))
    lines = [f"{'task':<{width}}  {'mails':>6}  {'labels':>6}  {'accuracy':>9}  {'macro-F1':>8}  {'weighted':>8}"]
    for task, scores in evaluation.tasks.items():
        lines.append(
            f"{task:<{width}}  {scores.n:>6}  {len(scores.labels):>6}  {scores.accuracy:>9.1%}  "
            f"{scores.macro_f1:>8.3f}  {scores.weighted_f1:>8.3f}"
        )
    if evaluation.exact_match and len(evaluation.tasks) > 1:
        match = evaluation.exact_match
        lines.append(f"{'all together':<{width}}  {match.n:>6}  {'':>6}  {match.accuracy:>9.1%}")
    decisions = evaluation.decisions
    if decisions:
        told = ", ".join(f"{share:.1%} {name}" for name, share in decisions.shares.items())
        right = decisions.routing_precision
        lines.append(
            f"decisions: {told}"
            + (
                f"; of those routed automatically {right:.1%} to the right {decisions.routing_task}"
                if right is not None
                else ""
            )
        )
    return "\n".join(lines)


def metric_lines(evaluation: Evaluation, split: str) -> Iterator[str]:
    """The scores in the form training logs its own, a line per task and one over all."""
    for task, scores in evaluation.tasks.items():
        yield metric_line(
            {
                metric_name(split, task, name): getattr(scores, name)
                for name in ("accuracy", "macro_f1", "weighted_f1", "expected_calibration_error")
            }
        )
    overall = {}
    if evaluation.exact_match:
        overall[metric_name(split, "exact_match_accuracy")] = evaluation.exact_match.accuracy
    if evaluation.decisions:
        overall[metric_name(split, "auto_route_share")] = evaluation.decisions.shares["auto_route"]
        if evaluation.decisions.routing_precision is not None:
            overall[metric_name(split, "auto_route_precision")] = evaluation.decisions.routing_precision
    if overall:
        yield metric_line(overall)
