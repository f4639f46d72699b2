"""The archive's ``inference`` module, called as the Hugging Face inference toolkit calls it."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

JSON = "application/json"
_TEXT_TYPES = frozenset({JSON, "text/csv"})
"""The toolkit hands these to input_fn as text, anything else as bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostedModel:
    """A loaded model and the functions around it."""

    model: Any
    input_fn: Callable[..., Any]
    predict_fn: Callable[..., Any]
    output_fn: Callable[..., Any]

    @classmethod
    def load(cls, model_dir: Path) -> "HostedModel":
        """Import ``inference`` from the import path and load the model; raises whatever that raises."""
        module = importlib.import_module("inference")
        return cls(
            model=_call(module.model_fn, 1, str(model_dir)),
            input_fn=module.input_fn,
            predict_fn=module.predict_fn,
            output_fn=module.output_fn,
        )

    def invoke(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        """The answer and its content type; raises whatever the archive's code raises."""
        accepted = JSON if accept in ("", "*/*") else accept
        data = _call(self.input_fn, 2, body.decode() if content_type in _TEXT_TYPES else body, content_type)
        answer = _call(self.output_fn, 2, _call(self.predict_fn, 2, data, self.model), accepted)
        if isinstance(answer, tuple):
            answer, accepted = answer
        return answer.encode() if isinstance(answer, str) else bytes(answer), accepted


def _call(function: Callable[..., Any], arguments: int, *given: Any) -> Any:
    """Call a function of the archive: the toolkit adds a context if there is a parameter for it."""
    takes_context = len(inspect.signature(function).parameters) > arguments
    return function(*given, SimpleNamespace(system_properties={"gpu_id": None})) if takes_context else function(*given)
