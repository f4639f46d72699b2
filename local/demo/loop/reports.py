"""What a person reads before approving a version, kept beyond the end of the emulated accounts."""

from pathlib import Path

from local.demo.loop.runs import metadata
from local.demo.loop.world import World

COMPARISON = "comparison.html"
# Pages that open offline, and the card that goes with the version.
_KEPT = (COMPARISON, "report.html", "model_card.md")


def keep_reports(world: World, environment: str, package: str) -> Path:
    """Download the version's pages into a folder of its own below the demo's, named like the model; returns it."""
    known = metadata(world, environment, package)
    bucket, _, prefix = known["evaluation"].removeprefix("s3://").partition("/")
    folder = world.folder / "reports" / known["model_version"]
    folder.mkdir(parents=True, exist_ok=True)
    s3 = world.client(environment, "s3")
    for name in _KEPT:
        s3.download_file(bucket, f"{prefix.rstrip('/')}/{name}", str(folder / name))
    return folder
