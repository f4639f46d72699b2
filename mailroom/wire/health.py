"""The body of GET /v1/health."""

from typing import Any

OK = "ok"
UNAVAILABLE = "unavailable"


def health_to_json(
    *, endpoint: str, model_version: str | None = None, taxonomy_version: str | None = None
) -> dict[str, Any]:
    """``endpoint`` is "ok" or one word on why the model does not answer; without a model both versions are null."""
    return {
        "status": OK if endpoint == OK else UNAVAILABLE,
        "model_version": model_version,
        "taxonomy_version": taxonomy_version,
        "checks": {"endpoint": endpoint},
    }
