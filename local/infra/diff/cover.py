"""Whether one permission includes another. Where that cannot be told, the answer is no: rather one alarm too many."""

import re
from functools import lru_cache

from local.infra.diff.statements import EXCEPT, Permission


def covers(wide: Permission, narrow: Permission) -> bool:
    """Whether everything that ``narrow`` speaks of is spoken of by ``wide``, on the same place."""
    return (
        wide.place == narrow.place
        and wide.allow == narrow.allow
        and (wide.principal in ("*", narrow.principal))
        and _matches(wide.action, narrow.action)
        and _matches(wide.resource, narrow.resource)
        and _at_least_as_strict(narrow, wide)
    )


def _matches(pattern: str, text: str) -> bool:
    """Whether every string that the pattern ``text`` matches is matched by ``pattern`` too; sound, not complete."""
    if pattern == text or pattern.startswith(EXCEPT):
        return pattern == text
    return _expression(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    # A wildcard inside ${...} is none; a question mark stands for one character and so not for the other's star.
    parts = re.split(r"(\$\{[^}]*\}|\*|\?)", pattern)
    return re.compile("".join({"*": ".*", "?": "[^*]"}.get(part, re.escape(part)) for part in parts), re.DOTALL)


def _at_least_as_strict(narrow: Permission, wide: Permission) -> bool:
    """Whether each condition of ``wide`` is one of ``narrow``'s, there with the same values or fewer."""
    held = {(operator, key): values for operator, key, values in narrow.conditions}
    for operator, key, values in wide.conditions:
        theirs = held.get((operator, key))
        if theirs is None:
            return False
        # Values are alternatives; those of a negated operator are all excluded.
        stricter = theirs >= values if "Not" in operator else theirs <= values
        if not stricter:
            return False
    return True
