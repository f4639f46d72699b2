"""The end of `make diff`: what changes, in a few lines."""

from collections.abc import Iterator, Sequence

from local.infra.diff.comparison import Comparison


def summary(comparisons: Sequence[Comparison]) -> str:
    """One line per stack that differs, then replacements and widened permissions; or "No differences"."""
    differing = [comparison for comparison in comparisons if comparison.differs]
    if not differing:
        return "No differences."
    return "\n".join(_lines(differing))


def _lines(differing: Sequence[Comparison]) -> Iterator[str]:
    for comparison in differing:
        changes = comparison.changes
        counts = [
            (len(changes.added), "added"),
            (len(changes.changed), "changed"),
            (len(changes.removed), "removed"),
        ]
        what = ", ".join(f"{count} {word}" for count, word in counts if count) or "no resource, but other parts"
        state = {"new": "NEW STACK, ", "gone": "STACK REMOVED, "}.get(comparison.state, "")
        yield f"  {comparison.path}: {state}{what}"
    yield from _block(
        "REPLACEMENTS", [f"{item.path}: {change}" for item in differing for change in item.changes.replaced]
    )
    yield from _block("WIDENED PERMISSIONS", [f"{item.path}: {line}" for item in differing for line in item.widened])
    if new := [item.path for item in differing if item.state == "new"]:
        yield f"All permissions of a new stack are new: read those of {', '.join(new)} above."


def _block(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"{title}: {len(lines) or 'none'}"
    yield from (f"  {line}" for line in lines)
