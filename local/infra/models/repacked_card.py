"""The card of a repacked version: the former's, but of this version, and for a person to read anew."""

import json
from collections.abc import Mapping
from typing import Any

from local.infra.errors import AccountError
from local.infra.models.versions import Version


def repacked_card(former: Mapping[str, Any], of: Version, facts: Mapping[str, str]) -> dict[str, Any]:
    """The card of a version that has ``facts``; ``former`` is that of ``of``, whose weights it holds.

    Raises:
        AccountError: the former card cannot be read.
    """
    try:
        content = json.loads(former["ModelCardContent"])
        details = content.setdefault("additional_information", {}).setdefault("custom_details", {})
        details.update(facts)
        details["scores"] = f"Measured with the code of {of.name}; this version's own code was not measured."
    except (ValueError, KeyError, AttributeError):
        raise AccountError(f"The model card of version {of.number} is damaged.") from None
    return {"ModelCardContent": json.dumps(content, ensure_ascii=False), "ModelCardStatus": "PendingReview"}
