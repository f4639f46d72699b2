"""What a person is told follows from a decision is what the function `deploy` then decides."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy import soundness
from deploy.approved_model import NO_MODEL
from deploy.decision import Candidate, Decision, Deploy, Exhausted, Keep, Situation, decide
from deploy.model_version import ModelVersion
from deploy.soundness import Origin
from local.infra.models.outlook import Outlook, outlook
from local.infra.models.standing import Standing
from local.infra.models.versions import Version, defect

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STANDING = Standing(stack="serving", stack_status="UPDATE_COMPLETE")


def version(number: int, *, defect: str | None = None) -> Version:
    return Version(
        arn=f"arn:{number}",
        number=number,
        status="Approved",
        registered_at=NOW,
        decided_by=None,
        facts={},
        archive="s3://models/model.tar.gz",
        metrics=None,
        defect=defect,
    )


def decided(approved: list[Version], standing: Standing) -> Decision:
    """What the function makes of it."""
    candidates = [
        Candidate(
            version=ModelVersion(arn=one.arn, number=one.number, registered_at=NOW, defect=one.defect),
            rolled_back=one.number in standing.turned_back,
        )
        for one in approved
    ]
    live = standing.live or NO_MODEL
    return decide(candidates, Situation(status="UPDATE_COMPLETE", live=live, parameter=live))


@given(
    numbers=st.sets(st.integers(1, 6)),
    broken=st.sets(st.integers(1, 6)),
    turned_back=st.sets(st.integers(1, 6)),
    live=st.none() | st.integers(1, 6),
)
def test_the_version_foretold_is_the_one_that_the_function_will_have_live(
    numbers: set[int], broken: set[int], turned_back: set[int], live: int | None
):
    approved = [
        version(number, defect="no archive" if number in broken else None) for number in sorted(numbers, reverse=True)
    ]
    standing = replace(STANDING, live=live and f"arn:{live}", turned_back=dict.fromkeys(turned_back, "too slow"))
    foretold = outlook(approved, standing)
    action = decided(approved, standing).action
    match action:
        case Keep(version=wanted) | Deploy(version=wanted):
            assert (foretold.wanted and foretold.wanted.arn) == (wanted and wanted.arn)
            assert foretold.takes_down or wanted is not None or live is None
        case Exhausted(rolled_back=newest):
            assert (foretold.wanted, foretold.takes_down) == (None, False)
            assert foretold.turned_back[0].arn == newest.arn
        case _:
            raise AssertionError(action)


def test_the_newest_approved_version_goes_live_and_those_that_were_turned_back_are_passed_over():
    standing = replace(STANDING, live="arn:1", turned_back={4: "too slow"})
    assert outlook([version(4), version(3, defect="no archive"), version(2), version(1)], standing) == Outlook(
        wanted=version(2), turned_back=(version(4),)
    )
    assert outlook([], standing).takes_down
    assert not outlook([version(4)], standing).takes_down


ORIGIN = Origin(archives="s3://models/", images="repository")
CONTAINER = {"Image": "repository:1", "ModelDataUrl": "s3://models/model.tar.gz"}
FACTS = {"model_version": "m-1", "taxonomy_version": "2026.1"}


@pytest.mark.parametrize(
    ("containers", "facts"),
    [
        ([CONTAINER], FACTS),
        ([CONTAINER], {**FACTS, "archive": CONTAINER["ModelDataUrl"]}),
        ([CONTAINER], {**FACTS, "archive": "s3://models/another.tar.gz"}),
        ([CONTAINER], {"model_version": "m-1", "taxonomy_version": "none"}),
        ([CONTAINER], {"taxonomy_version": "2026.1"}),
        ([CONTAINER, CONTAINER], FACTS),
        ([{"Image": "repository:1"}], FACTS),
        ([], FACTS),
    ],
)
def test_a_version_that_the_function_refuses_for_what_the_registry_says_is_known_before_its_approval(
    containers: list[dict[str, str]], facts: dict[str, str]
):
    package = {
        "ModelPackageGroupName": "mailroom-prod",
        "InferenceSpecification": {"Containers": containers},
        "CustomerMetadataProperties": facts,
    }
    refused = soundness.defect(package, group="mailroom-prod", origin=ORIGIN)
    assert (defect(package) is None) == (refused is None)
