"""How each version stands between the registry and the endpoint, in a word, and why where there is a reason."""

from local.infra.models.standing import Standing
from local.infra.models.versions import APPROVED, REJECTED, Version

LEGEND = (
    "live: answers; deploying: takes over now; next: will be deployed; waits: for a person; approved: older than the "
    "live one; turned back: its deployment was undone; refused: can never go live"
)


def state(version: Version, standing: Standing, *, wanted: Version | None) -> str:
    """The word for a version; ``wanted``: the one that the function ``deploy`` will have live."""
    if version.arn == standing.live:
        word = "live" if standing.failure is None else "failed"
        return word if version.status == APPROVED else f"{word}, {_undecided_or_rejected(version)}"
    if version.arn == standing.deploying:
        return "deploying"
    if version.status != APPROVED:
        return _undecided_or_rejected(version)
    if version.defect is not None:
        return "refused"
    if version.number in standing.turned_back:
        return "turned back"
    return "next" if wanted is not None and version.arn == wanted.arn else "approved"


def why(version: Version, standing: Standing, word: str) -> str | None:
    """The reason for a word, in a sentence that needs its version; None where there is none to give."""
    match word:
        case "turned back":
            return f"{standing.turned_back[version.number]}."
        case "refused":
            return f"{version.defect}."
        case _ if word.startswith("failed"):
            return f"{standing.failure}."
    return None


def _undecided_or_rejected(version: Version) -> str:
    return "rejected" if version.status == REJECTED else "waits"
