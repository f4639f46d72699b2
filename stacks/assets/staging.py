"""An archive as a CDK asset."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import AssetHashType, aws_s3_assets
from constructs import Construct

from stacks.assets.archives import content_hash, tar_gz_archive, zip_archive

ROOT = Path(__file__).parents[2]
STAGING = ROOT / "build" / "assets"
_PACKERS = {".zip": zip_archive, ".tar.gz": tar_gz_archive}


def stage(name: str, entries: Mapping[str, bytes]) -> tuple[Path, str]:
    """Write ``entries`` as ``name`` (``classify.zip``, ``training.tar.gz``); returns the file and the content's hash.

    The file lies in a folder of its hash, so that two synths at the same time do not meet.
    """
    digest = content_hash(entries)
    suffix = next(suffix for suffix in _PACKERS if name.endswith(suffix))
    path = STAGING / digest / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{name}.{id(entries)}.part")
        part.write_bytes(_PACKERS[suffix](entries))
        part.replace(path)
    return path, digest


def archive_asset(
    scope: Construct, construct_id: str, *, name: str, entries: Mapping[str, bytes]
) -> aws_s3_assets.Asset:
    """An asset whose hash is its content's."""
    path, digest = stage(name, entries)
    return aws_s3_assets.Asset(
        scope, construct_id, path=str(path), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM
    )
