"""The way back from a model that is live, and out of a canary: by a rejection, whatever sounds, and without a gap.

Nobody sets an alarm here. A minute of the account's takes one second.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.pace import Pace
from local.processes import Running, start, stop
from tests.local.alarms.test_rollback import MAILS, Crm, endpoint, put_forward, sounding, until
from tests.support.keyword_archive import make_keyword_archive, pack

pytestmark = pytest.mark.slow

WORD = "Sonderfall"
"""What only the flawed model breaks on; the CRM has such mails once it is live."""


@pytest.fixture(scope="module")
def running(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("way-back")
    archive = pack(make_keyword_archive(folder / "files"), folder / "model.tar.gz")
    try:
        yield start(archive, folder / "run", assembly=accounts_assembly, pace=Pace(times=60))
    finally:
        stop(folder / "run")


@pytest.fixture(scope="module")
def account(running: Running) -> Credentials:
    return credentials(running.accounts, "prod")


def reject(account: Credentials, arn: str) -> None:
    account.client("sagemaker").update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")


def stack_status(account: Credentials) -> str:
    stack = account.client("cloudformation").describe_stacks(StackName="mailroom-prod-inference")["Stacks"][0]
    status: str = stack["StackStatus"]
    return status


def test_a_live_model_that_fails_gives_way_while_its_alarms_sound_and_every_request_is_answered(
    running: Running, account: Credentials, tmp_path: Path
):
    former = endpoint(running)["model_package"]
    quiet = Crm(running)
    with quiet.steadily():
        flawed = put_forward(account, tmp_path, "flawed", raises_on=WORD)
        until(lambda: endpoint(running)["model_package"] == flawed)
        until(lambda: not stack_status(account).endswith("_IN_PROGRESS"))
    assert (set(quiet.statuses), set(quiet.results)) == ({200}, {"ok"})
    failing = Crm(running, [*MAILS, {"id": "special", "body": WORD}])
    with failing.steadily():
        until(lambda: "model-errors" in sounding(account))
        reject(account, flawed)
        until(lambda: endpoint(running)["pending_percent"] == 50)
        assert (endpoint(running)["pending_model_package"], "model-errors" in sounding(account)) == (former, True)
        until(lambda: endpoint(running)["model_package"] == former)
    assert set(failing.statuses) == {200}
    # Nothing but the mails that the flawed model breaks on was ever without an answer.
    assert 0 < failing.results["error"] <= failing.statuses[200]
    until(lambda: stack_status(account) == "UPDATE_COMPLETE")
    after = Crm(running, [*MAILS, {"id": "special", "body": WORD}])
    after.classify()
    assert (after.statuses, after.results) == ({200: 1}, {"ok": len(MAILS) + 1})


def test_a_version_that_is_rejected_in_its_canary_never_gets_all_the_traffic(
    running: Running, account: Credentials, tmp_path: Path
):
    live = endpoint(running)["model_package"]
    crm = Crm(running)
    with crm.steadily():
        regretted = put_forward(account, tmp_path, "regretted")
        until(lambda: endpoint(running)["pending_percent"] == 50)
        reject(account, regretted)
        percents = set()
        while endpoint(running)["failed_model_package"] != regretted:
            percents.add(endpoint(running)["pending_percent"])
            assert 100 not in percents
    assert "mailroom-prod-rollback-withdrawn-" in str(endpoint(running)["failure"])
    until(lambda: stack_status(account) == "UPDATE_ROLLBACK_COMPLETE")
    assert (endpoint(running)["model_package"], set(crm.statuses), set(crm.results)) == (live, {200}, {"ok"})
