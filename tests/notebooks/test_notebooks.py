"""Notebooks as they are committed: source alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.shown_in_notebooks import shown_content

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS] == ["explore_export.ipynb"]


def _kept(notebook: dict[str, Any]) -> list[str]:
    """Ids of the cells that keep something of a run."""
    return [
        cell["id"]
        for cell in notebook["cells"]
        if cell.get("outputs") or cell.get("execution_count") is not None or cell["metadata"]
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_output_is_committed(path: Path):
    # What a run shows is somebody's export: labels and ids of customers' mails.
    assert _kept(json.loads(path.read_text(encoding="utf-8"))) == []


def test_an_output_would_be_found():
    cell = {"id": "one", "cell_type": "code", "metadata": {}, "outputs": [{"text": "secret"}], "execution_count": None}
    assert _kept({"cells": [cell, {**cell, "id": "two", "outputs": []}]}) == ["one"]


def _code(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_cell_shows_the_content_of_a_mail(path: Path):
    assert shown_content(_code(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_cell_that_did_would_be_found(path: Path):
    for line in ("print(mails[0].text)", "print(list(copies)[:3])", "mails[0].subject"):
        assert shown_content(f"{_code(path)}\n{line}") == [line]


@pytest.mark.parametrize(
    "source",
    [
        "display(f'{mail.subject}')",
        "print(\n    'first:',\n    mail.text,\n)",
        "print(row['body'])",
        "words = mail.text.split()\nfirst = words[0]\nprint(first)",
        "for word in mail.text.split():\n    print(word)",
        "print(', '.join(one.text for one in mails))",
        "found = []\nfound.append(mail.text)\nprint(found)",
        "axes.set(title=mail.subject)",
    ],
)
def test_content_is_followed_to_where_it_is_shown(source: str):
    assert len(shown_content(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "print(len(mail.text))",
        "lengths = [len(mail.text.split()) for mail in mails]\nprint(max(lengths))",
        "languages = [detect_language(mail.text) for mail in mails]\nprint(languages)",
        "same = {}\nsame.setdefault(mail.text, []).append(mail.id)\nprint([ids for ids in same.values()])",
        "print(mail.id, mail.labels)",
    ],
)
def test_what_counts_or_judges_content_may_be_shown(source: str):
    assert shown_content(source) == []


def test_the_notebook_runs_on_the_kernel_that_make_notebook_installs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        kernel = json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"]
        assert f"--name {kernel} " in makefile


def test_jupyters_own_copies_are_not_committed():
    ignored = subprocess.run(
        ["git", "check-ignore", "notebooks/.ipynb_checkpoints/explore_export-checkpoint.ipynb"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert ignored.returncode == 0
