from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.decision import Candidate, Decision, Deploy, Exhausted, Keep, Restore, Situation, Stuck, Wait, decide
from deploy.model_version import ModelVersion

UPDATABLE = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"]


def version(number: int, *, defect: str | None = None) -> ModelVersion:
    return ModelVersion(
        arn=f"arn:g/{number}", number=number, registered_at=datetime(2026, 1, 1, tzinfo=UTC), defect=defect
    )


def candidate(number: int, *, rolled_back: bool = False, defect: str | None = None) -> Candidate:
    return Candidate(version=version(number, defect=defect), rolled_back=rolled_back)


def situation(live: str, parameter: str | None = None, status: str = "UPDATE_COMPLETE") -> Situation:
    return Situation(status=status, live=live, parameter=live if parameter is None else parameter)


def deploy(wanted: ModelVersion | None, rolled_back: ModelVersion | None = None) -> Decision:
    return Decision(action=Deploy(version=wanted, rolled_back=rolled_back))


def keep(live: ModelVersion) -> Decision:
    return Decision(action=Keep(version=live))


def test_an_empty_registry_and_no_model_are_left_as_they_are():
    assert decide([], situation("none")) == Decision(action=Keep(version=None))


def test_the_first_approved_version_is_deployed():
    assert decide([candidate(1)], situation("none")) == deploy(version(1))


def test_the_newest_approved_version_is_deployed():
    assert decide([candidate(3), candidate(2), candidate(1)], situation("arn:g/1")) == deploy(version(3))


def test_a_live_version_that_is_the_newest_approved_is_kept():
    assert decide([candidate(3), candidate(2)], situation("arn:g/3")) == keep(version(3))


def test_a_rejected_live_version_gives_way_to_the_newest_approved_below_it():
    assert decide([candidate(2), candidate(1)], situation("arn:g/3")) == deploy(version(2))


def test_a_rejected_live_version_with_none_approved_below_it_takes_the_endpoint_away():
    assert decide([], situation("arn:g/3")) == deploy(None)


def test_a_rejected_live_version_stays_where_all_that_could_follow_it_were_turned_back():
    candidates = [candidate(4, rolled_back=True), candidate(2, rolled_back=True)]
    for parameter in ("arn:g/2", "arn:g/3"):
        assert decide(candidates, situation("arn:g/3", parameter)) == Decision(action=Exhausted(rolled_back=version(4)))


def test_a_version_that_was_rolled_back_is_not_tried_again_and_the_parameter_is_put_back():
    assert decide([candidate(3, rolled_back=True), candidate(2)], situation("arn:g/2", "arn:g/3")) == Decision(
        action=Restore(rolled_back=version(3))
    )
    assert decide([candidate(3, rolled_back=True), candidate(2)], situation("arn:g/2")) == keep(version(2))


def test_a_rollback_of_the_first_version_ever_puts_the_parameter_back_to_none():
    assert decide([candidate(1, rolled_back=True)], situation("none", "arn:g/1")) == Decision(
        action=Restore(rolled_back=version(1))
    )


def test_a_version_registered_after_one_that_was_rolled_back_is_deployed():
    assert decide([candidate(4), candidate(3, rolled_back=True)], situation("arn:g/2")) == deploy(version(4))


def test_while_the_live_version_is_rejected_a_rolled_back_one_is_passed_over_and_named():
    candidates = [candidate(4, rolled_back=True), candidate(2)]
    assert decide(candidates, situation("arn:g/3", "arn:g/4")) == deploy(version(2), version(4))


def test_a_version_that_cannot_be_deployed_is_refused_and_the_next_one_deployed():
    candidates = [candidate(3, defect="No container."), candidate(2), candidate(1)]
    assert decide(candidates, situation("arn:g/1")) == Decision(
        action=Deploy(version=version(2), rolled_back=None), refused=(version(3, defect="No container."),)
    )


def test_a_parameter_that_names_another_than_the_live_version_is_put_back():
    assert decide([candidate(1)], situation("arn:g/1", "arn:elsewhere")) == Decision(action=Restore(rolled_back=None))


def test_a_parameter_that_was_set_without_its_update_is_no_obstacle():
    assert decide([candidate(2), candidate(1)], situation("arn:g/1", "arn:g/2")) == deploy(version(2))


@pytest.mark.parametrize(
    "status",
    ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "CREATE_IN_PROGRESS"],
)
def test_while_the_stack_is_busy_nothing_is_asked_nor_done(status: str):
    def registry() -> Iterator[Candidate]:
        raise AssertionError("The registry was asked.")
        yield

    assert decide(registry(), situation("none", status=status)) == Decision(action=Wait())


@pytest.mark.parametrize(
    "status", ["UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED", "ROLLBACK_COMPLETE", "DELETE_FAILED", "CREATE_FAILED"]
)
def test_a_stack_that_cannot_be_updated_is_left_to_a_person(status: str):
    assert decide([candidate(1)], situation("none", status=status)) == Decision(action=Stuck())


def test_what_is_older_than_the_live_version_is_not_looked_at():
    def registry() -> Iterator[Candidate]:
        yield candidate(2)
        raise AssertionError("An older version was asked for.")

    assert decide(registry(), situation("arn:g/2")) == keep(version(2))


@st.composite
def approved(draw: st.DrawFn) -> list[Candidate]:
    numbers = sorted(draw(st.sets(st.integers(1, 6))), reverse=True)
    return [
        candidate(number, rolled_back=draw(st.booleans()), defect=draw(st.sampled_from([None, "A defect."])))
        for number in numbers
    ]


arns = st.sampled_from(["none", *(f"arn:g/{number}" for number in range(1, 7))])
situations = st.builds(Situation, status=st.sampled_from(UPDATABLE), live=arns, parameter=arns)


@given(approved(), situations)
def test_only_an_approved_sound_version_that_did_not_fail_is_ever_deployed(candidates, found):
    action = decide(candidates, found).action
    if isinstance(action, Deploy) and action.version is not None:
        assert Candidate(version=action.version, rolled_back=False) in candidates
        assert action.version.defect is None


@given(approved(), situations)
def test_nothing_below_a_live_version_that_is_still_approved_is_ever_deployed(candidates, found):
    action = decide(candidates, found).action
    live = [each.version.number for each in candidates if each.version.arn == found.live]
    if live and isinstance(action, Deploy):
        assert action.version is not None and action.version.number > live[0]


@given(approved(), situations)
def test_the_endpoint_goes_only_if_no_approved_version_could_ever_be_deployed(candidates, found):
    action = decide(candidates, found).action
    if isinstance(action, Deploy) and action.version is None:
        assert all(each.version.defect for each in candidates)
        assert found.live not in {each.version.arn for each in candidates}


@given(approved(), situations)
def test_once_what_was_decided_is_done_nothing_is_left_to_do(candidates, found):
    action = decide(candidates, found).action
    live = found.live
    if isinstance(action, Deploy):
        live = action.version.arn if action.version else "none"
    done = Situation(status="UPDATE_COMPLETE", live=live, parameter=live)
    assert isinstance(decide(candidates, done).action, Exhausted if isinstance(action, Exhausted) else Keep)


@given(approved(), situations)
def test_a_deployment_that_is_rolled_back_is_never_decided_again(candidates, found):
    action = decide(candidates, found).action
    if isinstance(action, Deploy) and action.version is not None:
        failed = action.version
        after = [
            Candidate(version=each.version, rolled_back=each.rolled_back or each.version == failed)
            for each in candidates
        ]
        rolled_back = Situation(status="UPDATE_ROLLBACK_COMPLETE", live=found.live, parameter=failed.arn)
        next_action = decide(after, rolled_back).action
        assert isinstance(next_action, Restore | Deploy | Exhausted)
        assert isinstance(next_action, Exhausted) or next_action.rolled_back == failed
        assert not isinstance(next_action, Deploy) or next_action.version != failed
