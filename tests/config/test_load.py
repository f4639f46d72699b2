"""The environments' files: strict, each for itself and together; every error is one sentence that names the place."""

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import FOLDER, load_environment, load_environments


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("dev", "prod"):
        shutil.copy(FOLDER / f"{name}.toml", tmp_path)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def move(folder: Path, name: str, account: str) -> None:
    """Give the environment another account, with all roles that it names."""
    path = folder / f"{name}.toml"
    own = load_environment(name).account
    path.write_text(path.read_text(encoding="utf-8").replace(own, account), encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_environments(folder)
    return str(caught.value)


def test_the_shipped_environments_are_sound_and_differ_in_account_and_network():
    dev, prod = load_environments()
    assert (dev.name, prod.name) == ("dev", "prod")
    assert dev.account != prod.account
    assert dev.network.cidr != prod.network.cidr


def test_both_files_hold_the_same_settings(folder: Path):
    def keys(name: str) -> list[str]:
        lines = (folder / f"{name}.toml").read_text(encoding="utf-8").splitlines()
        return [line.partition("=")[0].strip() for line in lines if line and not line.startswith("#")]

    assert keys("dev") == keys("prod")


def test_a_configuration_cannot_be_changed_once_it_is_read():
    dev = load_environment("dev")
    with pytest.raises(FrozenInstanceError):
        dev.network = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        dev.training.hyperparameters["epochs"] = "9"  # type: ignore[index]


def test_names_carry_the_environment():
    dev = load_environment("dev")
    assert (dev.named("network"), dev.own_name, dev.approved_model_parameter) == (
        "mailroom-dev-network",
        "mailroom-dev",
        "/mailroom/dev/approved-model",
    )


def test_an_unknown_environment_is_named_with_those_there_are():
    with pytest.raises(ConfigError, match=r"^There is no environment 'staging'; known are dev, prod\.$"):
        load_environment("staging")


def test_a_file_for_another_environment_is_refused(folder: Path):
    change(folder, "dev", 'name = "dev"', 'name = "prod"')
    assert refusal(folder) == "dev.toml, environment.name: must be 'dev', not 'prod'."


def test_a_missing_file_is_named_and_the_other_environment_does_not_stand_in(folder: Path):
    (folder / "prod.toml").unlink()
    assert refusal(folder) == "prod.toml cannot be read."


def test_broken_toml_is_said_with_its_place(folder: Path):
    (folder / "dev.toml").write_text("[environment\n", encoding="utf-8")
    assert refusal(folder).startswith("dev.toml is not TOML: ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "max_hours = 4",
            "max_hour = 4",
            "dev.toml, training: there is no setting 'max_hour'; did you mean 'max_hours'?",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "10.40.0.0/20"\nxyzzy = 1',
            "dev.toml, network: there is no setting 'xyzzy'; known are cidr, flow_log_days.",
        ),
        ("single_account = false", "", "dev.toml, environment: the setting 'single_account' is missing."),
        ("[network]", "[net_work]", "dev.toml: there is no setting 'net_work'; did you mean 'network'?"),
        ("ledger_days = 180", 'ledger_days = "180"', "dev.toml, data, ledger_days: must be a whole number, not '180'."),
        ("mwaa = false", "mwaa = 0", "dev.toml, orchestration, mwaa: must be true or false, not 0."),
        (
            'kind = "real_time"',
            'kind = "realtime"',
            "dev.toml, inference, kind: must be one of real_time, serverless, not 'realtime'.",
        ),
        (
            'account = "111122223333"',
            'account = "11112222333"',
            "dev.toml, environment: account must be the twelve digits of an AWS account, not '11112222333'.",
        ),
        (
            "canary_percent = 0",
            "canary_percent = 50",
            "dev.toml, inference, real_time: a canary needs at least two instances; set minimum_instances to 2 or "
            "canary_percent to 0.",
        ),
        (
            '"eu-central-1b"]',
            '"eu-central-1a"]',
            "dev.toml, environment: availability_zones must name two different zones.",
        ),
        (
            'region = "eu-central-1"',
            'region = "eu-west-1"',
            "dev.toml, environment: the zone 'eu-central-1a' does not lie in the region 'eu-west-1'.",
        ),
        (
            'instance_type = "ml.c6i.large"',
            'instance_type = "ml.c7g.large"',
            "dev.toml, inference.real_time.instance_type: 'ml.c7g.large' has an Arm processor (Graviton), and the "
            "image 2.6.0-transformers5.5.3-cpu-py312-ubuntu22.04 is built for x86-64; choose a type such as "
            "'ml.c6i.xlarge'.",
        ),
        (
            'instance_type = "ml.c6i.large"',
            'instance_type = "ml.g5.xlarge"',
            "dev.toml, inference.real_time.instance_type: 'ml.g5.xlarge' has a GPU that the image "
            "2.6.0-transformers5.5.3-cpu-py312-ubuntu22.04 cannot use; choose a type such as 'ml.c6i.xlarge', or a GPU "
            "image.",
        ),
        (
            'instance_type = "ml.g4dn.xlarge"',
            'instance_type = "ml.trn1.2xlarge"',
            "dev.toml, training.instance_type: 'ml.trn1.2xlarge' needs an image compiled for Inferentia or Trainium; "
            "the image 2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04 is not; choose a type such as "
            "'ml.g5.xlarge'.",
        ),
        (
            'instance_type = "ml.c6i.large"',
            'instance_type = "c6i.large"',
            "dev.toml, inference.real_time.instance_type: 'c6i.large' is no SageMaker instance type such as "
            "'ml.m6i.xlarge'.",
        ),
        (
            'data = "test"',
            'data = "production"',
            "dev.toml, training.data: production mail never leaves prod; dev trains on test data.",
        ),
        (
            "max_wait_hours = 12",
            "max_wait_hours = 2",
            "dev.toml, training: max_wait_hours counts waiting and training together and cannot be below max_hours.",
        ),
    ],
)
def test_a_bad_setting_is_said_in_one_sentence(folder: Path, old: str, new: str, sentence: str):
    change(folder, "dev", old, new)
    assert refusal(folder) == sentence


def test_production_trains_on_the_month_before_and_not_on_the_same_one_for_ever(folder: Path):
    change(folder, "prod", 'export_month = "previous"', 'export_month = "2026-02"')
    assert refusal(folder) == (
        "prod.toml, training.export_month: production data are new each month; set it to previous, and name another "
        "month to the one run that wants it."
    )


def test_a_region_without_the_pinned_image_is_refused(folder: Path):
    change(folder, "dev", 'region = "eu-central-1"', 'region = "xx-north-9"')
    change(folder, "dev", '["eu-central-1a", "eu-central-1b"]', '["xx-north-9a", "xx-north-9b"]')
    assert refusal(folder).startswith(
        "The image huggingface-pytorch-training:2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04 is not published "
        "in 'xx-north-9'; choose a region of eu-central-1, "
    )


def test_one_account_for_both_is_refused_unless_it_is_meant(folder: Path):
    move(folder, "dev", "444455556666")
    assert refusal(folder) == (
        "dev.toml, environment.account: another environment has the same account 444455556666; give each its own, "
        "or set single_account = true in both."
    )


def test_one_account_for_both_is_possible_when_both_say_so(folder: Path):
    move(folder, "dev", "444455556666")
    for name in ("dev", "prod"):
        change(folder, name, "single_account = false", "single_account = true")
    assert [config.account for config in load_environments(folder)] == ["444455556666", "444455556666"]


def test_who_trains_cannot_approve(folder: Path):
    change(folder, "dev", "role/sign-in/client-service-lead", "role/sign-in/data-science")
    assert refusal(folder) == (
        "dev.toml, people: who trains cannot approve: arn:aws:iam::111122223333:role/sign-in/data-science stands under "
        "data_scientists and approvers."
    )


def test_serverless_takes_its_own_table_and_no_data_capture(folder: Path):
    change(folder, "dev", 'kind = "real_time"', 'kind = "serverless"')
    assert refusal(folder) == (
        "dev.toml, inference: exactly the table serverless must be given, since kind is 'serverless'."
    )
