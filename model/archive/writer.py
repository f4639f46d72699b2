"""Writing a model archive: files, then a manifest over them, then one reproducible model.tar.gz."""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from mailroom.policy import Policy
from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import taxonomy_to_json
from mailroom.wire.policies import policy_to_json
from model.archive.code import write_code
from model.archive.layout import FORMAT, FORMAT_VERSION, ArchiveLayout
from model.archive.reader import sha256
from model.base_model.portable import make_tokenizer_portable
from model.classifier.calibration import Calibration, calibration_to_json
from model.classifier.lexical import LexicalModel
from model.classifier.network import Heads


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """All that goes into an archive beside its weights."""

    taxonomy: Taxonomy
    labels: Mapping[str, Sequence[str]]
    languages: Sequence[str]
    max_tokens: int
    architecture: str
    calibration: Calibration
    policy: Policy
    lexical: LexicalModel | None
    metrics: Mapping[str, Any]
    facts: Mapping[str, Any]


def write_encoder(
    layout: ArchiveLayout, encoder: PreTrainedModel, heads: Heads, tokenizer: PreTrainedTokenizerFast
) -> None:
    """Encoder, tokenizer and heads of a multi-task model."""
    encoder.to(torch.float32).save_pretrained(layout.encoder)
    tokenizer.save_pretrained(layout.encoder)
    make_tokenizer_portable(layout.encoder)
    save_file({name: tensor.detach().contiguous() for name, tensor in heads.state_dict().items()}, layout.heads)


def write_stock(
    layout: ArchiveLayout, number: int, classifier: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    """The sequence classifier of task number ``number`` of the baseline."""
    classifier.save_pretrained(layout.stock / str(number))
    tokenizer.save_pretrained(layout.stock / str(number))
    make_tokenizer_portable(layout.stock / str(number))


def write_lexical(path: Path, lexical: LexicalModel) -> None:
    """The lexical part; weights as float16, which changes no score by more than a thousandth."""
    save_file(
        {
            "words.buckets": torch.from_numpy(lexical.words.buckets),
            "words.idf": torch.from_numpy(lexical.words.idf),
            "characters.buckets": torch.from_numpy(lexical.characters.buckets),
            "characters.idf": torch.from_numpy(lexical.characters.idf),
            "weights": lexical.weights.to(torch.float16).contiguous(),
            "bias": lexical.bias.contiguous(),
        },
        path,
    )


def finish_archive(layout: ArchiveLayout, model: TrainedModel, *, root: Path, vendor: Path | None) -> str:
    """Write everything but the encoder, and the manifest last; returns the model version.

    The version is made from the content: equal content, equal version.
    """
    if model.lexical is not None:
        write_lexical(layout.lexical, model.lexical)
    _write_json(layout.taxonomy, taxonomy_to_json(model.taxonomy))
    _write_json(layout.calibration, calibration_to_json(model.calibration))
    _write_json(layout.policy, policy_to_json(model.policy))
    _write_json(layout.metrics, model.metrics)
    write_code(layout.code, root=root, vendor=vendor)
    return write_manifest(
        layout,
        {
            "taxonomy_version": model.taxonomy.version,
            "architecture": model.architecture,
            "labels": {task: list(labels) for task, labels in model.labels.items()},
            "languages": list(model.languages),
            "max_tokens": model.max_tokens,
            "facts": dict(model.facts),
        },
    )


def write_manifest(layout: ArchiveLayout, said: Mapping[str, Any]) -> str:
    """Write the manifest over all files that are there, with what is ``said`` of the model; returns its version."""
    files = {
        str(path.relative_to(layout.root)): sha256(path)
        for path in sorted(layout.root.rglob("*"))
        if path.is_file() and path != layout.manifest
    }
    version = f"m-{hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]}"
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "model_version": version}
    _write_json(layout.manifest, {**head, **said, "files": files})
    return version


def pack(folder: Path, target: Path) -> None:
    """Pack a model folder as model.tar.gz, byte-identical for equal content: sorted, no times, no owners."""
    part = target.with_suffix(".part")
    with (
        part.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=1, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*")):
            if "__pycache__" in path.parts or not path.is_file():
                continue
            member = tarfile.TarInfo(str(path.relative_to(folder)))
            member.size, member.mode = path.stat().st_size, 0o644
            with path.open("rb") as file:
                archive.addfile(member, file)
    part.replace(target)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
