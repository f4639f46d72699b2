"""Runs inside a function's process, by path and with the standard library alone: calls the handler for each event.

Events come and answers go, one JSON line each, over the socket that is standard input. What the function prints goes
to its log. The process ends when the socket's other end is closed, even while the handler is busy or hangs.
"""

import importlib
import json
import os
import queue
import socket
import sys
import threading
import time
import traceback


class Context:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
    log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
    identity = None
    client_context = None

    def __init__(self, call):
        self.aws_request_id = call["request_id"]
        self.invoked_function_arn = call["arn"]
        self._ends_at = time.monotonic() + call["seconds"]

    def get_remaining_time_in_millis(self):
        """Milliseconds until the process is ended."""
        return max(0, int(1000 * (self._ends_at - time.monotonic())))


def load(name):
    """The handler ``package.module.function`` of the task's folder."""
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def answer(handler, call):
    """What goes back: the result, or the name of the exception. Its text stays here: it may quote a mail."""
    try:
        return json.dumps({"result": handler(call["event"], Context(call))})
    except Exception as error:
        report(error)
        return json.dumps({"error": type(error).__name__})


def report(error):
    """A log line with the exception's name and place."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown"  # noqa: PTH119
    print(
        json.dumps({"level": "error", "event": "function_failed", "exception": type(error).__name__, "place": place}),
        flush=True,
    )


def receive(channel, events):
    """Put each event's line into the queue ``events``, and end the process when there are no more."""
    try:
        for line in channel.makefile("r", encoding="ascii"):
            events.put(line)
    finally:
        os._exit(0)  # whatever the handler is doing: nobody waits for its answer


def respond(channel, text):
    """Send one answer; what the function printed until then is in its log, however the process ends."""
    sys.stdout.flush()
    channel.sendall(f"{text}\n".encode())


def main():
    """Answer events until there are no more."""
    channel = socket.socket(fileno=os.dup(0))
    # The function has no part in this conversation.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    events = queue.SimpleQueue()
    threading.Thread(target=receive, args=(channel, events), daemon=True).start()
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        report(error)
        failure = json.dumps({"error": "Runtime.ImportModuleError"})
        while events.get():
            respond(channel, failure)
    while line := events.get():
        respond(channel, answer(handler, json.loads(line)))


main()
