"""`make deploy`: the right account, or nothing."""

import pytest

from config.load import load_environment
from local.infra.deploy import checked_account
from local.infra.errors import AccountError


def test_an_example_account_is_never_deployed_to(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AccountError) as caught:
        checked_account(load_environment("dev"))
    assert str(caught.value) == (
        "The account 111122223333 is AWS's documentation example: put your own into config/dev.toml."
    )
