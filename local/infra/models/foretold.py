"""What follows from a decision on a version, in words: clauses that begin small and end without a full stop."""

from local.infra.models.outlook import Outlook
from local.infra.models.standing import Standing
from local.infra.models.versions import Version


def of_an_approval(version: Version, after: Outlook, standing: Standing) -> str:
    """What follows once ``version`` is approved."""
    if standing.obstacle is not None:
        return f"nothing follows, because {standing.obstacle}"
    wanted, running = after.wanted, _number(standing.deploying)
    if version.arn == standing.live:
        return "it stays live"
    if wanted is None or wanted.arn != version.arn:
        return _passed_over(version, wanted, standing)
    if running is not None:
        return f"version {running} is being deployed now, and this one follows"
    if standing.in_progress:
        return f"its deployment follows when what runs has ended: the stack {standing.stack} is being changed now"
    return "the deployment follows by itself: watch it with `make models`"


def of_a_rejection(version: Version, after: Outlook, standing: Standing) -> str:
    """What follows once ``version``, which was approved, is rejected."""
    if standing.obstacle is not None:
        return f"nothing follows, because {standing.obstacle}"
    if version.arn not in (standing.live, standing.deploying):
        return "nothing else changes"
    ended = "" if version.arn == standing.live else "its deployment, which runs now, is ended, and "
    return f"{ended}{_left(after, standing)}"


def _passed_over(version: Version, wanted: Version | None, standing: Standing) -> str:
    live = _number(standing.live)
    if wanted is not None and wanted.arn == standing.live and live is not None and version.number < live:
        return f"it is older than the live version {live}: it goes live only if {live} is rejected"
    if wanted is None:
        return "it does not go live"
    goes = "is being deployed now" if wanted.arn == standing.deploying else "will be deployed"
    return f"{wanted}, which is newer, {goes}: this one goes live only if that one does not stay"


def _left(after: Outlook, standing: Standing) -> str:
    wanted = after.wanted
    if wanted is None:
        if standing.live is None:
            return "there is no other that could be live"
        if after.turned_back:
            numbers = " and ".join(str(one.number) for one in after.turned_back)
            return (
                f"version {_number(standing.live)} stays live all the same: what else is approved was turned back "
                f"({numbers}). Approve one that can be deployed, or reject those too to take the endpoint away"
            )
        return "the endpoint is deleted: no mail is classified until a version is approved"
    if wanted.arn == standing.live:
        return f"{wanted} stays live"
    if wanted.arn == standing.deploying:
        return f"{wanted}, which is being deployed now, takes its place"
    newer = standing.live is not None and wanted.number > (_number(standing.live) or 0)
    return f"{wanted} takes its place by itself" if newer else f"{wanted} comes back by itself"


def _number(arn: str | None) -> int | None:
    return None if arn is None else int(arn.rpartition("/")[2])
