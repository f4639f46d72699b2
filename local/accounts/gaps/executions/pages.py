"""Answers of a list, a page at a time."""

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

_MOST = 100


def page(response: SageMakerResponse, name: str, items: list[dict[str, Any]]) -> ActionResult:
    """The page of ``items`` that the request asks for, under ``name``."""
    size = int(response._get_param("MaxResults") or _MOST)
    token = response._get_param("NextToken") or "0"
    if not token.isdecimal():
        raise ValidationError(message="The NextToken is not one that this list has given.")
    first = int(token)
    more = {"NextToken": str(first + size)} if first + size < len(items) else {}
    return ActionResult({name: items[first : first + size], **more})
