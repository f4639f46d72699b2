"""Follows the alarms of one environment's account."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.accounts.credentials import Credentials
from local.alarms.alarm import Alarm, described_alarms, metrics_of, read_alarm
from local.alarms.errors import AlarmError
from local.alarms.invocation_metrics import InvocationMetrics
from local.alarms.log_tail import LogTail
from local.alarms.metric_filters import MetricFilter, metric_filters
from local.alarms.samples import Metric, Samples
from local.alarms.state import MORE_PERIODS, breaches, state
from local.pace import Pace

_FUNCTION_LOGS = "/aws/lambda/"


class Watch:
    """What CloudWatch does for the alarms of an account whose metrics exist here.

    These are the metrics made of functions' log lines and of the endpoint's invocations; ``folder`` is where the
    functions run, and ``endpoint`` tells of its invocations. ``unmeasured`` counts the other alarms, which stay without
    data. For one thread.
    """

    def __init__(
        self, environment: str, account: Credentials, *, folder: Path, endpoint: InvocationMetrics, pace: Pace
    ) -> None:
        self.environment = environment
        self._account = account
        self._cloudwatch = account.client("cloudwatch")
        self._folder = folder
        self._endpoint = endpoint
        self._pace = pace
        self._samples = Samples()
        self._tails: dict[str, LogTail] = {}
        self._filters: Sequence[MetricFilter] = ()
        self.alarms: Sequence[Alarm] = ()
        self.unmeasured = 0

    def refresh(self) -> None:
        """Read the account's filters and alarms anew.

        Raises:
            AlarmError: one of them asks for something that is not understood here.
            ClientError, BotoCoreError: the account does not answer.
        """
        self._filters = metric_filters(self._account)
        for log_group in {one.log_group for one in self._filters if one.log_group.startswith(_FUNCTION_LOGS)}:
            if log_group not in self._tails:
                name = log_group.removeprefix(_FUNCTION_LOGS)
                self._tails[log_group] = LogTail(self._folder / f"{name}.log")
        described = described_alarms(self._account)
        measured = [one for one in described if all(self._exists(metric) for metric in metrics_of(one))]
        self.alarms = [read_alarm(one) for one in measured]
        self.unmeasured = len(described) - len(measured)
        kept: dict[Metric, float] = {}
        for alarm in self.alarms:
            seconds = (alarm.evaluation_periods + MORE_PERIODS + 1) * self._pace.seconds(alarm.period)
            for query in alarm.metrics.values():
                kept[query.metric] = max(seconds, kept.get(query.metric, 0))
        self._samples.keep(kept)

    def look(self, now: float) -> None:
        """Take in what was measured, and set the states that follow from the periods that are over at ``now``.

        Raises:
            ClientError, BotoCoreError: the account does not answer.
        """
        self._measure(now)
        self.alarms = [self._settled(alarm, now) for alarm in self.alarms]

    def _exists(self, metric: Metric) -> bool:
        return self._endpoint.has(metric) or any(
            one.log_group in self._tails and one.metric(metric.dimensions) == metric for one in self._filters
        )

    def _measure(self, now: float) -> None:
        for log_group, tail in self._tails.items():
            for line in tail.look():
                at = _time_of(line) or now
                for one in self._filters:
                    if one.log_group == log_group and (sample := one.measure(line, at=at)) is not None:
                        self._samples.add(sample)
        try:
            for sample in self._endpoint.look():
                self._samples.add(sample)
        except (OSError, ValueError) as error:
            # Its adapter comes up, goes down, or is busy: what it says later still counts for the time it happened.
            _log("invocations_unreadable", environment=self.environment, exception=type(error).__name__)
        self._samples.forget(now)

    def _settled(self, alarm: Alarm, now: float) -> Alarm:
        length = self._pace.seconds(alarm.period)
        running = math.floor(now / length)
        periods = range(running - alarm.evaluation_periods - MORE_PERIODS, running)
        series = alarm.series(self._samples, length=length, periods=periods)
        breaching = [
            breaches(alarm.comparison, series[period], alarm.threshold) if period in series else None
            for period in periods
        ]
        found = state(
            breaching,
            evaluation_periods=alarm.evaluation_periods,
            needed=alarm.datapoints_to_alarm,
            missing_data=alarm.missing_data,
        )
        if found is None or found == alarm.state:
            return alarm
        values = ", ".join(f"{series[period]:g}" if period in series else "none" for period in periods)
        self._cloudwatch.set_alarm_state(
            AlarmName=alarm.name,
            StateValue=found,
            StateReason=f"{alarm.comparison} {alarm.threshold:g}, {alarm.datapoints_to_alarm} of "
            f"{alarm.evaluation_periods} periods; the last ones: {values}",
        )
        _log("alarm_changed", environment=self.environment, alarm=alarm.name, state=found, values=values)
        return replace(alarm, state=found)


def try_look(watch: Watch, now: float, *, refresh: bool) -> bool:
    """Look, after a refresh if one is due; False, and a line in the log, if the account did not answer."""
    try:
        if refresh:
            watch.refresh()
        watch.look(now)
    except (ClientError, BotoCoreError, KeyError) as error:
        # In the middle of an update, or gone: the next look tries again.
        _log("account_unreadable", exception=type(error).__name__)
        return False
    except AlarmError as error:
        # Deployed since the start: what was followed before still is.
        _log("alarms_not_understood", problem=str(error))
        return False
    return True


def _time_of(line: Mapping[str, Any]) -> float | None:
    try:
        return datetime.fromisoformat(line["time"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None


def _log(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)
