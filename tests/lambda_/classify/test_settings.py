import pytest

from classify.settings import Settings, SettingsError


def test_all_but_the_endpoints_name_has_a_default():
    assert Settings.from_mapping({"ENDPOINT_NAME": "mailroom", "PATH": "/bin"}) == Settings(
        endpoint_name="mailroom", deadline_seconds=8.0, audit_share=0.02
    )


def test_settings_are_read():
    values = {"ENDPOINT_NAME": "mailroom", "DEADLINE_SECONDS": "25", "AUDIT_SHARE": "0"}
    assert Settings.from_mapping(values) == Settings(endpoint_name="mailroom", deadline_seconds=25.0, audit_share=0.0)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ENDPOINT_NAME": ""}, "ENDPOINT_NAME must name the SageMaker endpoint."),
        ({"ENDPOINT_NAME": "a/b"}, "ENDPOINT_NAME must name the SageMaker endpoint."),
        ({"DEADLINE_SECONDS": "26"}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"DEADLINE_SECONDS": ""}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"DEADLINE_SECONDS": "nan"}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"AUDIT_SHARE": "1.5"}, "AUDIT_SHARE must be a number from 0 to 1."),
    ],
)
def test_a_setting_without_a_sound_value_is_one_sentence(changed, sentence):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({"ENDPOINT_NAME": "mailroom", **changed})
    assert str(caught.value) == sentence


def test_a_missing_endpoint_name_never_falls_back():
    with pytest.raises(SettingsError, match=r"^ENDPOINT_NAME must name the SageMaker endpoint\.$"):
        Settings.from_mapping({})
