"""What the CDK command line says about one stack's changes, read from its output."""

import re
from dataclasses import dataclass

_RESOURCE = re.compile(
    r"^\[(?P<sign>[-+~])\] (?P<type>(?:AWS|Custom|Alexa)::\S+) (?P<name>.*?)"
    r"(?: (?P<effect>replace|may be replaced|destroy|orphan))?$"
)
_SUMMARY = re.compile(r"Number of stacks with differences: (\d+)")
_REPLACED = {"replace": "REPLACED", "may be replaced": "MAY BE REPLACED"}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Resources by what happens to them, each as `type name`; ``replaced`` ones are also among ``changed``."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def read_changes(output: str) -> Changes | None:
    """The changes that `cdk diff` without colours reported; None if it did not come to its end."""
    if _SUMMARY.search(output) is None:
        return None
    by_sign: dict[str, list[str]] = {"+": [], "~": [], "-": []}
    replaced = []
    for match in map(_RESOURCE.match, output.splitlines()):
        if match is None:
            continue
        name = f"{match['type']} {match['name']}"
        by_sign[match["sign"]].append(name)
        if match["effect"] in _REPLACED:
            replaced.append(f"{_REPLACED[match['effect']]} {name}")
    return Changes(
        added=tuple(by_sign["+"]),
        changed=tuple(by_sign["~"]),
        removed=tuple(by_sign["-"]),
        replaced=tuple(replaced),
    )


def differs(output: str) -> bool:
    """Whether `cdk diff` found any difference, in resources or elsewhere."""
    match = _SUMMARY.search(output)
    return match is not None and int(match[1]) > 0
