"""How long each stage took, and whether it had anything to do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Stage:
    """One stage; ``note`` is said behind its time."""

    name: str
    seconds: float = 0.0
    note: str = ""


@dataclass
class Clock:
    """The stages of a run, in order."""

    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Announce a stage, time it."""
        print(f"\n── {name} " + "─" * max(1, 74 - len(name)), flush=True)
        stage = Stage(name)
        started = time.monotonic()
        yield stage
        stage.seconds = time.monotonic() - started
        self.stages.append(stage)

    def table(self) -> str:
        """All stages and their sum, in seconds."""
        width = max(len(stage.name) for stage in self.stages)
        lines = [f"{stage.name.ljust(width)}  {stage.seconds:>6.1f} s  {stage.note}".rstrip() for stage in self.stages]
        total = sum(stage.seconds for stage in self.stages)
        return "\n".join([*lines, f"{'together'.ljust(width)}  {total:>6.1f} s"])
