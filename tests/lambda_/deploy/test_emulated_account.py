"""The function's code in an emulated account: registry, parameter, stack and endpoint are the account's own."""

from collections.abc import Iterator
from itertools import count

import pytest

from local.accounts import emulator
from local.accounts.credentials import assume
from tests.lambda_.deploy.emulated_account import EmulatedAccount, Killed

pytestmark = pytest.mark.slow

ACCOUNTS = count(111_122_223_333)
BROKEN = "The model server ended: the archive is damaged."


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("run") / "accounts.json"
    try:
        yield emulator.start(state)
    finally:
        emulator.stop(state)


@pytest.fixture
def account(url: str) -> EmulatedAccount:
    """An account of the test's own, attended by an adapter."""
    made = EmulatedAccount(assume(url, account=str(next(ACCOUNTS)), region="eu-central-1"))
    made.running()
    return made


@pytest.fixture
def live(account: EmulatedAccount) -> str:
    """A version that is live already."""
    arn = account.register()
    account.deploy_fully()
    assert account.deliver()
    assert (account.parameter, account.served) == (arn, arn)
    return arn


def events(log_lines) -> list[str]:
    return [line["event"] for line in log_lines()]


def test_one_change_that_is_told_several_times_is_one_update(account: EmulatedAccount, live: str, log_lines):
    arn = account.register()
    log_lines()
    assert not account.deliver(3)
    assert not account.deliver(3)
    account.bring_up()
    assert account.deliver(3)
    assert account.deliver()
    assert events(log_lines) == ["deploying", "waiting", "live", "live"]
    assert (account.parameter, account.served, account.updates) == (arn, arn, 2)


def test_approvals_that_come_out_of_order_leave_the_newest_version_live(account: EmulatedAccount, live: str):
    older, newer = account.register("PendingManualApproval"), account.register("PendingManualApproval")
    account.decide(newer, "Approved")
    account.deploy_fully()
    account.decide(older, "Approved")
    assert account.deliver()
    assert (account.parameter, account.served, account.updates) == (newer, newer, 2)


def test_an_approval_during_an_update_is_deployed_after_it(account: EmulatedAccount, live: str):
    second = account.register()
    assert not account.deliver()
    third = account.register()
    assert not account.deliver()
    assert account.parameter == second
    account.bring_up()
    assert account.served == second
    account.deploy_fully()
    assert account.deliver()
    assert (account.parameter, account.served, account.updates) == (third, third, 3)


def test_a_version_whose_archive_is_broken_is_turned_back_and_not_tried_again_until_it_is_approved_anew(
    account: EmulatedAccount, live: str, log_lines
):
    broken = account.register()
    account.deploy_fully(problem=BROKEN)
    assert (account.status, account.served, account.parameter) == ("UPDATE_ROLLBACK_COMPLETE", live, broken)
    log_lines()
    assert account.deliver()
    assert account.deliver()
    assert events(log_lines) == ["rolled_back", "live"]
    assert (account.served, account.parameter, account.updates) == (live, live, 2)
    account.decide(broken, "Rejected")
    assert account.deliver(rejected=broken)
    account.decide(broken, "Approved")
    account.deploy_fully()
    assert account.deliver()
    assert (account.served, account.parameter, account.updates) == (broken, broken, 3)


def test_the_first_version_ever_being_broken_leaves_no_endpoint_and_the_next_one_makes_it(account: EmulatedAccount):
    account.register()
    account.deploy_fully(problem=BROKEN)
    assert account.deliver()
    assert (account.served, account.parameter) == (None, "none")
    sound = account.register()
    account.deploy_fully()
    assert account.deliver()
    assert (account.served, account.parameter) == (sound, sound)


def test_rejecting_the_live_version_brings_the_former_one_back(account: EmulatedAccount, live: str):
    second = account.register()
    account.deploy_fully()
    account.decide(second, "Rejected")
    account.deploy_fully()
    assert account.deliver()
    assert (account.served, account.parameter) == (live, live)


def test_a_version_of_another_taxonomy_goes_live_with_a_warning_and_one_of_none_is_refused(
    account: EmulatedAccount, live: str, log_lines
):
    other = account.register(taxonomy_version="t-0")
    account.deploy_fully()
    log_lines()
    assert account.deliver()
    lines = log_lines()
    assert [line["event"] for line in lines] == ["live", "taxonomy_differs"]
    assert (lines[1]["taxonomy_version"], lines[1]["deployed_taxonomy_version"]) == ("t-0", "t-1")
    account.register(taxonomy_version="none")
    assert account.deliver()
    assert events(log_lines) == ["refused", "live", "taxonomy_differs"]
    assert (account.served, account.parameter, account.updates) == (other, other, 2)


def calls_of_a_deployment(account: EmulatedAccount) -> list[str]:
    heard: list[str] = []
    account.register()
    assert not account.deliver(on_call=heard.append)
    account.bring_up()
    return heard


def test_killed_at_any_call_the_function_goes_on_where_it_was(account: EmulatedAccount, live: str):
    moments = calls_of_a_deployment(account)
    assert {"after PutParameter", "before UpdateStack", "after UpdateStack"} <= set(moments)
    for number, moment in enumerate(moments):
        arn = account.register()
        heard: list[str] = []

        def kill(call: str, *, last: int = number, heard: list[str] = heard) -> None:
            heard.append(call)
            if len(heard) > last:
                raise Killed

        updates = account.updates
        with pytest.raises(Killed):
            account.deliver(on_call=kill)
        assert heard[-1] == moment
        while not account.deliver():
            if account.running() is not None:
                account.bring_up()
        assert (account.served, account.parameter, account.updates - updates, moment) == (arn, arn, 1, moment)
