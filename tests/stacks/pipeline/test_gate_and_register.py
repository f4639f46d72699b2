"""What follows from the gate's verdict."""

import json
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from model.gate.__main__ import limits_from
from model.gate.rules import Limits
from stacks.pipeline.register import REGISTERED
from tests.support.pipeline import all_steps, definition

STEPS = all_steps(definition())
REGISTER = STEPS["register"]["Arguments"]


def _from_gate(path: str) -> dict[str, object]:
    return {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.gate.PropertyFiles.gate"}, "Path": path}}


def test_only_a_verdict_of_passed_leads_to_the_registry():
    decide = STEPS["decide"]["Arguments"]
    assert decide["Conditions"] == [{"Type": "Equals", "LeftValue": _from_gate("verdict"), "RightValue": "passed"}]
    assert [step["Name"] for step in decide["IfSteps"]] == ["register"]
    assert [step["Name"] for step in decide["ElseSteps"]] == ["refuse"]


def test_a_refused_run_fails_with_the_words_of_the_gate():
    assert STEPS["refuse"]["Arguments"] == {
        "ErrorMessage": {"Std:Join": {"On": " ", "Values": ["The gate refused:", _from_gate("text")]}}
    }


def test_the_gate_reads_the_configured_limits():
    limits = limits_from(STEPS["gate"]["Arguments"]["Environment"]["GATE_LIMITS"])
    assert limits == Limits(minimum_scores={"queue": 0.4, "topic": 0.3}, test_mails=10, margin=0.05, coverage=0.8)


def test_the_gate_sees_evaluations_and_one_file_of_the_dataset_and_no_mail():
    inputs = {
        one["InputName"]: json.dumps(one["S3Input"]["S3Uri"]) for one in STEPS["gate"]["Arguments"]["ProcessingInputs"]
    }
    assert set(inputs) == {"code", "evaluation", "taxonomy"}
    assert "taxonomy.json" in inputs["taxonomy"]


def test_a_version_serves_the_trained_archive_with_the_pinned_image():
    assert REGISTER["ModelPackageGroupName"] == "mailroom-dev"
    assert REGISTER["InferenceSpecification"] == {
        "Containers": [
            {"Image": "inference-image", "ModelDataUrl": {"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"}}
        ],
        "SupportedContentTypes": ["application/json"],
        "SupportedResponseMIMETypes": ["application/json"],
        "SupportedRealtimeInferenceInstanceTypes": ["ml.c6i.large"],
    }


def test_a_version_carries_its_scores_and_what_it_was_made_of():
    assert REGISTER["ModelMetrics"]["ModelQuality"]["Statistics"] == {
        "ContentType": "application/json",
        "S3Uri": {
            "Std:Join": {
                "On": "/",
                "Values": [
                    {"Get": "Steps.evaluate.ProcessingOutputConfig.Outputs['evaluation'].S3Output.S3Uri"},
                    "evaluation.json",
                ],
            }
        },
    }
    assert REGISTER["CustomerMetadataProperties"] == {
        "model_version": _from_gate("facts.model_version"),
        "taxonomy_version": _from_gate("facts.taxonomy_version"),
        "data_fingerprint": _from_gate("facts.data_fingerprint"),
        "frozen_set": _from_gate("facts.frozen_set"),
        "frozen_set_sha256": _from_gate("facts.frozen_set_sha256"),
        "champion": _from_gate("facts.champion"),
        "code_fingerprint": "0123abcd",
        "pipeline_execution": {"Get": "Execution.PipelineExecutionId"},
        "evaluation": {"Get": "Steps.evaluate.ProcessingOutputConfig.Outputs['evaluation'].S3Output.S3Uri"},
        "dataset": {"Get": "Steps.prepare.ProcessingOutputConfig.Outputs['dataset'].S3Output.S3Uri"},
        "archive": {"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"},
    }
    assert set(REGISTER["CustomerMetadataProperties"]) == set(REGISTERED)


def test_a_version_carries_its_card_which_a_person_has_yet_to_review():
    assert REGISTER["ModelCard"] == {"ModelCardContent": _from_gate("model_card"), "ModelCardStatus": "PendingReview"}


def _filled(value: Any) -> Any:
    """The arguments with a text in place of each expression."""
    if isinstance(value, dict):
        return (
            "s3://bucket/key"
            if set(value) & {"Get", "Std:Join", "Std:JsonGet"}
            else {key: _filled(inner) for key, inner in value.items()}
        )
    return [_filled(inner) for inner in value] if isinstance(value, list) else value


def test_the_registration_is_one_that_the_service_knows():
    model = botocore.session.get_session().get_service_model("sagemaker").operation_model("CreateModelPackage")
    assert ParamValidator().validate(_filled(REGISTER), model.input_shape).generate_report() == ""


@pytest.mark.parametrize("status", ["Approved", "PendingManualApproval"])
def test_a_version_is_registered_with_the_status_of_its_environment(status: str):
    steps = all_steps(definition(approval_status=status))
    assert steps["register"]["Arguments"]["ModelApprovalStatus"] == status


def test_a_serverless_endpoint_has_no_instance_types_to_name():
    steps = all_steps(definition(inference_instance_types=()))
    specification = steps["register"]["Arguments"]["InferenceSpecification"]
    assert "SupportedRealtimeInferenceInstanceTypes" not in specification
