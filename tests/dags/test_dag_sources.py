"""What Airflow parses every few seconds stays light, and finds what it imports where the upload puts it."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"
FILES = sorted(DAGS.glob("*.py"))
PACKAGES = sorted(path for path in DAGS.iterdir() if path.is_dir() and path.name != "__pycache__")
NAMES = {path.name for path in PACKAGES}
HELPERS = [path for package in PACKAGES for path in sorted(package.glob("*.py"))]
# What binds the plain helpers to Airflow.
GLUE = DAGS / "mailroom_dags" / "final.py"


def _modules(nodes: list[ast.stmt]) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def _everywhere(source: str) -> set[str]:
    return _modules([node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_imports_nothing_heavy_when_it_is_parsed(path: Path):
    light = set(sys.stdlib_module_names) | {"airflow", "mailroom"} | NAMES
    assert _modules(ast.parse(path.read_text(encoding="utf-8")).body) - light == set()


def test_what_a_dag_imports_at_parse_time_does_not_import_boto3_either():
    parsed = {path for file in FILES for path in _imported_at_parse_time(file)}
    assert {path.relative_to(DAGS).as_posix() for path in parsed} == {
        "mailroom_dags/final.py",
        "mailroom_dags/month.py",
        "mailroom_dags/section.py",
        "mailroom_feedback_helpers/settings.py",
        "mailroom_retrain_helpers/errors.py",
        "mailroom_retrain_helpers/settings.py",
        "mailroom_retrain_helpers/wishes.py",
    }
    imported = set().union(*(_everywhere(path.read_text(encoding="utf-8")) for path in parsed - {GLUE}))
    assert imported - set(sys.stdlib_module_names) - NAMES == {"mailroom"}


def _imported_at_parse_time(file: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        for node in ast.parse(waiting.pop().read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in NAMES:
                path = DAGS.joinpath(*str(node.module).split(".")).with_suffix(".py")
                if path not in found:
                    found.add(path)
                    waiting.append(path)
    return found


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_helpers_know_nothing_of_airflow(path: Path):
    allowed = set(sys.stdlib_module_names) | {"botocore", "mailroom"} | NAMES | ({"airflow"} if path == GLUE else set())
    assert _everywhere(path.read_text(encoding="utf-8")) - allowed == set()


def test_airflow_does_not_parse_what_lies_beside_the_dags():
    lines = (DAGS / ".airflowignore").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} == {"mailroom/", *(f"{name}/" for name in NAMES)}


def test_the_dags_read_the_options_that_the_orchestration_stack_sets():
    sources = "".join(path.read_text(encoding="utf-8") for path in [*FILES, *HELPERS])
    read = set(re.findall(r'SECTION, "(\w+)"', sources))
    written = set(re.findall(r'"mailroom\.(\w+)":', (ROOT / "stacks" / "orchestration.py").read_text(encoding="utf-8")))
    assert read == written
    assert "schedule" in read
