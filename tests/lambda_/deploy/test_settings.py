import pytest

from deploy.settings import Settings
from mailroom.lambda_runtime.settings import SettingsError

VALUES = {
    "STACK_NAME": "mailroom-dev-inference",
    "PARAMETER_NAME": "/mailroom/dev/approved-model",
    "PARAMETER_KEY": "ApprovedModel",
    "MODEL_PACKAGE_GROUP": "mailroom-dev",
    "ENDPOINT_NAME": "mailroom-dev",
    "TAXONOMY_VERSION": "t-1",
}


def test_settings_are_read():
    assert Settings.from_mapping({**VALUES, "PATH": "/bin"}) == Settings(
        stack_name="mailroom-dev-inference",
        parameter_name="/mailroom/dev/approved-model",
        parameter_key="ApprovedModel",
        model_package_group="mailroom-dev",
        endpoint_name="mailroom-dev",
        taxonomy_version="t-1",
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
        ("MODEL_PACKAGE_GROUP", "a/b", "MODEL_PACKAGE_GROUP must name the model package group."),
        ("ENDPOINT_NAME", "", "ENDPOINT_NAME must name the SageMaker endpoint."),
        ("TAXONOMY_VERSION", " ", "TAXONOMY_VERSION must name the version of the deployed taxonomy."),
    ],
)
def test_a_setting_without_a_sound_value_is_one_sentence(name: str, value: str, sentence: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({**VALUES, name: value})
    assert str(caught.value) == sentence
