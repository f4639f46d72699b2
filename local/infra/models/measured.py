"""What was measured of a version, as the run that registered it left it beside the registry."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.infra.account import Account
from local.infra.models.versions import Version
from model.comparison.comparison_json import comparison_from_json
from model.comparison.results import Comparison
from model.evaluation.errors import EvaluationError

_COMPARISON = "comparison.json"


@dataclass(frozen=True)
class Measured:
    """Both are None where there is none to read: a version need not come from the pipeline."""

    evaluation: Mapping[str, Any] | None = None
    comparison: Comparison | None = None

    def score(self, task: str) -> float | None:
        """Macro-F1 of a task."""
        value = ((self.evaluation or {}).get("tasks") or {}).get(task, {}).get("macro_f1")
        return float(value) if isinstance(value, int | float) else None


def evaluation(account: Account, version: Version) -> Mapping[str, Any] | None:
    """The version's evaluation as it was registered with it; None if there is none to read."""
    try:
        content = json.loads(_text(account, version.metrics) or "null")
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def comparison(account: Account, version: Version) -> Comparison | None:
    """How the version did beside the one that was live then; None if there is none to read."""
    folder = version.facts.get("evaluation")
    try:
        return comparison_from_json(_text(account, f"{folder}/{_COMPARISON}") or "")
    except EvaluationError:
        return None


def _text(account: Account, url: str | None) -> str | None:
    place = re.fullmatch(r"s3://([^/]+)/(.+)", url or "")
    if place is None:
        return None
    try:
        body: bytes = account.client("s3").get_object(Bucket=place[1], Key=place[2])["Body"].read()
        return body.decode("utf-8")
    except (ClientError, UnicodeDecodeError):
        return None
