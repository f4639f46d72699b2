"""What the function ``deploy`` will bring about, given the approved versions: its decision, foretold.

tests/local/infra/models/test_outlook.py holds the two equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from local.infra.models.standing import Standing
from local.infra.models.versions import Version


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """``wanted``: the version that will be live. If it is None, the endpoint goes, unless ``turned_back`` holds some.

    ``turned_back``: versions that were passed over because their deployment was undone; a live one that nobody wants
    any more is kept rather than left for nothing.
    """

    wanted: Version | None
    turned_back: tuple[Version, ...] = ()

    @property
    def takes_down(self) -> bool:
        """Whether no version can be live."""
        return self.wanted is None and not self.turned_back


def outlook(approved: Iterable[Version], standing: Standing) -> Outlook:
    """The outlook; ``approved`` comes newest first, and is walked no further than needed."""
    passed: list[Version] = []
    for version in approved:
        if version.arn == standing.live:
            return Outlook(wanted=version, turned_back=tuple(passed))
        if version.defect is not None:
            continue
        if version.number not in standing.turned_back:
            return Outlook(wanted=version, turned_back=tuple(passed))
        passed.append(version)
    return Outlook(wanted=None, turned_back=tuple(passed))
