"""What a training job can be told, with its defaults. An unknown name or a value out of range is an error."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mailroom.errors import MailroomError

OVERRIDES = "overrides"
"""The name under which a run hands over what it wants otherwise than configured."""


class HyperparameterError(MailroomError):
    """A hyperparameter is unknown or out of range."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hyperparameters:
    """One training job.

    ``tasks``: names joined by commas, empty for all that the data have. ``architecture``: ``mailroom`` (one encoder, a
    head per task, with the lexical part beside it) or ``stock`` (an unmodified AutoModelForSequenceClassification per
    task). ``layers``: lowest layers of the encoder that are kept, 0 for all; ``tuned_layers``: how many of them, from
    the top, are trained, 0 for all including the embeddings. ``class_weighting``: ``none``, ``sqrt`` (inverse square
    root of a label's share) or ``balanced``. ``precision``: ``auto``, ``fp32`` or ``bf16``. ``patience``: epochs
    without a better validation score before training ends. ``target_precision``: what automatic routing shall keep.
    """

    tasks: str = ""
    architecture: str = "mailroom"
    layers: int = 0
    tuned_layers: int = 6
    max_tokens: int = 192
    epochs: int = 8
    patience: int = 2
    batch_size: int = 32
    learning_rate: float = 2e-4
    head_learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    dropout: float = 0.1
    label_smoothing: float = 0.0
    class_weighting: str = "sqrt"
    lexical: bool = True
    lexical_cost: float = 0.5
    precision: str = "auto"
    seed: int = 7
    target_precision: float = 0.95
    checkpoint_every: int = 1

    def __post_init__(self) -> None:
        _choice("architecture", self.architecture, ("mailroom", "stock"))
        _choice("class_weighting", self.class_weighting, ("none", "sqrt", "balanced"))
        _choice("precision", self.precision, ("auto", "fp32", "bf16"))
        for name, lowest, highest in (
            ("layers", 0, 128),
            ("tuned_layers", 0, 128),
            ("max_tokens", 8, 8192),
            ("epochs", 0, 1000),
            ("patience", 1, 1000),
            ("batch_size", 1, 4096),
            ("learning_rate", 0.0, 1.0),
            ("head_learning_rate", 0.0, 1.0),
            ("weight_decay", 0.0, 1.0),
            ("warmup_share", 0.0, 1.0),
            ("dropout", 0.0, 0.9),
            ("label_smoothing", 0.0, 0.5),
            ("lexical_cost", 1e-4, 1e4),
            ("seed", 0, 2**31),
            ("target_precision", 0.5, 0.9999),
            ("checkpoint_every", 1, 1000),
        ):
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise HyperparameterError(f"Hyperparameter {name} is {value}; it must be from {lowest} to {highest}.")

    def task_list(self) -> tuple[str, ...]:
        """The tasks asked for; empty for all."""
        return tuple(task.strip() for task in self.tasks.split(",") if task.strip())

    def to_json(self) -> dict[str, Any]:
        """As a plain object, for the manifest."""
        return asdict(self)


def _choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise HyperparameterError(f"Hyperparameter {name} is {value!r}; it must be one of {', '.join(known)}.")


def hyperparameters_from(values: Mapping[str, Any]) -> Hyperparameters:
    """Read hyperparameters as SageMaker hands them over: texts, or JSON values.

    ``overrides`` is none of them: a JSON object, or its text, whose members count instead of the others'. A run of the
    pipeline can so differ from the configured one without another template.

    Raises:
        HyperparameterError: a name is unknown, a value has the wrong type or is out of range.
    """
    types = {field.name: field.type for field in fields(Hyperparameters)}
    read: dict[str, Any] = {}
    for name, value in _merged(values).items():
        if name not in types:
            raise HyperparameterError(f"Hyperparameter {name!r} is unknown; known are {', '.join(types)}.")
        read[name] = _typed(name, value, types[name])
    return Hyperparameters(**read)


def _merged(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with ``overrides`` laid over them."""
    merged = dict(values)
    overrides = merged.pop(OVERRIDES, {})
    if isinstance(overrides, str):
        try:
            overrides = json.loads(overrides)
        except ValueError:
            overrides = None
    if not isinstance(overrides, Mapping):
        raise HyperparameterError(
            f'Hyperparameter {OVERRIDES} must be a JSON object of hyperparameters, such as {{"epochs": 2}}.'
        )
    if "tasks" in overrides:
        # The other steps of the pipeline read the tasks too; a training over others could not be judged.
        raise HyperparameterError(
            f"Hyperparameter {OVERRIDES} cannot name the tasks, which are an input of their own; set them there."
        )
    return merged | dict(overrides)


def _typed(name: str, value: Any, kind: Any) -> Any:
    try:
        if kind is str:
            return str(value)
        if kind is bool:
            return {"true": True, "false": False, "1": True, "0": False}[str(value).strip().lower()]
        number = json.loads(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or (kind is int and number != int(number)):
            raise ValueError
        return kind(number)
    except (ValueError, KeyError, TypeError):
        raise HyperparameterError(f"Hyperparameter {name} must be of type {kind.__name__}.") from None
