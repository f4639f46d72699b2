"""One way to every base model: a specification in, a checked Hugging Face folder out."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from model.base_model.cache import Manifest
from model.base_model.errors import BaseModelError
from model.base_model.folder import check_complete, fingerprint_of, model_files, sha256_of

EMBEDDED = "embedded"
EMBEDDED_UNTRIMMED = "embedded:untrimmed"


@dataclass(frozen=True, kw_only=True)
class BaseModel:
    """A pretrained encoder on disk.

    `path` holds config.json, safetensors and a fast tokenizer, for AutoModel and AutoTokenizer. `fingerprint`
    is a hexadecimal SHA-256 over its model files: equal fingerprints mean equal models. `source` says where
    it came from, as exactly as is known (package version, hub commit, S3 prefix, folder).
    """

    path: Path
    name: str
    fingerprint: str
    source: str


def resolve(spec: str, *, cache: Path, progress: bool = True, full_check: bool = False) -> BaseModel:
    """The base model `spec` names:

    - `embedded`: multilingual-e5-small from the pinned PyPI package, trimmed to German and English; no
      network. `embedded:untrimmed` keeps all its pieces;
    - `path:FOLDER`, or simply an existing folder: used where it lies, never written to;
    - `s3://bucket/prefix`: downloaded into `cache` when it changed there;
    - `hub:NAME` or `hub:NAME@REVISION`: fetched into `cache` once.

    What is in `cache` is checked against its manifest on every call, by size and modification time, or by
    SHA-256 with `full_check`; a damaged entry is made again. `progress` shows progress bars on standard
    error. Raises BaseModelError, one sentence for a person, if there is no such model or it cannot be
    reached.
    """
    if spec in (EMBEDDED, EMBEDDED_UNTRIMMED):
        return _embedded(cache, trimmed=spec == EMBEDDED, progress=progress, full_check=full_check)
    if spec.startswith("s3://"):
        return _s3(spec, cache, progress=progress, full_check=full_check)
    if spec.startswith("hub:"):
        return _hub(spec, cache, progress=progress, full_check=full_check)
    if spec.startswith("path:") or Path(spec).is_dir():
        return _local(Path(spec.removeprefix("path:")))
    raise BaseModelError.unavailable(f"{spec!r} is neither a folder nor a known kind of base model")


def _embedded(cache: Path, *, trimmed: bool, progress: bool, full_check: bool) -> BaseModel:
    from model.base_model.embedded import NAME, embedded_folder

    folder = cache / f"embedded-{NAME}{'' if trimmed else '-untrimmed'}"
    manifest = embedded_folder(folder, trimmed=trimmed, progress=progress, full_check=full_check)
    return _made(folder, NAME, manifest)


def _s3(spec: str, cache: Path, *, progress: bool, full_check: bool) -> BaseModel:
    from model.base_model.s3 import s3_folder

    bucket, _, key = spec.removeprefix("s3://").partition("/")
    prefix = key.strip("/")
    if not bucket:
        raise BaseModelError.unavailable(f"{spec!r} names no bucket")
    folder = cache / _entry_name("s3", f"{bucket}/{prefix}")
    manifest = s3_folder(folder, bucket=bucket, prefix=prefix, progress=progress, full_check=full_check)
    return _made(folder, prefix.rpartition("/")[2] or bucket, manifest)


def _hub(spec: str, cache: Path, *, progress: bool, full_check: bool) -> BaseModel:
    from model.base_model.hub import hub_folder

    repository, _, revision = spec.removeprefix("hub:").partition("@")
    folder = cache / _entry_name("hub", f"{repository}@{revision or 'main'}")
    manifest = hub_folder(
        folder, repository=repository, revision=revision or "main", progress=progress, full_check=full_check
    )
    return _made(folder, repository, manifest)


def _local(folder: Path) -> BaseModel:
    if not folder.is_dir():
        raise BaseModelError.unavailable(f"{folder} is not a folder")
    check_complete(folder, called=str(folder))
    digests = {path.name: sha256_of(path) for path in model_files(folder)}
    return BaseModel(
        path=folder, name=folder.resolve().name, fingerprint=fingerprint_of(digests), source=f"path:{folder}"
    )


def _made(folder: Path, name: str, manifest: Manifest) -> BaseModel:
    return BaseModel(path=folder, name=name, fingerprint=manifest.fingerprint, source=manifest.origin)


def _entry_name(kind: str, identity: str) -> str:
    # Readable, and yet "a/b" and "a-b" do not meet in one folder.
    readable = re.sub(r"[^A-Za-z0-9._]+", "-", identity).strip("-.")
    return f"{kind}-{readable}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
