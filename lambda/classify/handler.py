"""The entry point that Lambda calls: ``classify.handler.handler``."""

import functools
import os
from typing import Any

from classify import logs
from classify.application import Application, refusal
from classify.settings import Settings, SettingsError


@functools.cache
def _application() -> Application:
    # Once per Lambda environment, at its first event: nothing is read or opened at import.
    logs.write_json_lines()
    return Application.from_settings(Settings.from_mapping(os.environ))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one REST API proxy event (payload format 1.0)."""
    try:
        application = _application()
    except SettingsError as error:
        logs.write("misconfigured", {"problem": str(error)}, level="error")
        return refusal(event, context)
    except Exception as error:  # the caller gets an answer whatever keeps the function from starting
        logs.write("not started", {"error": type(error).__name__}, level="error")
        return refusal(event, context)
    return application.answer(event, context)
