"""The functions' packed code, tried as Lambda has it: alone, in a bare interpreter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.assets.archives import zip_archive
from stacks.assets.function_code import function_entries

FUNCTIONS = ["classify", "deploy", "feedback"]
_LOADED = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
handler = getattr(importlib.import_module(sys.argv[2] + ".handler"), "handler")
assert callable(handler)
print(json.dumps(sorted(m.__spec__.origin.replace(chr(92), "/").partition(".zip/")[2]
    for m in list(sys.modules.values()) if getattr(m, "__spec__", None) and ".zip/" in str(m.__spec__.origin))))
"""


@pytest.fixture(params=FUNCTIONS)
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    path = tmp_path / f"{request.param}.zip"
    path.write_bytes(zip_archive(function_entries(request.param)))
    return request.param, path


def test_each_function_loads_from_its_zip_alone_and_what_it_loads_is_all_there_is(packed: tuple[str, Path]):
    name, path = packed
    done = subprocess.run(
        [sys.executable, "-I", "-c", _LOADED, str(path), name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    code = [entry for entry in function_entries(name) if entry.endswith(".py")]
    assert sorted(code) == loaded


def test_no_function_carries_the_model_or_another_function():
    tops = {name: {entry.partition("/")[0] for entry in function_entries(name)} for name in FUNCTIONS}
    assert all(found <= {name, "mailroom"} for name, found in tops.items()), tops
