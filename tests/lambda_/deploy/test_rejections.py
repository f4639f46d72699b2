import json
from datetime import UTC, datetime, timedelta

import pytest

from deploy.rejections import Rejections
from tests.lambda_.deploy.world import REJECTIONS, World

START = datetime(2026, 1, 1, tzinfo=UTC)
LATER = START + timedelta(hours=1)


@pytest.fixture
def rejections(world: World) -> Rejections:
    return Rejections(world.ssm, REJECTIONS)


def test_before_the_first_rejection_there_is_none(rejections: Rejections):
    assert rejections.read() == {}


def test_what_was_rejected_is_read_again_with_its_moment(rejections: Rejections):
    rejections.note({7: START, 8: LATER})
    assert rejections.read() == {7: START, 8: LATER}


@pytest.mark.parametrize("order", [(START, LATER), (LATER, START), (LATER, LATER, START)])
def test_however_often_and_in_whatever_order_it_is_told_the_latest_moment_stays(rejections: Rejections, order):
    for at in order:
        rejections.note({7: at})
    assert rejections.read() == {7: LATER}


def test_what_is_known_already_is_not_written_again(rejections: Rejections, world: World):
    rejections.note({7: START})
    rejections.note({7: START})
    rejections.note({})
    assert world.ssm.get_parameter(Name=REJECTIONS)["Parameter"]["Version"] == 2


def test_a_rejection_is_kept_as_long_as_the_stacks_history(rejections: Rejections):
    rejections.note({7: START, 8: START + timedelta(days=1)})
    rejections.note({9: START + timedelta(days=91)})
    assert rejections.read() == {8: START + timedelta(days=1), 9: START + timedelta(days=91)}


def test_however_many_are_rejected_the_newest_fit_into_the_parameter(rejections: Rejections, world: World):
    rejections.note({number: START + timedelta(minutes=number, microseconds=123_456) for number in range(1000, 1300)})
    assert sorted(rejections.read()) == list(range(1200, 1300))
    value = world.ssm.get_parameter(Name=REJECTIONS)["Parameter"]["Value"]
    assert (len(value) < 4096, len(json.loads(value))) == (True, 100)
