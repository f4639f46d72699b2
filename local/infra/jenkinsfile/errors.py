"""What can be wrong with a Jenkinsfile."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that Jenkins would refuse, and the line, counted from 1, at which it stands."""

    line: int
    problem: str
