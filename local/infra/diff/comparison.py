"""One stack compared: with the template of the last release, or with what an account holds."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.infra import cdk_cli
from local.infra.assembly import SynthesizedStack
from local.infra.diff.changes import Changes, differs, read_changes
from local.infra.diff.widened import widened
from local.infra.errors import CdkError

_NOTHING: Mapping[str, Any] = {"Resources": {}}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changes in one stack. ``output`` is the CDK's own, whole; empty where nothing had to be asked."""

    path: str
    state: str
    changes: Changes
    widened: tuple[str, ...]
    output: str

    @property
    def differs(self) -> bool:
        """Whether a deployment would change anything."""
        return self.state != "same"


def compare(
    stack: SynthesizedStack, former: Mapping[str, Any] | None, *, assembly: Path, against_account: bool
) -> Comparison:
    """Compare a synthesized stack with its ``former`` template; None if there was no such stack.

    The CDK command line compares offline with ``former``, or, ``against_account``, with the deployed stack through a
    change set. Equal templates are not handed to it.

    Raises:
        CdkError: the command line is missing or failed.
    """
    if former is not None and former == stack.template:
        return Comparison(path=stack.path, state="same", changes=Changes(), widened=(), output="")
    output = _cdk_diff(stack, _NOTHING if former is None else former, assembly, against_account=against_account)
    changes = read_changes(output)
    if changes is None:
        raise CdkError(f"`cdk diff` of {stack.path} failed: {_last_line(output)}")
    if former is None:
        return Comparison(path=stack.path, state="new", changes=changes, widened=(), output=output)
    return Comparison(
        path=stack.path,
        state="changed" if differs(output) else "same",
        changes=changes,
        widened=widened(former, stack.template),
        output=output,
    )


def gone(path: str, former: Mapping[str, Any]) -> Comparison:
    """The comparison of a stack that was there and is declared no more."""
    removed = tuple(
        f"{body['Type']} {logical_id}"
        for logical_id, body in former.get("Resources", {}).items()
        if body["Type"] != "AWS::CDK::Metadata"
    )
    return Comparison(path=path, state="gone", changes=Changes(removed=removed), widened=(), output="")


def _cdk_diff(stack: SynthesizedStack, former: Mapping[str, Any], assembly: Path, *, against_account: bool) -> str:
    # Without --exclusively the stacks it needs would be compared too, each with the same saved template.
    arguments = ["diff", stack.path, "--app", str(assembly), "--exclusively", "--fail"]
    if against_account:
        return cdk_cli.run(arguments)[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(former), encoding="utf-8")
        return cdk_cli.run([*arguments, "--template", str(file)])[1]


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it wrote nothing"
