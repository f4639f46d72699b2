"""How far a training is, read from what it prints while the account only says that it runs."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mailroom.training_metrics import NUMBER

_LOOK_SECONDS = 0.5
_EPOCH = re.compile(rf"^epoch=(\d+) .*\bvalidation:score={NUMBER}", re.MULTILINE)


@contextmanager
def epochs_told(log: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Say a line for each epoch that ``log``, which may not be there yet, tells of while the context lasts."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(log, say, over), name="epochs", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(log: Path, say: Callable[[str], None], over: threading.Event) -> None:
    told = 0
    while True:
        ended = over.wait(_LOOK_SECONDS)
        found = epochs_in(_text(log))
        for epoch, score in found[told:]:
            say(f"             epoch {epoch}: validation score {score:.3f}")
        told = max(told, len(found))
        if ended:
            return


def epochs_in(text: str) -> list[tuple[int, float]]:
    """Each epoch that a log tells of, with its validation score: the mean of accuracy and macro-F1 over the tasks."""
    # A progress bar redraws its line; each drawing counts as one.
    return [(int(number), float(score)) for number, score in _EPOCH.findall(text.replace("\r", "\n"))]


def _text(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
