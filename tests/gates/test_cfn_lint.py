"""cfn-lint over every template: no warning but those that a template itself is excused from, and no excuse too many."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.construct_paths import Synthesized, distinct

pytestmark = pytest.mark.slow

CFN_LINT = Path(sys.executable).with_name("cfn-lint")


def _lint(files: Iterable[Path]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [str(CFN_LINT), "--format", "json", "--", *map(str, files)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def _without_excuses(stack: Synthesized, folder: Path, number: int) -> tuple[Path, set[tuple[str, str, str]]]:
    """A copy of a template without the rules that its resources are excused from, and those rules."""
    template = dict(stack.template)
    excused = set()
    for logical_id, resource in template.get("Resources", {}).items():
        config = resource.get("Metadata", {}).pop("cfn-lint", {}).get("config", {})
        excused |= {(rule, stack.file.name, logical_id) for rule in config.get("ignore_checks", [])}
    file = folder / str(number) / stack.file.name
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(template), encoding="utf-8")
    return file, excused


def test_it_finds_exactly_what_single_resources_are_excused_from(stacks, tmp_path):
    copies = [_without_excuses(stack, tmp_path, number) for number, stack in enumerate(distinct(stacks.values()))]
    found = {}
    for one in _lint(file for file, _ in copies):
        where = one["Location"]["Path"] or ["template"]
        thing = where[1] if where[0] == "Resources" and len(where) > 1 else "/".join(map(str, where))
        found[one["Rule"]["Id"], Path(one["Filename"]).name, thing] = one["Message"]
    excused = {excuse for _, excuses in copies for excuse in excuses}
    assert {key: message for key, message in found.items() if key not in excused} == {}
    assert excused - set(found) == set()


def test_a_warning_is_found(tmp_path):
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"Parameters": {"Unused": {"Type": "String"}}, "Resources": {}}))
    assert "W2001" in {one["Rule"]["Id"] for one in _lint([file])}
