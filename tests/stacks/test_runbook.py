"""Every alarm's link leads to a line of the runbook, and every line of the runbook belongs to an alarm."""

import re
from pathlib import Path

from tests.support.templates import Assembly

GUIDE = Path(__file__).parents[2] / "docs" / "first-account.md"


def test_alarms_and_runbook_name_each_other(assembly: Assembly):
    linked = {
        match[1]
        for template in assembly.templates.values()
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in template.of_type(kind).values()
        for match in re.finditer(r"docs/first-account\.md#([a-z-]+)", str(alarm["Properties"]["AlarmDescription"]))
    }
    alarms = {
        alarm["Properties"]["AlarmName"].partition("-")[2].partition("-")[2]
        for template in assembly.templates.values()
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in template.of_type(kind).values()
    }
    described = set(re.findall(r"^### ([a-z-]+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert (linked, described) == (alarms, alarms)
