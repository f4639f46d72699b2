"""What a decision does to the registry, and what the person who made it reads."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from config.environment import EnvironmentConfig
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.models.approval import Scene, approve, reject
from local.infra.models.standing import Standing
from local.infra.models.versions import approved_versions, chosen, versions
from tests.local.infra.models.conftest import Register

STANDING = Standing(stack="mailroom-prod-inference", stack_status="UPDATE_COMPLETE")
RUNNING = replace(STANDING, stack_status="UPDATE_IN_PROGRESS")
Decide = Callable[..., str]


@pytest.fixture
def decide(account: Account, config: EnvironmentConfig) -> Decide:
    """Decides on the version of a number, in a standing."""

    def one(decision: Any, number: int, standing: Standing, **more: Any) -> str:
        scene = Scene(account=account, standing=standing, approved=approved_versions(account, config), reason="reasons")
        return str(decision(scene, chosen(account, config, str(number)), **more))

    return one


@pytest.fixture
def statuses(account: Account, config: EnvironmentConfig) -> Callable[[], dict[int, str]]:
    return lambda: {one.number: one.status for one in versions(account, config)}


def refused(sentence: str) -> Any:
    return pytest.raises(AccountError, match=f"^{re.escape(sentence)}$")


def test_an_approved_version_is_deployed_by_itself(decide: Decide, register: Register, account: Account, statuses):
    live, new = register("m-1", status="Approved"), register("m-2")
    assert decide(approve, 2, replace(STANDING, live=live)) == (
        "Version 2 (m-2) is approved; the deployment follows by itself: watch it with `make models`."
    )
    assert statuses() == {1: "Approved", 2: "Approved"}
    described = account.client("sagemaker").describe_model_package(ModelPackageName=new)
    assert described["ApprovalDescription"] == "reasons"


def test_a_version_older_than_the_live_one_goes_live_only_if_that_is_rejected(
    decide: Decide, register: Register, statuses
):
    register("m-1")
    live = register("m-2", status="Approved")
    standing = replace(STANDING, live=live)
    follows = "it is older than the live version 2: it goes live only if 2 is rejected."
    assert decide(approve, 1, standing) == f"Version 1 (m-1) is approved; {follows}"
    assert decide(approve, 1, standing) == f"Version 1 (m-1) is approved already; {follows}"
    assert statuses() == {1: "Approved", 2: "Approved"}


def test_a_newer_version_that_waits_for_its_deployment_goes_before(decide: Decide, register: Register):
    live = register("m-1", status="Approved")
    register("m-2")
    register("m-3", status="Approved")
    assert decide(approve, 2, replace(STANDING, live=live)) == (
        "Version 2 (m-2) is approved; version 3 (m-3), which is newer, will be deployed: this one goes live only if "
        "that one does not stay."
    )


@pytest.mark.parametrize(
    ("facts", "containers", "lacks"),
    [
        ({"taxonomy_version": "none"}, 1, "its metadata lack taxonomy_version"),
        ({}, 2, "its inference specification must hold one container, not 2"),
    ],
)
def test_a_version_that_can_never_go_live_is_not_approved(
    decide: Decide, register: Register, statuses, facts: dict[str, str], containers: int, lacks: str
):
    register("m-1", containers=containers, **facts)
    with refused(f"Version 1 (m-1) can never go live, so it is not approved: {lacks}."):
        decide(approve, 1, STANDING)
    assert statuses() == {1: "PendingManualApproval"}
    register("m-2", containers=containers, status="Approved", **facts)
    with refused(f"Version 2 (m-2) is approved already, but can never go live: {lacks}."):
        decide(approve, 2, STANDING)


def test_what_is_so_already_is_said(decide: Decide, register: Register, statuses):
    live = register("m-1", status="Approved")
    register("m-2", status="Rejected")
    standing = replace(STANDING, live=live)
    assert decide(approve, 1, standing) == "Version 1 (m-1) is live already."
    assert decide(reject, 2, standing, take_down=False) == "Version 2 (m-2) is rejected already."
    assert statuses() == {1: "Approved", 2: "Rejected"}


def test_a_version_that_was_turned_back_is_tried_again_once_it_was_rejected(decide: Decide, register: Register):
    live = register("m-1", status="Approved")
    register("m-2", status="Approved")
    standing = replace(STANDING, live=live, turned_back={2: "In ALARM: mailroom-prod-model-errors"})
    with refused(
        "Version 2 (m-2) is approved, but was turned back: In ALARM: mailroom-prod-model-errors. To have it tried "
        "again, reject it first."
    ):
        decide(approve, 2, standing)
    assert decide(reject, 2, standing, take_down=False) == "Version 2 (m-2) is rejected; nothing else changes."
    assert decide(approve, 2, standing) == (
        "Version 2 (m-2) is approved; the deployment follows by itself: watch it with `make models`."
    )


def test_rejecting_the_live_version_names_the_one_that_comes_back(decide: Decide, register: Register, statuses):
    register("m-1", status="Approved")
    register("m-2", status="Approved")
    register("m-3", status="Approved", containers=2)
    live = register("m-4", status="Approved")
    standing = replace(STANDING, live=live, turned_back={2: "too slow"})
    assert decide(reject, 4, standing, take_down=False) == (
        "Version 4 (m-4) is rejected; version 1 (m-1) comes back by itself."
    )
    assert statuses() == {1: "Approved", 2: "Approved", 3: "Approved", 4: "Rejected"}


def test_rejecting_the_last_version_that_can_be_live_needs_a_word_more(decide: Decide, register: Register, statuses):
    register("m-1", status="Rejected")
    live = register("m-2", status="Approved")
    standing = replace(STANDING, live=live)
    with refused(
        "Version 2 (m-2) is not rejected: no other approved version could take its place, so the endpoint "
        "mailroom-prod would be deleted, and no mail classified until a version is approved. Approve another one "
        "first; or, if that is meant: make reject ENV=prod MODEL=2 TAKE_DOWN=1."
    ):
        decide(reject, 2, standing, take_down=False)
    assert statuses() == {1: "Rejected", 2: "Approved"}
    assert decide(reject, 2, standing, take_down=True) == (
        "Version 2 (m-2) is rejected; the endpoint is deleted: no mail is classified until a version is approved."
    )
    assert statuses() == {1: "Rejected", 2: "Rejected"}


def test_where_all_others_were_turned_back_the_rejected_version_stays_live(decide: Decide, register: Register):
    register("m-1", status="Approved")
    live = register("m-2", status="Approved")
    register("m-3", status="Approved")
    standing = replace(STANDING, live=live, turned_back={1: "too slow", 3: "too slow"})
    assert decide(reject, 2, standing, take_down=False) == (
        "Version 2 (m-2) is rejected; version 2 stays live all the same: what else is approved was turned back "
        "(3 and 1). Approve one that can be deployed, or reject those too to take the endpoint away."
    )
    # The last of those takes it away.
    assert decide(reject, 3, standing, take_down=False) == "Version 3 (m-3) is rejected; nothing else changes."
    with pytest.raises(AccountError, match=r"would be deleted"):
        decide(reject, 1, standing, take_down=False)


def test_a_version_that_waited_is_rejected_without_a_consequence(decide: Decide, register: Register):
    live = register("m-1", status="Approved")
    register("m-2")
    assert decide(reject, 2, replace(STANDING, live=live), take_down=False) == (
        "Version 2 (m-2) is rejected; nothing else changes."
    )


def test_while_a_version_is_being_deployed_each_decision_says_so(decide: Decide, register: Register):
    live, coming = register("m-1", status="Approved"), register("m-2", status="Approved")
    register("m-3")
    standing = replace(RUNNING, live=live, deploying=coming)
    assert decide(approve, 2, standing) == "Version 2 (m-2) is being deployed now."
    assert decide(approve, 3, standing) == (
        "Version 3 (m-3) is approved; version 2 is being deployed now, and this one follows."
    )
    assert decide(reject, 3, standing, take_down=False) == "Version 3 (m-3) is rejected; nothing else changes."
    assert decide(reject, 2, standing, take_down=False) == (
        "Version 2 (m-2) is rejected; its deployment, which runs now, is ended, and version 1 (m-1) stays live."
    )


def test_a_live_version_that_is_rejected_while_another_is_being_deployed_gives_way_to_that(
    decide: Decide, register: Register
):
    live, coming = register("m-1", status="Approved"), register("m-2", status="Approved")
    assert decide(reject, 1, replace(RUNNING, live=live, deploying=coming), take_down=False) == (
        "Version 1 (m-1) is rejected; version 2 (m-2), which is being deployed now, takes its place."
    )


def test_an_older_version_that_is_approved_during_a_deployment_waits_for_its_end(decide: Decide, register: Register):
    register("m-1")
    coming = register("m-2", status="Approved")
    assert decide(approve, 1, replace(RUNNING, deploying=coming)) == (
        "Version 1 (m-1) is approved; version 2 (m-2), which is newer, is being deployed now: this one goes live only "
        "if that one does not stay."
    )


def test_a_first_version_can_be_rejected_while_it_is_being_deployed(decide: Decide, register: Register):
    coming = register("m-1", status="Approved")
    assert decide(reject, 1, replace(RUNNING, deploying=coming), take_down=False) == (
        "Version 1 (m-1) is rejected; its deployment, which runs now, is ended, and there is no other that could be "
        "live."
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "its deployment follows when what runs has ended: the stack mailroom-prod-inference is being changed now.",
        ),
        (
            "UPDATE_ROLLBACK_FAILED",
            "nothing follows, because the stack mailroom-prod-inference is in UPDATE_ROLLBACK_FAILED and must be "
            "repaired first.",
        ),
        (None, "nothing follows, because the stack mailroom-prod-inference is not deployed."),
    ],
)
def test_a_stack_that_is_busy_broken_or_absent_is_named(
    decide: Decide, register: Register, status: str | None, said: str
):
    register("m-1")
    assert decide(approve, 1, replace(STANDING, stack_status=status)) == f"Version 1 (m-1) is approved; {said}"
