"""The versions as a table: each task's score beside that of the version that was live when it was measured."""

from collections.abc import Mapping, Sequence

from local.infra.models.measured import Measured
from local.infra.models.versions import Version

INHERITED = "†"
"""Behind scores that were measured with the code of the version that this one was repacked from."""
_DASH = "-"


def versions_table(
    versions: Sequence[Version],
    measured: Mapping[str, Measured],
    *,
    live: str | None,
    states: Mapping[str, str],
    tasks: Sequence[str],
) -> str:
    """One line a version, the newest first; macro-F1 per task. ``measured`` and ``states`` go by the version's ARN.

    ``beside`` is the version that the gate held it against, on the same mails. Where no run tells that, it is the live
    one if both were measured on the same frozen test set.
    """
    lines = [["version", "state", "model", "registered", "decided by", "taxonomy", "test set", "beside", *tasks]]
    lines += [_line(one, states[one.arn], _scores(one, versions, measured, live, tasks)) for one in versions]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([text[0], "  ".join("─" * width for width in widths), *text[1:]])


def _line(one: Version, state: str, scores: Sequence[str]) -> list[str]:
    return [
        str(one.number),
        state,
        one.name,
        f"{one.registered_at:%Y-%m-%d %H:%M}",
        (one.decided_by or _DASH).rpartition("/")[2],
        one.facts.get("taxonomy_version", _DASH),
        one.facts.get("frozen_set", _DASH),
        *scores,
    ]


def _scores(
    one: Version, versions: Sequence[Version], measured: Mapping[str, Measured], live: str | None, tasks: Sequence[str]
) -> list[str]:
    own = measured.get(one.arn, Measured())
    former = own.comparison.champion.model_package if own.comparison and own.comparison.champion else None
    beside = former or _live_on_the_same_set(one, versions, live)
    cells = [_beside(own, measured.get(beside, Measured()) if beside else None, task) for task in tasks]
    if "repacked_from" in one.facts:
        cells = [cell if cell == _DASH else f"{cell} {INHERITED}" for cell in cells]
    return [beside.rpartition("/")[2] if beside else _DASH, *cells]


def _live_on_the_same_set(one: Version, versions: Sequence[Version], live: str | None) -> str | None:
    of_live = next((version for version in versions if version.arn == live), None)
    if of_live is None or one is of_live or one.facts.get("frozen_set") != of_live.facts.get("frozen_set"):
        return None
    return of_live.arn


def _beside(own: Measured, other: Measured | None, task: str) -> str:
    value = own.score(task)
    if value is None:
        return _DASH
    compared = own.comparison.test.tasks.get(task) if own.comparison and own.comparison.test else None
    if compared is not None:
        return f"{value:.3f} ({compared.champion.macro_f1:.3f}, {compared.macro_f1_difference.value:+.3f})"
    former = other.score(task) if other else None
    return f"{value:.3f}" if former is None else f"{value:.3f} ({former:.3f}, {value - former:+.3f})"
