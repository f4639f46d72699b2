"""The taxonomy that the deployed pipeline has packed, beside the one that lies with the DAGs."""

import hashlib
import json
from pathlib import Path
from typing import Any

from mailroom_retrain_helpers.errors import DeploymentError

TAXONOMY_METADATA = "taxonomy_sha256"
"""Where the pipeline's definition names it."""


def check_packed_taxonomy(sagemaker: Any, *, pipeline_name: str, environment: str, shipped: Path) -> None:
    """Refuse to go on if the pipeline would read the labels by another taxonomy than this check does.

    Raises:
        DeploymentError: the two differ.
    """
    definition = json.loads(sagemaker.describe_pipeline(PipelineName=pipeline_name)["PipelineDefinition"])
    packed = (definition.get("Metadata") or {}).get(TAXONOMY_METADATA)
    if packed != hashlib.sha256(shipped.read_bytes()).hexdigest():
        raise DeploymentError(
            f"The taxonomy beside the DAGs is not the one that the pipeline {pipeline_name} has packed: "
            f"`make deploy ENV={environment}` brings both to one state; then clear this task."
        )
