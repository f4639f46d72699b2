"""Mails that keep coming while a new model takes over, and who answered them."""

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from local.adapters import Served
from local.crm.client import ApiError, CrmClient
from local.crm.mails import CrmMail
from local.demo.plan import DemoError
from mailroom.prediction import Prediction

_BATCH = 5
_PAUSE_SECONDS = 0.05
_MOST_SPANS = 16


@dataclass
class Traffic:
    """``answered``: mails by the version that answered them; ``failed``: mails that got no labels; ``times``: when
    which version answered a mail, in seconds since the first; ``problem``: what ended the sending too early."""

    answered: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    times: list[tuple[float, str]] = field(default_factory=list)
    problem: Exception | None = None

    def answer(self, version: str, at: float) -> None:
        """Count a mail that a version answered, ``at`` seconds since the first."""
        self.answered[version] += 1
        self.times.append((at, version))

    def check(self, versions: Collection[str]) -> None:
        """Hold what came of it against the versions that had to answer, and nothing else.

        Raises:
            DemoError: a mail was not answered, a version answered none, or another one did.
        """
        if self.problem is not None:
            raise DemoError(f"The mails broke off while the new version took over: {self.problem}") from self.problem
        if self.failed:
            raise DemoError(f"{self.failed} mails were not answered while the new version took over.")
        if set(self.answered) != set(versions):
            raise DemoError(f"Both versions had to answer mails in the canary, but it was: {self.line()}.")

    def line(self) -> str:
        """What came of it."""
        parts = [f"{count:,} by {version}" for version, count in self.answered.items()]
        whole = sum(self.answered.values()) + self.failed
        return f"{whole:,} mails meanwhile: {', '.join([*parts, f'{self.failed} failed'])}"

    def shift(self, version: str) -> str:
        """The version's share of the mails, in percent, over equal spans of the time."""
        if not self.times:
            return "no mail was answered meanwhile"
        span = max(1.0, (self.times[-1][0] + 1e-9) / _MOST_SPANS)
        whole, new = Counter[int](), Counter[int]()
        for at, answered_by in self.times:
            whole[int(at / span)] += 1
            new[int(at / span)] += answered_by == version
        shares = " ".join(f"{100 * new[one] / whole[one]:.0f}" for one in sorted(whole))
        return f"share of {version} every {span:.0f} s, in %: {shares}"


@contextmanager
def traffic(served: Served, mails: Sequence[CrmMail]) -> Iterator[Traffic]:
    """Send ``mails``, again and again, for as long as the context lasts."""
    counted, over = Traffic(), threading.Event()
    sender = threading.Thread(target=_keep_sending, args=(served, mails, counted, over), name="traffic", daemon=True)
    sender.start()
    try:
        yield counted
    finally:
        over.set()
        sender.join()


def _keep_sending(served: Served, mails: Sequence[CrmMail], counted: Traffic, over: threading.Event) -> None:
    try:
        _send(served, mails, counted, over)
    except Exception as error:  # a thread's exception would be lost, and with it that no mails came any more
        counted.problem = error


def _send(served: Served, mails: Sequence[CrmMail], counted: Traffic, over: threading.Event) -> None:
    client = CrmClient(served.url, served.api_key)
    emails = [mail.email for mail in mails]
    start, began = 0, time.monotonic()
    try:
        while not over.wait(_PAUSE_SECONDS):
            batch = emails[start : start + _BATCH]
            start = start + _BATCH if start + _BATCH < len(emails) else 0
            try:
                answers = client.classify(batch, batch_size=_BATCH, progress=False)
            except ApiError:
                counted.failed += len(batch)
                continue
            for answer in answers:
                if isinstance(answer.result, Prediction):
                    counted.answer(answer.result.model_version, time.monotonic() - began)
                else:
                    counted.failed += 1
    finally:
        client.close()
