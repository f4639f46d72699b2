"""python -m local.alarms --accounts FILE --env NAME ...: the alarms of emulated accounts follow what happens here."""

import argparse
import json
import sys
import time
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.alarms.invocation_metrics import InvocationMetrics
from local.alarms.watch import Watch, try_look
from local.command_line import announce, end_on_signals, run
from local.pace import DEFAULT_TIMES, Pace

REFRESH_SECONDS = 5.0
"""How soon alarms and filters that are deployed later are known."""

_LOOKS_PER_PERIOD = 4
_SHORTEST_PAUSE = 0.1

Counts = tuple[int, int]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.alarms", description="Follow the accounts' alarms.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", action="append", required=True, help="an environment; may be repeated")
    parser.add_argument("--folder", type=Path, required=True, help="where the functions write their logs")
    parser.add_argument("--endpoints-url", required=True, help="the hosting adapter's URL")
    parser.add_argument("--state", type=Path, help="a file to write the accounts' URL to once the alarms are followed")
    parser.add_argument(
        "--pace", type=float, default=DEFAULT_TIMES, help="how many seconds of an alarm's period take one here"
    )
    return parser.parse_args()


def serve() -> None:
    """Follow until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    pace = Pace(times=arguments.pace)
    accounts = {name: credentials(arguments.accounts, name) for name in arguments.env}
    watches = []
    for name, account in accounts.items():
        endpoint = InvocationMetrics(f"{arguments.endpoints_url}/{name}", name=f"mailroom-{name}")
        watch = Watch(name, account, folder=arguments.folder, endpoint=endpoint, pace=pace)
        watch.refresh()
        watches.append(watch)
    told = [_say_followed(watch, None) for watch in watches]
    announce(accounts[arguments.env[0]].url, arguments.state)
    refreshed = time.monotonic()
    while True:
        is_due = time.monotonic() - refreshed >= REFRESH_SECONDS
        if is_due:
            refreshed = time.monotonic()
        for watch in watches:
            try_look(watch, time.time(), refresh=is_due)
        if is_due:
            told = [_say_followed(watch, before) for watch, before in zip(watches, told, strict=True)]
        shortest = min((alarm.period for watch in watches for alarm in watch.alarms), default=60.0)
        time.sleep(max(_SHORTEST_PAUSE, min(REFRESH_SECONDS, pace.seconds(shortest) / _LOOKS_PER_PERIOD)))


def _say_followed(watch: Watch, before: Counts | None) -> Counts:
    """Say how many alarms are followed, and how many have no metrics here, unless it is what was said ``before``."""
    counts = (len(watch.alarms), watch.unmeasured)
    if counts != before:
        followed = {"evaluated": counts[0], "without_metrics_here": counts[1]}
        said = {"event": "alarms_followed", "environment": watch.environment, **followed}
        print(json.dumps(said), file=sys.stderr, flush=True)
    return counts


sys.exit(run(serve))
