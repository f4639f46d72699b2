import pytest

from classify.settings import Settings
from mailroom.lambda_runtime.settings import SettingsError

VALUES = {
    "ENDPOINT_NAME": "mailroom",
    "LEDGER_TABLE": "mailroom-ledger",
    "LEDGER_DAYS": "400",
    "DEADLINE_SECONDS": "25",
    "AUDIT_SHARE": "0",
    "LABEL_MIX_TASK": "queue",
}


def test_settings_are_read():
    assert Settings.from_mapping({**VALUES, "PATH": "/bin"}) == Settings(
        endpoint_name="mailroom",
        ledger_table="mailroom-ledger",
        ledger_days=400,
        deadline_seconds=25.0,
        audit_share=0.0,
        label_mix_task="queue",
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ENDPOINT_NAME": ""}, "ENDPOINT_NAME must name the SageMaker endpoint."),
        ({"ENDPOINT_NAME": "a/b"}, "ENDPOINT_NAME must name the SageMaker endpoint."),
        ({"LEDGER_TABLE": "a b c"}, "LEDGER_TABLE must name the ledger's DynamoDB table."),
        ({"LEDGER_DAYS": "0"}, "LEDGER_DAYS must be a whole number from 1 to 3650."),
        ({"LEDGER_DAYS": "3651"}, "LEDGER_DAYS must be a whole number from 1 to 3650."),
        ({"LEDGER_DAYS": "٣"}, "LEDGER_DAYS must be a whole number from 1 to 3650."),
        ({"DEADLINE_SECONDS": "26"}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"DEADLINE_SECONDS": ""}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"DEADLINE_SECONDS": "nan"}, "DEADLINE_SECONDS must be a number from 0.5 to 25."),
        ({"AUDIT_SHARE": "1.5"}, "AUDIT_SHARE must be a number from 0 to 1."),
        ({"LABEL_MIX_TASK": ""}, "LABEL_MIX_TASK must name a task of the taxonomy."),
    ],
)
def test_a_setting_without_a_sound_value_is_one_sentence(changed, sentence):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({**VALUES, **changed})
    assert str(caught.value) == sentence


@pytest.mark.parametrize("missing", VALUES)
def test_no_setting_falls_back(missing):
    with pytest.raises(SettingsError, match=rf"^{missing} must "):
        Settings.from_mapping({name: value for name, value in VALUES.items() if name != missing})
