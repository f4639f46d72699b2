"""What a setting may be beside others: trusted accounts, machines on credit, kinds of endpoint."""

from pathlib import Path

import pytest

from config.load import load_environments
from tests.support.environment_files import change, copy_environments, refusal

REAL_TIME = """[inference.real_time]
instance_type = "ml.c6i.large"          # 0.117 an hour: 85 each
minimum_instances = 1
maximum_instances = 2
invocations_per_instance_minute = 120
canary_percent = 0                      # one instance cannot split: all at once, with alarms and the way back
bake_minutes = 10                       # alarms take three minutes of mail, and their metrics arrive late
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_environments(tmp_path)


@pytest.mark.parametrize("table", ["api", "orchestration", "studio"])
def test_log_groups_are_kept_for_what_cloudwatch_offers(folder: Path, table: str):
    before, header, after = (folder / "dev.toml").read_text(encoding="utf-8").partition(f"[{table}]\n")
    after = after.replace("log_days = 30", "log_days = 1000", 1)
    (folder / "dev.toml").write_text(before + header + after, encoding="utf-8")
    assert refusal(folder) == (
        f"dev.toml, {table}: log_days: CloudWatch Logs offers no retention of 1000 days; the nearest is 1096."
    )


def test_an_unknown_hyperparameter_is_named_with_those_there_are(folder: Path):
    change(folder, ('epochs = "4"', 'epoch = "4"'))
    assert refusal(folder).startswith(
        "dev.toml, training: hyperparameters: Hyperparameter 'epoch' is unknown; known are tasks, architecture, "
    )


def test_a_role_of_a_trusted_account_may_be_named(folder: Path):
    change(
        folder,
        ("trusted_accounts = []", 'trusted_accounts = ["999988887777"]'),
        ("arn:aws:iam::111122223333:role/jenkins/develop", "arn:aws:iam::999988887777:role/jenkins"),
    )
    dev, _ = load_environments(folder)
    assert (dev.ci.jenkins, dev.environment.trusted_accounts) == (
        "arn:aws:iam::999988887777:role/jenkins",
        ("999988887777",),
    )


def test_a_machine_on_credit_may_prepare_data_and_serve_a_fleet_of_fixed_size(folder: Path):
    change(
        folder,
        ('"ml.m5.xlarge"', '"ml.t3.xlarge"'),
        ('"ml.c6i.large"', '"ml.t2.large"'),
        ("maximum_instances = 2", "maximum_instances = 1"),
    )
    dev, _ = load_environments(folder)
    assert dev.inference.real_time is not None
    assert (dev.training.processing_instance_type, dev.inference.real_time.instance_type) == (
        "ml.t3.xlarge",
        "ml.t2.large",
    )


@pytest.mark.parametrize("concurrency", [0, 201])
def test_a_serverless_endpoint_answers_one_to_two_hundred_at_once(folder: Path, concurrency: int):
    change(
        folder,
        ('kind = "real_time"', 'kind = "serverless"'),
        (REAL_TIME, f"[inference.serverless]\nmemory_mb = 3072\nmaximum_concurrency = {concurrency}\n"),
    )
    assert refusal(folder) == (
        f"dev.toml, inference, serverless: maximum_concurrency must lie between 1 and 200, not {concurrency}."
    )


def test_a_domain_is_a_hosts_full_name(folder: Path):
    domain = '[api.custom_domain]\nname = "https://mailroom"\ncertificate_arn = "arn"\n\n[orchestration]'
    change(folder, ("[orchestration]", domain))
    assert refusal(folder) == (
        "dev.toml, api, custom_domain: name: 'https://mailroom' must be a host's full name in small letters, such as "
        "'mailroom.example.com'."
    )


def test_every_process_of_a_training_has_a_mail_of_each_batch(folder: Path):
    change(
        folder,
        ('\ninstance_type = "ml.g4dn.xlarge"', '\ninstance_type = "ml.g5.12xlarge"'),
        ("instance_count = 1", "instance_count = 3"),
        ('epochs = "4"', 'batch_size = "8"'),
    )
    assert refusal(folder) == (
        "dev.toml, training: 3 of 'ml.g5.12xlarge' train in 12 processes, which share each batch, and batch_size is 8; "
        "take fewer or smaller machines, or set hyperparameters.batch_size higher."
    )


def test_a_gpu_that_cuda_has_left_behind_is_refused(folder: Path):
    change(folder, ('\ninstance_type = "ml.g4dn.xlarge"', '\ninstance_type = "ml.p3.2xlarge"'))
    assert refusal(folder) == (
        "dev.toml, training.instance_type: 'ml.p3.2xlarge' has a GPU that CUDA 13 in the image "
        "2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04 no longer knows; choose a type such as 'ml.g5.xlarge'."
    )
