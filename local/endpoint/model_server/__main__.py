"""Load the model, answer one invocation, say so on the control channel, then serve until standard input ends.

The control channel is standard output: one line of JSON, ``{"port": 1234}`` or ``{"error": "One sentence."}``.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO

from .hosted_model import JSON, HostedModel
from .http_server import LoopbackServer
from .invocations import MAX_BODY_BYTES, MODEL_SECONDS, Invocations, place, too_large
from .worker import Worker


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--name", required=True)
    parser.add_argument("--model-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--max-waiting", type=int, required=True)
    parser.add_argument("--scratch", type=Path, required=True, help="a folder to remove at the end")
    parser.add_argument("--probe", required=True, help="the invocation that must be answered before all others")
    return parser.parse_args()


def _control_channel() -> IO[str]:
    """Standard output as the parent reads it; whatever the archive's code prints goes to standard error instead."""
    control = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return control


def _log(entry: Mapping[str, str | float]) -> None:
    print(json.dumps(entry), file=sys.stderr, flush=True)


def _sentence(error: Exception) -> str:
    # The archive brings its own mailroom package, so its errors for people are known by name.
    if any(base.__name__ == "MailroomError" for base in type(error).__mro__):
        return str(error)
    return f"The model archive's code cannot be loaded: {type(error).__name__} at {place(error)}."


def _start(arguments: argparse.Namespace) -> int | str:
    """Start serving; returns the port, or why that could not be."""
    worker = Worker(
        partial(HostedModel.load, arguments.model_dir), max_waiting=arguments.max_waiting, seconds=MODEL_SECONDS
    )
    invocations = Invocations(arguments.name, worker, _log)
    try:
        server = LoopbackServer(arguments.port, invocations.respond, max_bytes=MAX_BODY_BYTES, too_large=too_large)
    except OSError:
        return f"Port {arguments.port} is taken."
    threading.Thread(target=server.serve_forever, daemon=True).start()
    error = worker.start()
    if error is not None:
        return _sentence(error)
    if invocations.invoke(arguments.probe.encode(), JSON, JSON).status != 200:
        return "The model archive was loaded but does not answer a first invocation."
    invocations.ready = True
    return server.server_port


def main() -> None:
    """Serve until the parent is gone; the exit status is 2 if that could not begin."""
    # A terminal's Ctrl-C reaches parent and child; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = _control_channel()
    arguments = _arguments()
    started = _start(arguments)
    serves = isinstance(started, int)
    print(json.dumps({"port" if serves else "error": started}), file=control, flush=True)
    if serves:
        sys.stdin.read()
    # Here and not in the parent, which may have been killed.
    shutil.rmtree(arguments.scratch, ignore_errors=True)
    sys.stderr.flush()
    # No tidying up of the interpreter: the model's thread may be deep in a computation.
    os._exit(0 if serves else 2)


main()
