"""What a complete base model folder holds, and the one digest that stands for its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from model.base_model.errors import BaseModelError

# What transformers reads from a model folder. Anything else (a README, pickled weights, ONNX) is not the
# model.
MODEL_FILES = (
    "config.json",
    "*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "*.model",
)


def is_model_file(name: str) -> bool:
    """Whether a file of this name, directly in a model folder, belongs to the model."""
    return any(Path(name).match(pattern) for pattern in MODEL_FILES)


def model_files(folder: Path) -> tuple[Path, ...]:
    """The files of `folder` that make up the model, by name. Raises BaseModelError if it is unreadable."""
    try:
        files = [path for path in folder.iterdir() if is_model_file(path.name) and path.is_file()]
    except OSError as problem:
        raise BaseModelError.unavailable(f"{folder} cannot be read ({problem.strerror})") from problem
    return tuple(sorted(files))


def check_complete(folder: Path, *, called: str) -> None:
    """Raise BaseModelError unless `folder` has what AutoModel and AutoTokenizer need.

    That is a config with a model type, safetensors weights (each shard of them) and a fast tokenizer.
    `called` is how the sentence names the folder.
    """
    names = {path.name for path in model_files(folder)}
    missing = sorted({"config.json", "tokenizer.json"} - names)
    if "model.safetensors.index.json" in names:
        missing += sorted(_shards(folder / "model.safetensors.index.json", called=called) - names)
    elif "model.safetensors" not in names:
        missing.append("model.safetensors")
    if missing:
        raise BaseModelError.unavailable(f"{called} is not a base model, it lacks {', '.join(missing)}")
    if "model_type" not in _object(folder / "config.json", called=called):
        raise BaseModelError.unavailable(f"{called} is not a base model, its config.json names no model_type")


def sha256_of(file: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fingerprint_of(digests: Mapping[str, str]) -> str:
    """One SHA-256 over a folder, from file names to their SHA-256: equal exactly when names and bytes are
    equal."""
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def _shards(index: Path, *, called: str) -> set[str]:
    shards = _object(index, called=called).get("weight_map")
    return set(map(str, shards.values())) if isinstance(shards, dict) else {"model.safetensors"}


def _object(file: Path, *, called: str) -> dict[str, object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise BaseModelError.unavailable(f"{called} is damaged, its {file.name} is not a JSON object")
    return content
