"""Where the exports lie and which pipeline trains: set by the orchestration stack."""

from collections.abc import Callable
from dataclasses import dataclass

from mailroom_dags.section import SECTION


@dataclass(frozen=True, kw_only=True)
class RetrainSettings:
    """``exports_prefix`` holds a folder per month, ``2026-03``; ``tasks`` are those that the pipeline trains;
    ``environment`` is dev or prod."""

    environment: str
    pipeline_name: str
    exports_bucket: str
    exports_prefix: str
    artefacts_bucket: str
    tasks: tuple[str, ...]

    @classmethod
    def read(cls, option: Callable[[str, str], str]) -> "RetrainSettings":
        """From ``option(section, key)``, which raises for a missing key: nothing falls back."""
        return cls(
            environment=option(SECTION, "environment"),
            pipeline_name=option(SECTION, "pipeline_name"),
            exports_bucket=option(SECTION, "exports_bucket"),
            exports_prefix=option(SECTION, "exports_prefix"),
            artefacts_bucket=option(SECTION, "artefacts_bucket"),
            tasks=tuple(option(SECTION, "tasks").split(",")),
        )
