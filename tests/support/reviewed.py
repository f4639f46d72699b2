"""Reviewed lists (stacks/findings/*.toml), held against what is really found: neither may say more than the other."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "stacks" / "findings"
_SHORTEST_REASON = 20


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One rule's objection to one construct."""

    rule: str
    at: str

    def __str__(self) -> str:
        return f'[[finding]]\nrule = "{self.rule}"\nat = "{self.at}"\nreason = ""'


@dataclass(frozen=True, kw_only=True, order=True)
class Wildcard:
    """One wildcard of one construct's policy: ``what`` is ``Action s3:Get*``, ``Resource *`` or ``Principal *``."""

    at: str
    sid: str
    what: str

    def __str__(self) -> str:
        return f'[[wildcard]]\nat = ["{self.at}"]\nsid = "{self.sid}"\nwhat = ["{self.what}"]\nreason = ""'


def read_findings(name: str, folder: Path = FOLDER) -> list[Finding]:
    """The acknowledged findings of ``nag.toml`` or ``checkov.toml``, one entry each, with its own reason."""
    entries = _entries(folder / name, "finding", {"rule", "at", "reason"})
    for entry in entries:
        assert isinstance(entry["at"], str), f"{name}: one entry is one finding, at one place; this one is not: {entry}"
    reasons = Counter((entry["rule"], entry["reason"]) for entry in entries)
    shared = sorted(one for one, times in reasons.items() if times > 1)
    assert not shared, f"{name}: a rule's findings have each a reason of their own; this one is shared: {shared[0]}"
    return [Finding(rule=entry["rule"], at=entry["at"]) for entry in entries]


def read_wildcards(folder: Path = FOLDER) -> list[Wildcard]:
    """The acknowledged wildcards of ``wildcards.toml``, each with its reason."""
    return [
        Wildcard(at=at, sid=entry["sid"], what=what)
        for entry in _entries(folder / "wildcards.toml", "wildcard", {"at", "sid", "what", "reason"})
        for at in entry["at"]
        for what in entry["what"]
    ]


def _entries(path: Path, kind: str, keys: set[str]) -> list[dict]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(table) <= {kind}, f"{path.name}: only [[{kind}]] stands here"
    entries = table.get(kind, [])
    for entry in entries:
        assert set(entry) == keys, f"{path.name}: an entry has {', '.join(sorted(keys))}; this one not: {entry}"
        assert len(entry["reason"]) >= _SHORTEST_REASON, f"{path.name}: this entry gives no reason: {entry}"
    return entries


def differences(found: Iterable[Finding | Wildcard], reviewed: Iterable[Finding | Wildcard], *, table: str) -> str:
    """What is found and not reviewed, ready to be pasted into ``table``, and what is reviewed and no longer found;
    empty if there is neither."""
    reviewed = list(reviewed)
    new = sorted(set(found) - set(reviewed))
    stale = sorted(set(reviewed) - set(found))
    twice = sorted(one for one, times in Counter(reviewed).items() if times > 1)
    parts = [
        (f"# Not reviewed: mend it, or add to {table} with a reason:", new),
        (f"# No longer found: take out of {table}:", stale),
        (f"# Stands twice in {table}:", twice),
    ]
    return "\n".join(line for head, some in parts if some for line in (head, *map(str, some)))
