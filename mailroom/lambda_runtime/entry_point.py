"""What Lambda calls: sets a function up at its first event and answers every event."""

import functools
from collections.abc import Callable
from typing import Any

from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.application import Application, refusal
from mailroom.lambda_runtime.settings import SettingsError

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def entry_point(set_up: Callable[[], Application]) -> Handler:
    """A handler of REST API proxy events (payload format 1.0), answered by what ``set_up`` returns.

    ``set_up`` runs once per Lambda environment, at its first event: nothing is read or opened at import. It runs again
    at the next event if it fails.
    """

    @functools.cache
    def application() -> Application:
        logs.write_json_lines()
        return set_up()

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            ready = application()
        except SettingsError as error:
            logs.write("misconfigured", {"problem": str(error)}, level="error")
            return refusal(event, context)
        except Exception as error:  # the caller gets an answer whatever keeps the function from starting
            logs.write("not_started", {"exception": type(error).__name__}, level="error")
            return refusal(event, context)
        return ready.answer(event, context)

    return handler
