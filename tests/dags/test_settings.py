"""The DAGs' settings come from Airflow's configuration and from nowhere else."""

import pytest

from mailroom_feedback_helpers.settings import FeedbackSettings
from mailroom_retrain_helpers.settings import RetrainSettings

RETRAIN = {
    ("mailroom", "environment"): "dev",
    ("mailroom", "pipeline_name"): "mailroom-dev",
    ("mailroom", "exports_bucket"): "exports",
    ("mailroom", "exports_prefix"): "test",
    ("mailroom", "artefacts_bucket"): "artefacts",
    ("mailroom", "tasks"): "queue,topic",
}
FEEDBACK = {
    ("mailroom", "ledger_table"): "ledger",
    ("mailroom", "artefacts_bucket"): "artefacts",
    ("mailroom", "tasks"): "queue,topic",
}


def test_the_retraining_s_settings_are_read_from_the_section_mailroom():
    assert RetrainSettings.read(lambda section, key: RETRAIN[section, key]) == RetrainSettings(
        environment="dev",
        pipeline_name="mailroom-dev",
        exports_bucket="exports",
        exports_prefix="test",
        artefacts_bucket="artefacts",
        tasks=("queue", "topic"),
    )


def test_the_report_s_settings_are_read_from_the_section_mailroom():
    assert FeedbackSettings.read(lambda section, key: FEEDBACK[section, key]) == FeedbackSettings(
        ledger_table="ledger", artefacts_bucket="artefacts", tasks=("queue", "topic")
    )


@pytest.mark.parametrize(
    ("kind", "options", "missing"),
    [
        *((RetrainSettings, RETRAIN, key) for _, key in RETRAIN),
        *((FeedbackSettings, FEEDBACK, key) for _, key in FEEDBACK),
    ],
)
def test_a_missing_setting_is_an_error(
    kind: type[RetrainSettings | FeedbackSettings], options: dict[tuple[str, str], str], missing: str
):
    rest = {name: value for name, value in options.items() if name[1] != missing}
    with pytest.raises(KeyError, match=missing):
        kind.read(lambda section, key: rest[section, key])
