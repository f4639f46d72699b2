"""The CDK command line's output as one line per stack."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

# "✅  dev/network (mailroom-dev-network)", or with "(no changes)" behind it; "❌  mailroom-dev-network failed ...".
_DONE = re.compile(r"^✅\s+(?P<name>\S+)(?: \((?P<stack>[^() ]+)\))?(?P<same> \(no changes\))?(?: .*)?$")
_FAILED = re.compile(r"^❌\s+\S+")
_TIME = re.compile(r"^✨\s+Deployment time: (?P<seconds>[0-9.]+)s")


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One stack: its name, whether anything changed, and how long it took."""

    stack: str
    changed: bool
    seconds: float | None

    def line(self, environment: str) -> str:
        """``[dev] network ... ok 0.4 s``, or ``no differences``."""
        part = self.stack.rpartition("/")[2].removeprefix(f"mailroom-{environment}-")
        taken = "" if self.seconds is None else f" {self.seconds:.1f} s"
        return f"[{environment}] {part} ... {'ok' if self.changed else 'no differences'}{taken}"


def deployed(lines: Iterator[str]) -> Iterator[Deployed]:
    """The stacks in the order in which they were finished, each as soon as the output tells its time."""
    waiting: list[tuple[str, bool]] = []
    for line in lines:
        text = line.rstrip()
        if match := _DONE.match(text):
            waiting.append((match["name"], match["same"] is None))
        elif (match := _TIME.match(text)) and waiting:
            stack, changed = waiting.pop(0)
            yield Deployed(stack=stack, changed=changed, seconds=float(match["seconds"]))
    for stack, changed in waiting:
        yield Deployed(stack=stack, changed=changed, seconds=None)


def reason(output: str) -> str:
    """Why the command line failed, in its own words, on one line; the last line if it names no stack."""
    lines = [line.strip() for line in output.rstrip().splitlines()]
    failed = [number for number, line in enumerate(lines) if _FAILED.match(line)]
    if not failed:
        return next((line for line in reversed(lines) if line), "it wrote nothing")
    stack, *rest = (line.lstrip("❌‣ ") for line in lines[failed[-1] :])
    words = " ".join(itertools.takewhile(bool, rest))
    return f"{stack}: {words}" if words else stack
