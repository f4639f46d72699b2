"""What Airflow parses every few seconds stays light, and finds what it imports where the upload puts it."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"
HELPERS = DAGS / "mailroom_retrain_helpers"
FILES = sorted(DAGS.glob("*.py"))


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
    light = set(sys.stdlib_module_names) | {"airflow", "mailroom", "mailroom_retrain_helpers"}
    assert _modules(ast.parse(path.read_text(encoding="utf-8")).body) - light == set()


def test_what_a_dag_imports_at_parse_time_does_not_import_boto3_either():
    top = {name for path in FILES for name in _parse_time_helpers(path)}
    assert top == {"errors", "month", "settings"}
    heavy = set().union(*(_everywhere((HELPERS / f"{name}.py").read_text(encoding="utf-8")) for name in top))
    assert heavy - set(sys.stdlib_module_names) == {"mailroom", "mailroom_retrain_helpers"}


def _parse_time_helpers(path: Path) -> set[str]:
    found = set()
    waiting = [path]
    while waiting:
        for node in ast.parse(waiting.pop().read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mailroom_retrain_helpers."):
                name = node.module.rpartition(".")[2]
                if name not in found:
                    found.add(name)
                    waiting.append(HELPERS / f"{name}.py")
    return found


@pytest.mark.parametrize("path", sorted(HELPERS.glob("*.py")), ids=lambda path: path.name)
def test_helpers_know_nothing_of_airflow(path: Path):
    allowed = set(sys.stdlib_module_names) | {"botocore", "mailroom", "mailroom_retrain_helpers"}
    assert _everywhere(path.read_text(encoding="utf-8")) - allowed == set()


def test_airflow_does_not_parse_what_lies_beside_the_dags():
    lines = (DAGS / ".airflowignore").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} == {"mailroom/", "mailroom_retrain_helpers/"}


def test_the_dag_reads_the_options_that_the_orchestration_stack_sets():
    read = set(re.findall(r'SECTION, "(\w+)"', "".join(path.read_text(encoding="utf-8") for path in _all_sources())))
    written = set(re.findall(r'"mailroom\.(\w+)":', (ROOT / "stacks" / "orchestration.py").read_text(encoding="utf-8")))
    assert read == written == {"exports_bucket", "exports_prefix", "pipeline_name", "schedule", "tasks"}


def _all_sources() -> list[Path]:
    return [*FILES, *HELPERS.glob("*.py")]
