"""Which permissions a change widens: a pure function of two templates of one stack."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.infra.assembly import resources_of
from local.infra.diff.cover import covers
from local.infra.diff.guards import guards_let_go
from local.infra.diff.network_rules import lets_through, network_rules
from local.infra.diff.policies import granted
from local.infra.diff.statements import Permission


def widened(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """A line for each thing that ``new`` permits and ``old`` did not.

    These are: an allowed combination of principal, action, resource and conditions that nothing in ``old`` included;
    a denial that is gone or narrower, on something that still exists; a security group's rule that lets more through;
    a guard that was let go (see guards.py).
    """
    before, after = granted(old), granted(new)
    return tuple(
        dict.fromkeys(
            [
                *(f"ALLOWED {grant}" for grant in _not_included(after, before, allow=True)),
                *(
                    f"NO LONGER DENIED {grant}"
                    for grant in _not_included(before, after, allow=False)
                    if _still_there(grant, new)
                ),
                *(
                    f"OPENED {rule}"
                    for rule in network_rules(new)
                    if not any(lets_through(former, rule) for former in network_rules(old))
                ),
                *(f"LET GO {guard}" for guard in guards_let_go(old, new)),
            ]
        )
    )


def _not_included(narrow: tuple[Permission, ...], wide: tuple[Permission, ...], *, allow: bool) -> Iterator[Permission]:
    for permission in narrow:
        if permission.allow is allow and not any(covers(other, permission) for other in wide):
            yield permission


def _still_there(denied: Permission, template: Mapping[str, Any]) -> bool:
    """Whether what a denial hung on exists in ``template``, or lies outside of all templates."""
    name = denied.place.partition("${")[2].partition("}")[0].partition(".")[0]
    outside = not name or name.startswith("import ")
    return outside or name in {resource.logical_id for resource in resources_of(template)}
