"""Which account a command means."""

import json

import pytest

from config.load import load_environment
from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.infra.at_hand import account_at_hand, served_account
from local.infra.errors import AccountError
from tests.support.assemblies import ACCOUNTS, REGION

CONFIG = load_environment("dev")


@pytest.fixture
def without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `make` does for LOCAL=1."""
    monkeypatch.setenv("MAILROOM_LOCAL", "1")


def test_the_account_is_the_one_of_the_credentials_at_hand(dev, tmp_path, capsys):
    account = account_at_hand(CONFIG, [tmp_path])
    assert (account.number, account.urls) == (ACCOUNTS["dev"], {})
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("without_credentials")
def test_without_credentials_no_account_is_guessed_but_a_sentence_says_what_to_do(tmp_path):
    with pytest.raises(AccountError) as caught:
        account_at_hand(CONFIG, [tmp_path])
    assert str(caught.value) == (
        "There are no AWS credentials at hand: sign in to dev, or add LOCAL=1 for the emulated account on this machine."
    )


@pytest.mark.usefixtures("asked_for")
def test_the_emulated_account_is_refused_in_a_sentence_where_none_runs_whatever_the_credentials(dev, tmp_path):
    with pytest.raises(AccountError) as caught:
        account_at_hand(CONFIG, [tmp_path])
    assert str(caught.value) == "No emulated accounts run on this machine: start them with `make up`."


@pytest.mark.slow
@pytest.mark.usefixtures("asked_for", "dev")
def test_asked_for_it_is_the_emulated_account_beside_credentials_of_another_and_a_line_says_so(tmp_path, capsys):
    state = tmp_path / "accounts.json"
    try:
        url = emulator.start(state)
        accounts_file.write(state, {"dev": Place(account=ACCOUNTS["dev"], region=REGION)})
        account = account_at_hand(CONFIG, [tmp_path / "none", tmp_path])
        assert capsys.readouterr().out == (f"LOCAL: this is the emulated dev account of {tmp_path}.\n")
        assert account.client("sts").get_caller_identity()["Account"] == ACCOUNTS["dev"]
        assert account.client("sagemaker-runtime").meta.endpoint_url == url

        (tmp_path / "hosting.json").write_text(json.dumps({"url": "http://localhost:1"}), encoding="utf-8")
        served = served_account(CONFIG, tmp_path)
        assert served.client("sagemaker-runtime").meta.endpoint_url == "http://localhost:1/dev"
        assert served.client("sagemaker").meta.endpoint_url == url
    finally:
        emulator.stop(state)
