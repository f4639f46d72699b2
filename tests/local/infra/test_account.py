"""Whose credentials these are."""

import pytest

from config.load import load_environment
from local.infra.account import is_emulated, open_account, outputs
from local.infra.errors import AccountError


def test_the_environments_own_account_opens(dev):
    assert (dev.environment, dev.number, dev.emulated) == ("dev", "111122223333", True)


@pytest.mark.parametrize(
    ("url", "emulated"),
    [
        ("http://localhost:5000", True),
        ("http://127.0.0.1:5000/", True),
        ("http://[::1]:5000", True),
        ("https://sts.eu-central-1.amazonaws.com", False),
        ("https://s3.dualstack.eu-central-1.amazonaws.com", False),
        ("https://sts.eu-central-1.api.aws", False),
        ("https://localhost.example.com", False),
    ],
)
def test_only_what_answers_on_this_machine_is_emulated(url, emulated):
    assert is_emulated(url) is emulated


def test_credentials_of_another_account_are_refused_with_both_numbers(dev, sign_in):
    sign_in("444455556666")
    with pytest.raises(
        AccountError,
        match=r"^The credentials are of account 444455556666, but dev is account 111122223333: "
        r"sign in to dev, or change config/dev\.toml\.$",
    ):
        open_account(load_environment("dev"))


def test_without_credentials_the_sentence_says_so(dev, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(AccountError, match=r"^The account cannot be reached: Unable to locate credentials\.$"):
        open_account(load_environment("dev"))


def test_outputs_of_a_stack_are_read_by_name(dev):
    body = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Name": {"Value": "q"}}}'
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-data", TemplateBody=body)
    assert outputs(dev, "mailroom-dev-data") == {"Name": "q"}


def test_a_stack_that_is_not_deployed_is_named(dev):
    with pytest.raises(AccountError, match=r"^The stack mailroom-dev-data cannot be read: .*\.$"):
        outputs(dev, "mailroom-dev-data")
