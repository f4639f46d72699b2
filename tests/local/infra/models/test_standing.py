"""What a person is told of endpoint and stack: read from emulated accounts in which a deployment runs, step by step."""

import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.environment import EnvironmentConfig
from config.load import load_environment
from deploy.attempt import attempt
from deploy.rejections import Rejections
from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.accounts.credentials import Credentials
from local.accounts.private_calls import call
from local.infra.account import Account, emulated_account
from local.infra.models.outlook import outlook
from local.infra.models.standing import Standing, standing
from local.infra.models.state import state, why
from local.infra.models.versions import approved_versions, versions
from tests.local.accounts.gaps.small_stacks import approve, create, endpoint_template, update_as_before

pytestmark = pytest.mark.slow

CONFIG: EnvironmentConfig = load_environment("prod")
STACK = "mailroom-prod-inference"
IN_ALARM = "In ALARM while traffic was shifted: errors."


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The account of prod with its registry, and what the deploy function and the hosting adapter do to it."""

    account: Account
    state: Path

    def register(self, status: str = "Approved", *, taxonomy: str = "2026.1") -> str:
        arn: str = self.account.client("sagemaker").create_model_package(
            ModelPackageGroupName=CONFIG.own_name,
            ModelApprovalStatus=status,
            InferenceSpecification={
                "Containers": [{"Image": "image", "ModelDataUrl": "s3://models/model.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
            CustomerMetadataProperties={"model_version": "m-1", "taxonomy_version": taxonomy},
        )["ModelPackageArn"]
        return arn

    def begin(self, arn: str) -> None:
        """What the deploy function does; the adapter then waits to be told the end."""
        approve(self.credentials, arn)
        token = f"{attempt(int(arn.rpartition('/')[2]))}{uuid.uuid4().hex}"
        update_as_before(self.credentials, STACK, "ApprovedModel", ClientRequestToken=token)

    def end(self, problem: str | None = None) -> None:
        (running,) = call(self.credentials, "hosting-heartbeat", {"pace": 60, "patience": 600})["deployments"]
        call(self.credentials, "hosting-ended", {"id": running["id"], "problem": problem})

    def attend(self) -> None:
        call(self.credentials, "hosting-heartbeat", {"pace": 60, "patience": 600})

    def deploy(self, arn: str) -> str:
        self.begin(arn)
        self.end()
        return arn

    @property
    def now(self) -> Standing:
        return standing(self.account, CONFIG)

    def states(self) -> dict[int, tuple[str, str | None]]:
        """By number, the word for each version and its reason."""
        now = self.now
        wanted = outlook(approved_versions(self.account, CONFIG), now).wanted
        words = [(one, state(one, now, wanted=wanted)) for one in versions(self.account, CONFIG)]
        return {one.number: (word, why(one, now, word)) for one, word in words}

    @property
    def credentials(self) -> Credentials:
        return accounts_file.credentials(self.state, "prod")


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    state_file = tmp_path_factory.mktemp("accounts") / "accounts.json"
    emulator.start(state_file)
    accounts_file.write(state_file, {"prod": Place(account=CONFIG.account, region=CONFIG.region)})
    yield state_file
    emulator.stop(state_file)


@pytest.fixture
def stand(emulated: Path) -> Stand:
    """Nothing is registered, and the stack waits for its first model."""
    forget = urllib.request.Request(f"{emulator.require(emulated)}/moto-api/reset", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(forget).close()
    stand = Stand(account=emulated_account("prod", emulated), state=emulated)
    stand.account.client("sagemaker").create_model_package_group(ModelPackageGroupName=CONFIG.own_name)
    approve(stand.credentials, "none")
    create(stand.credentials, STACK, endpoint_template(CONFIG.own_name))
    stand.attend()
    return stand


def test_each_version_is_told_by_how_it_stands_between_registry_and_endpoint(stand: Stand):
    old, turned_back = stand.register(), stand.register()
    live = stand.register()
    stand.deploy(old)
    stand.begin(turned_back)
    stand.end(IN_ALARM)
    stand.deploy(live)
    stand.register(taxonomy="none")
    stand.register("Rejected")
    stand.register("PendingManualApproval")
    stand.register()
    coming = stand.register()
    expected = {
        1: ("approved", None),
        2: ("turned back", IN_ALARM),
        3: ("live", None),
        4: ("refused", "its metadata lack taxonomy_version."),
        5: ("rejected", None),
        6: ("waits", None),
        7: ("approved", None),
        8: ("next", None),
    }
    assert stand.states() == expected
    stand.begin(coming)
    assert stand.states() == {**expected, 8: ("deploying", None)}
    stand.end("The new model's server ended.")
    assert stand.states() == {**expected, 7: ("next", None), 8: ("turned back", "The new model's server ended.")}


def test_a_version_that_was_turned_back_and_then_went_live_is_turned_back_no_more(stand: Stand):
    first, second = stand.register(), stand.register()
    stand.deploy(first)
    stand.begin(second)
    stand.end(IN_ALARM)
    assert stand.now.turned_back == {2: IN_ALARM.rstrip(".")}
    stand.deploy(second)
    assert (stand.now.turned_back, stand.now.live) == ({}, second)


def test_a_version_that_was_rejected_since_is_turned_back_no_more(stand: Stand):
    first, second = stand.register(), stand.register()
    stand.deploy(first)
    stand.begin(second)
    stand.end(IN_ALARM)
    ssm = stand.account.client("ssm")
    ssm.put_parameter(Name=CONFIG.rejections_parameter, Type="String", Value="{}")
    rejections = Rejections(ssm, CONFIG.rejections_parameter)
    rejections.note({2: datetime.now(UTC) - timedelta(hours=1)})
    assert stand.now.turned_back == {2: IN_ALARM.rstrip(".")}
    rejections.note({2: datetime.now(UTC) + timedelta(minutes=1)})
    assert (stand.now.turned_back, stand.states()[2]) == ({}, ("next", None))


def test_a_live_version_that_was_rejected_is_told_as_both(stand: Stand):
    live = stand.deploy(stand.register())
    stand.account.client("sagemaker").update_model_package(ModelPackageArn=live, ModelApprovalStatus="Rejected")
    assert stand.states() == {1: ("live, rejected", None)}


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (
            lambda stand, first, second: None,
            Standing(stack=STACK, stack_status="CREATE_COMPLETE"),
        ),
        (
            lambda stand, first, second: stand.begin(first),
            Standing(stack=STACK, stack_status="UPDATE_IN_PROGRESS", deploying="first"),
        ),
        (
            lambda stand, first, second: stand.deploy(first),
            Standing(stack=STACK, stack_status="UPDATE_COMPLETE", live="first"),
        ),
        (
            lambda stand, first, second: (stand.deploy(first), stand.begin(second)),
            Standing(stack=STACK, stack_status="UPDATE_IN_PROGRESS", live="first", deploying="second"),
        ),
    ],
    ids=["no model yet", "a first one comes", "one is live", "another one comes"],
)
def test_what_is_in_force_is_told_from_what_is_to_take_over(
    stand: Stand, arrange: Callable[[Stand, str, str], None], expected: Standing
):
    arns = {"first": stand.register(), "second": stand.register()}
    arrange(stand, arns["first"], arns["second"])
    assert stand.now == Standing(
        stack=expected.stack,
        stack_status=expected.stack_status,
        live=arns.get(expected.live or ""),
        deploying=arns.get(expected.deploying or ""),
    )
