"""An Evaluation as JSON and back. The file's keys are the names of the dataclasses' fields, in their order.

``tasks.queue.accuracy`` is where a pipeline's condition finds a score.
"""

import json
import re

from model.evaluation.errors import EvaluationError
from model.evaluation.plain_json import from_plain, to_plain
from model.evaluation.results import Evaluation

SCHEMA = "mailroom.evaluation/1"

# A row of the confusion matrix, to be written on one line. No JSON text holds a bare line break, so none can match.
_COUNTS = re.compile(r"\[\n\s+\d+(?:,\n\s+\d+)*\n\s+\]")


def evaluation_to_json(evaluation: Evaluation) -> str:
    """The evaluation as indented JSON with floats rounded to 6 decimals; equal evaluations give equal text."""
    text = json.dumps({"schema": SCHEMA, **to_plain(evaluation)}, indent=2, ensure_ascii=False, allow_nan=False)
    return _COUNTS.sub(lambda row: " ".join(row[0].split()).replace("[ ", "[").replace(" ]", "]"), text) + "\n"


def evaluation_from_json(text: str) -> Evaluation:
    """Read what ``evaluation_to_json`` wrote.

    Raises:
        EvaluationError: the text is not JSON, is of another schema, or has a missing, unknown or mistyped field.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise EvaluationError("The evaluation is not valid JSON.") from None
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        raise EvaluationError(f"The file is not an evaluation of the schema {SCHEMA!r}.")
    evaluation: Evaluation = from_plain(document, Evaluation, "evaluation")
    return evaluation
