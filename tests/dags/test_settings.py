"""The DAG's settings come from Airflow's configuration and from nowhere else."""

import pytest

from mailroom_retrain_helpers.settings import RetrainSettings

OPTIONS = {
    ("mailroom", "pipeline_name"): "mailroom-dev",
    ("mailroom", "exports_bucket"): "exports",
    ("mailroom", "exports_prefix"): "test",
    ("mailroom", "tasks"): "queue,topic",
}


def test_settings_are_read_from_the_section_mailroom():
    assert RetrainSettings.read(lambda section, key: OPTIONS[section, key]) == RetrainSettings(
        pipeline_name="mailroom-dev", exports_bucket="exports", exports_prefix="test", tasks=("queue", "topic")
    )


@pytest.mark.parametrize("missing", [key for _, key in OPTIONS])
def test_a_missing_setting_is_an_error(missing: str):
    rest = {name: value for name, value in OPTIONS.items() if name[1] != missing}
    with pytest.raises(KeyError, match=missing):
        RetrainSettings.read(lambda section, key: rest[section, key])
