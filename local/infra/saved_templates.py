"""The templates of the last release: one normalised JSON file per stack, and the version that they are of."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.infra.assembly import SynthesizedStack
from local.infra.errors import AssemblyError
from model.files import write_atomically

DEFAULT_FOLDER = Path("releases/templates")
RELEASE = "release.json"
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def save_templates(stacks: Sequence[SynthesizedStack], folder: Path, *, version: str) -> None:
    """Write `ENV/STACK.json` for each stack, and nothing else: a stack that is gone leaves no file behind.

    Raises:
        AssemblyError: ``version`` has not the form 1.2.3.
    """
    if not _VERSION.fullmatch(version):
        raise AssemblyError(f"A version has the form 1.2.3, not {version!r}.")
    for environment in {stack.environment for stack in stacks}:
        shutil.rmtree(folder / environment, ignore_errors=True)
    for stack in stacks:
        file = folder / stack.environment / f"{stack.name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, normalised(stack.template))
    write_atomically(folder / RELEASE, normalised({"version": version}))


def load_templates(folder: Path, environment: str) -> Mapping[str, Mapping[str, Any]]:
    """The saved templates of one environment, by stack.

    Raises:
        AssemblyError: none were saved, or one is damaged.
    """
    files = sorted((folder / environment).glob("*.json"))
    if not files:
        raise AssemblyError(f"{folder} holds no templates of {environment}: save them with `make save-templates`.")
    return {file.stem: _load(file) for file in files}


def saved_version(folder: Path) -> str:
    """The version whose templates are saved.

    Raises:
        AssemblyError: it is missing or damaged.
    """
    content = _load(folder / RELEASE)
    if not isinstance(content.get("version"), str):
        raise AssemblyError(f"{folder / RELEASE} names no version: save the templates with `make save-templates`.")
    return content["version"]


def normalised(content: Mapping[str, Any]) -> str:
    """JSON whose text is equal for equal content and differs line by line where the content does."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def _load(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssemblyError(f"{file} is missing or damaged: restore it, or run `make save-templates`.") from error
    if not isinstance(content, dict):
        raise AssemblyError(f"{file} is not a template: restore it, or run `make save-templates`.")
    return content
