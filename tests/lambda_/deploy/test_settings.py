import pytest

from deploy.settings import Settings
from mailroom.lambda_runtime.settings import SettingsError

VALUES = {
    "STACK_NAME": "mailroom-dev-inference",
    "PARAMETER_NAME": "/mailroom/dev/approved-model",
    "PARAMETER_KEY": "ApprovedModel",
    "VERSION_KEY": "ModelVersion",
    "COMPARED_KEY": "ComparedVersion",
    "REJECTIONS_NAME": "/mailroom/dev/rejections",
    "MODEL_PACKAGE_GROUP": "mailroom-dev",
    "ENDPOINT_NAME": "mailroom-dev",
    "TAXONOMY_VERSION": "t-1",
    "ARCHIVES_URL": "s3://artefacts/models/",
    "IMAGE_REPOSITORY": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/i",
}


def test_settings_are_read():
    assert Settings.from_mapping({**VALUES, "PATH": "/bin"}) == Settings(
        stack_name="mailroom-dev-inference",
        parameter_name="/mailroom/dev/approved-model",
        parameter_key="ApprovedModel",
        version_key="ModelVersion",
        compared_key="ComparedVersion",
        rejections_name="/mailroom/dev/rejections",
        model_package_group="mailroom-dev",
        endpoint_name="mailroom-dev",
        taxonomy_version="t-1",
        archives_url="s3://artefacts/models/",
        image_repository="111122223333.dkr.ecr.eu-central-1.amazonaws.com/i",
    )


@pytest.mark.parametrize("name", VALUES)
def test_a_missing_setting_never_falls_back(name: str):
    with pytest.raises(SettingsError, match=f"^{name} must name "):
        Settings.from_mapping({key: value for key, value in VALUES.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STACK_NAME", "arn:aws:x", "STACK_NAME must name the inference stack."),
        (
            "PARAMETER_NAME",
            "approved-model",
            "PARAMETER_NAME must name the SSM parameter of the approved model, from its first slash.",
        ),
        (
            "PARAMETER_KEY",
            "Approved-Model",
            "PARAMETER_KEY must name the template parameter that reads the approved model.",
        ),
        (
            "VERSION_KEY",
            "Model-Version",
            "VERSION_KEY must name the template parameter that is told the model's version.",
        ),
        (
            "COMPARED_KEY",
            "",
            "COMPARED_KEY must name the template parameter that is told whose labels are compared.",
        ),
        (
            "REJECTIONS_NAME",
            "rejections",
            "REJECTIONS_NAME must name the SSM parameter of the rejections, from its first slash.",
        ),
        (
            "ARCHIVES_URL",
            "s3://artefacts/models",
            "ARCHIVES_URL must name the S3 folder of the models, up to its last slash.",
        ),
        (
            "IMAGE_REPOSITORY",
            "111122223333.dkr.ecr.eu-central-1.amazonaws.com/i:1",
            "IMAGE_REPOSITORY must name the repository of the serving image, without a tag.",
        ),
        ("MODEL_PACKAGE_GROUP", "a/b", "MODEL_PACKAGE_GROUP must name the model package group."),
        ("ENDPOINT_NAME", "", "ENDPOINT_NAME must name the SageMaker endpoint."),
        ("TAXONOMY_VERSION", " ", "TAXONOMY_VERSION must name the version of the deployed taxonomy."),
    ],
)
def test_a_setting_without_a_sound_value_is_one_sentence(name: str, value: str, sentence: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({**VALUES, name: value})
    assert str(caught.value) == sentence
