"""The SSM parameter in which the function keeps when each version was last rejected.

A version that is set back to pending is not forgiven: it is pending, too, when it is registered, and the event of that
may be told when its deployment has already begun.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

KEPT_FOR = timedelta(days=90)
"""As long as the stack's history, beyond which there is no failure to forgive."""

_MOST = 100
"""A parameter holds 4 KB."""


class Rejections:
    """Moments by the version's number, through an SSM client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def read(self) -> Mapping[int, datetime]:
        """When each version was last rejected, as far as that is known."""
        value: str = self._client.get_parameter(Name=self._name)["Parameter"]["Value"]
        return {int(number): datetime.fromtimestamp(seconds, UTC) for number, seconds in json.loads(value).items()}

    def note(self, told: Mapping[int, datetime]) -> None:
        """Take in what events tell. In whatever order they come, and however often, the latest moment stays."""
        known = self.read()
        later = {number: at for number, at in told.items() if number not in known or at > known[number]}
        if not later:
            return
        found = {**known, **later}
        newest = sorted(found, key=lambda number: found[number])[-_MOST:]
        oldest = found[newest[-1]] - KEPT_FOR
        value = {str(number): found[number].timestamp() for number in sorted(newest) if found[number] >= oldest}
        self._client.put_parameter(Name=self._name, Value=json.dumps(value), Overwrite=True)
