"""`make smoke-test` against the whole system on this machine."""

import pytest

from config.load import load_environment
from local.infra.at_hand import served_account
from local.infra.endpoint_state import endpoint_state
from local.infra.smoke_test import newest_approved, version, wait
from tests.support.running import Up

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_endpoint_that_serves_an_approved_version_answers_with_its_model(up: Up, environment: str):
    config = load_environment(environment)
    account = served_account(config, up.run_dir)
    wanted = version(account, newest_approved(account, config.own_name))
    prediction = wait(account, config, wanted, minutes=2)
    assert (prediction.model_version, set(prediction.labels)) == (wanted.model_version, {"queue"})
    assert endpoint_state(account, config).is_settled_on(wanted.arn)
