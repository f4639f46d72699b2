"""The pipeline's definition as the tests of the stacks build it.

Loaded by its path: a package that the SDK needs brings a top-level ``tests`` of its own, which hides this project's.
"""

import importlib.util
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def definition() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("pipeline_settings", ROOT / "tests" / "support" / "pipeline.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    whole: dict[str, Any] = module.definition()
    return whole
