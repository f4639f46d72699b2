"""Notebooks as they are committed: source alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_cell_shows_the_text_of_a_mail(path: Path):
    """By the syntax: subject, text and banks of a mail are counted and compared, and reach no output."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    shown = [line for source in code for line in source.splitlines() if "print(" in line or "display(" in line]
    assert shown
    assert [line for line in shown if ".text" in line or ".subject" in line or "custodian_banks" in line] == []


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
