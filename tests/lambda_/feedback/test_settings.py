import pytest

from feedback.settings import Settings
from mailroom.lambda_runtime.settings import SettingsError

VALUES = {"ENDPOINT_NAME": "mailroom", "LEDGER_TABLE": "mailroom-ledger", "LEDGER_DAYS": "400"}


def test_settings_are_read():
    assert Settings.from_mapping({**VALUES, "PATH": "/bin"}) == Settings(
        endpoint_name="mailroom", ledger_table="mailroom-ledger", ledger_days=400
    )


@pytest.mark.parametrize("missing", VALUES)
def test_no_setting_falls_back(missing):
    with pytest.raises(SettingsError, match=rf"^{missing} must "):
        Settings.from_mapping({name: value for name, value in VALUES.items() if name != missing})
