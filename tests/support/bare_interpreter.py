"""A function's code in an interpreter of its own, as Lambda starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_HANDLE = """
import importlib, json, sys
package, event = sys.argv[1:]
handler = importlib.import_module(f"{package}.handler").handler
class Context:
    aws_request_id = "lambda-1"
    def get_remaining_time_in_millis(self):
        return 30000
print(json.dumps(handler(json.loads(event), Context())))
"""

_IMPORT = """
import importlib, json, os, sys
import boto3
class Guarded(dict):
    def __getitem__(self, key):
        raise AssertionError(key)
    get = __getitem__
    __contains__ = __getitem__
def refuse(*_, **__):
    raise AssertionError("a client")
boto3.session.Session.client = refuse
os.environ = Guarded()
importlib.import_module(f"{sys.argv[1]}.handler")
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def handle(package: str, event: dict[str, object], **environment: str) -> list[dict[str, Any]]:
    """The lines that the function's handler logged, and its answer."""
    return [json.loads(line) for line in _run(_HANDLE, package, json.dumps(event), **environment).splitlines()]


def imported(package: str) -> set[str]:
    """What is loaded once the handler is imported; fails if that reads the environment or opens a client."""
    return set(json.loads(_run(_IMPORT, package)))


def _run(code: str, *arguments: str, **environment: str) -> str:
    paths = os.pathsep.join([str(ROOT / "lambda"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
