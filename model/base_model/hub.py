"""A base model from the Hugging Face hub: only for a specification that says "hub:", never as a fallback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.base_model.cache import Manifest, cached_folder
from model.base_model.errors import BaseModelError
from model.base_model.folder import is_model_file
from model.base_model.pickled_weights import convert_pickled_weights
from model.base_model.portable import make_tokenizer_portable

PICKLED_WEIGHTS = "pytorch_model.bin"
# Raise it whenever the folder made from one and the same commit changes: caches are then rebuilt.
FETCHER_VERSION = 1


def hub_folder(
    folder: Path,
    *,
    repository: str,
    revision: str = "main",
    endpoint: str | None = None,
    progress: bool = True,
    full_check: bool = False,
) -> Manifest:
    """Make `folder` hold the hub's `repository` at `revision` (a branch, tag or commit).

    A folder fetched earlier is reused without asking the hub again, so a branch stays at the commit first
    seen; the origin names that commit. Safetensors are taken where published; otherwise pytorch_model.bin is
    read with `torch.load(weights_only=True)` and stored as safetensors. A fast tokenizer is made where none
    is published. `endpoint`: None means the hub (or HF_ENDPOINT). Raises BaseModelError if the hub cannot be
    reached or has no such model, ConversionError if pickled weights hold anything else.
    """

    def build(empty: Path) -> str:
        with _progress_bars(shown=progress):
            commit = _download(empty, repository=repository, revision=revision, endpoint=endpoint)
        pickled = empty / PICKLED_WEIGHTS
        if pickled.exists():
            convert_pickled_weights(pickled, empty / "model.safetensors")
            pickled.unlink()
        if not (empty / "tokenizer.json").exists():
            _make_fast_tokenizer(empty)
        return f"hub:{repository}@{commit}"

    recipe = {"hub": repository, "revision": revision, "fetcher": str(FETCHER_VERSION)}
    return cached_folder(folder, recipe=recipe, build=build, full_check=full_check)


def _download(folder: Path, *, repository: str, revision: str, endpoint: str | None) -> str:
    from huggingface_hub import HfApi, snapshot_download

    try:
        info = HfApi(endpoint=endpoint).model_info(repository, revision=revision)
        names = [sibling.rfilename for sibling in info.siblings or () if "/" not in sibling.rfilename]
        wanted = [name for name in names if is_model_file(name)]
        if not any(name.endswith(".safetensors") for name in wanted):
            wanted += [name for name in names if name == PICKLED_WEIGHTS]
        snapshot_download(repository, revision=info.sha, allow_patterns=wanted, local_dir=folder, endpoint=endpoint)
    # Only huggingface_hub runs above, and what it raises for a broken line depends on its release and the
    # HTTP library below it (requests, httpx): whatever it is, a person needs the same sentence.
    except Exception as problem:
        cause = " ".join(str(problem).split())[:200].rstrip(". ")
        raise BaseModelError.unavailable(f"hub:{repository} cannot be fetched ({cause})") from problem
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the download's own bookkeeping
    return str(info.sha)


def _make_fast_tokenizer(folder: Path) -> None:
    from transformers import AutoTokenizer

    try:
        AutoTokenizer.from_pretrained(folder, local_files_only=True).save_pretrained(folder)
    except (OSError, ValueError) as problem:
        raise BaseModelError.unavailable("The hub's model has no tokenizer that could be made a fast one") from problem
    make_tokenizer_portable(folder)


@contextmanager
def _progress_bars(*, shown: bool) -> Iterator[None]:
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    if shown or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()
