"""A Comparison as JSON and back."""

import json

from model.comparison.results import Comparison
from model.evaluation.errors import EvaluationError
from model.evaluation.plain_json import from_plain, to_plain

SCHEMA = "mailroom.comparison/1"


def comparison_to_json(comparison: Comparison) -> str:
    """The comparison as indented JSON; equal comparisons give equal text."""
    content = {"schema": SCHEMA, **to_plain(comparison)}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_from_json(text: str) -> Comparison:
    """Read what ``comparison_to_json`` wrote.

    Raises:
        EvaluationError: the text is not JSON, is of another schema, or has a missing, unknown or mistyped field.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise EvaluationError("The comparison is not valid JSON.") from None
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        raise EvaluationError(f"The file is not a comparison of the schema {SCHEMA!r}.")
    comparison: Comparison = from_plain(document, Comparison, "comparison")
    return comparison
