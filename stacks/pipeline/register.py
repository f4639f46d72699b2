"""A model that passed enters the registry, with its scores and with what it was made of."""

from typing import Any

from stacks.pipeline.evaluate import EVALUATION, EVALUATION_FILE
from stacks.pipeline.expressions import EXECUTION_ID, from_file, join, model_archive, processing_output
from stacks.pipeline.prepare import DATASET
from stacks.pipeline.retries import SERVICE_RETRIES
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import EVALUATE, GATE, PREPARE, REGISTER, TRAIN

JSON = "application/json"
FACTS = ("model_version", "taxonomy_version", "data_fingerprint", "frozen_set", "frozen_set_sha256", "champion")
"""What the gate repeats of the model, by its name in gate.json."""

REGISTERED = (*FACTS, "code_fingerprint", "pipeline_execution", "evaluation", "dataset", "archive")
"""All facts that a registration writes; of an approved version nobody may change them."""


def register_step(settings: PipelineSettings) -> dict[str, Any]:
    """The step ``register``; it runs with the pipeline's own role, as a registration is no job."""
    types = settings.inference_instance_types
    return {
        "Name": REGISTER,
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": settings.package_group,
            "ModelPackageDescription": join(" ", "Mailroom", from_file(GATE, GATE, "facts.model_version")),
            "ModelApprovalStatus": settings.approval_status,
            "InferenceSpecification": {
                "Containers": [{"Image": settings.inference_image, "ModelDataUrl": model_archive(TRAIN)}],
                "SupportedContentTypes": [JSON],
                "SupportedResponseMIMETypes": [JSON],
                **({"SupportedRealtimeInferenceInstanceTypes": list(types)} if types else {}),
            },
            "ModelMetrics": {
                "ModelQuality": {
                    "Statistics": {
                        "ContentType": JSON,
                        "S3Uri": join("/", processing_output(EVALUATE, EVALUATION), EVALUATION_FILE),
                    }
                }
            },
            "CustomerMetadataProperties": {
                **{name: from_file(GATE, GATE, f"facts.{name}") for name in FACTS},
                "code_fingerprint": settings.code.fingerprint,
                "pipeline_execution": EXECUTION_ID,
                "evaluation": processing_output(EVALUATE, EVALUATION),
                # Where the next run finds the mails of the frozen test set, and what this model was trained on.
                "dataset": processing_output(PREPARE, DATASET),
                # Once more, where an approver cannot write: what is deployed must be what was registered.
                "archive": model_archive(TRAIN),
            },
            # The card is a person's to approve, whoever approves the model.
            "ModelCard": {"ModelCardContent": from_file(GATE, GATE, "model_card"), "ModelCardStatus": "PendingReview"},
        },
        "RetryPolicies": SERVICE_RETRIES,
    }
