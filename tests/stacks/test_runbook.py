"""Every alarm's link leads to a line of the runbook, and every line of the runbook belongs to an alarm."""

import re
from pathlib import Path
from typing import Any

from tests.support.templates import Assembly

# mailroom-ENV-NAME; an alarm that turns a model back is made anew for each configuration, whose name it bears.
NAME = re.compile(r"mailroom-[a-z]+-(rollback-)?([a-z-]+?)-?")
GUIDE = Path(__file__).parents[2] / "docs" / "first-account.md"


def _plain(name: Any) -> str:
    match = NAME.fullmatch(name if isinstance(name, str) else name["Fn::Join"][1][0])
    assert match is not None, name
    return match[2]


def test_alarms_and_runbook_name_each_other(assembly: Assembly):
    linked = {
        match[1]
        for template in assembly.templates.values()
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in template.of_type(kind).values()
        for match in re.finditer(r"docs/first-account\.md#([a-z-]+)", str(alarm["Properties"]["AlarmDescription"]))
    }
    alarms = {
        _plain(alarm["Properties"]["AlarmName"])
        for template in assembly.templates.values()
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in template.of_type(kind).values()
    }
    described = set(re.findall(r"^### ([a-z-]+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert (linked, described) == (alarms, alarms)
