"""cfn-lint over every template: no warning but those that a template itself is excused from, and no excuse too many."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.load import load_environments
from tests.support.construct_paths import Synthesized, worth_a_look
from tests.support.once import once

pytestmark = pytest.mark.slow

CFN_LINT = Path(sys.executable).with_name("cfn-lint")


# A parameter that nothing uses: W2001.
WRONG = {"Parameters": {"Unused": {"Type": "String"}}, "Resources": {}}
Place = tuple[str, str, str]
"""A rule, the template's file, and the logical id or other place in it."""


@dataclass(frozen=True, kw_only=True)
class Linted:
    """What cfn-lint says of all templates, excused from nothing, and what they want to be excused from."""

    messages: Mapping[Place, str]
    excused: frozenset[Place]


def _without_excuses(stack: Synthesized, folder: Path) -> Iterator[Place]:
    """Write a copy of a template without the rules that its resources are excused from; those rules."""
    template = dict(stack.template)
    for logical_id, resource in template.get("Resources", {}).items():
        config = resource.get("Metadata", {}).pop("cfn-lint", {}).get("config", {})
        yield from ((rule, stack.file.name, logical_id) for rule in config.get("ignore_checks", []))
    (folder / stack.file.name).write_text(json.dumps(template), encoding="utf-8")


def _place(finding: Mapping[str, Any]) -> Place:
    where = finding["Location"]["Path"] or ["template"]
    thing = where[1] if where[0] == "Resources" and len(where) > 1 else "/".join(map(str, where))
    return finding["Rule"]["Id"], Path(finding["Filename"]).name, thing


@pytest.fixture(scope="session")
def linted(stacks: Mapping[str, Synthesized], tmp_path_factory: pytest.TempPathFactory) -> Linted:
    def lint(folder: Path) -> None:
        templates = folder / "templates"
        templates.mkdir(parents=True)
        excused = sorted(excuse for stack in worth_a_look(stacks) for excuse in _without_excuses(stack, templates))
        (folder / "excused.json").write_text(json.dumps(excused), encoding="utf-8")
        (templates / "wrong.json").write_text(json.dumps(WRONG), encoding="utf-8")
        regions = sorted({environment.region for environment in load_environments()})
        files = map(str, sorted(templates.iterdir()))
        done = subprocess.run(
            [str(CFN_LINT), "--regions", *regions, "--format", "json", "--", *files],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout, done.stderr
        (folder / "found.json").write_text(done.stdout, encoding="utf-8")

    folder = once(tmp_path_factory, "cfn-lint", lint)
    found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    excused = json.loads((folder / "excused.json").read_text(encoding="utf-8"))
    return Linted(messages={_place(one): one["Message"] for one in found}, excused=frozenset(map(tuple, excused)))


def test_no_template_has_a_warning_but_what_single_resources_are_excused_from(linted: Linted):
    others = {place: text for place, text in linted.messages.items() if place[1] != "wrong.json"}
    assert {place: text for place, text in others.items() if place not in linted.excused} == {}


def test_no_resource_is_excused_from_what_it_does_not_do(linted: Linted):
    assert linted.excused - set(linted.messages) == set()


def test_a_warning_is_found(linted: Linted):
    assert {rule for rule, file, _ in linted.messages if file == "wrong.json"} >= {"W2001"}
