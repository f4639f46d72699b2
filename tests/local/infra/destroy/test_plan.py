"""What goes, in which order, and what stays."""

import pytest

from local.infra.assembly import SynthesizedStack, read_assembly
from local.infra.destroy.inventory import DeployedResource, DeployedStack, Inventory, StudioApp, StudioSpace
from local.infra.destroy.plan import Phase, Plan, plan
from tests.support.assemblies import HandMade

KEEP = {"DeletionPolicy": "Retain"}
DECLARED = {
    "dev/ci": HandMade(resources={}),
    "dev/data": HandMade(
        resources={
            "Exports": {"Type": "AWS::S3::Bucket", **KEEP},
            "Ledger": {"Type": "AWS::DynamoDB::Table", **KEEP},
            "Key": {"Type": "AWS::KMS::Key", **KEEP},
        },
        needs=("dev/ci",),
        protected=True,
    ),
    "dev/network": HandMade(resources={"Vpc": {"Type": "AWS::EC2::VPC"}}, needs=("dev/data",)),
    "dev/training": HandMade(
        resources={
            "Group": {"Type": "AWS::SageMaker::ModelPackageGroup"},
            "Scratch": {"Type": "AWS::S3::Bucket"},
        },
        needs=("dev/network",),
    ),
    "dev/people": HandMade(resources={"Trail": {"Type": "AWS::S3::Bucket", **KEEP}}, needs=("dev/ci",)),
    "dev/api": HandMade(resources={"Log": {"Type": "AWS::Logs::LogGroup"}}, needs=("dev/training",)),
}


@pytest.fixture
def declared(write_assembly) -> tuple[SynthesizedStack, ...]:
    return read_assembly(write_assembly(DECLARED)).stacks


def deployed(declared: tuple[SynthesizedStack, ...], **found: object) -> Inventory:
    """All declared stacks, deployed; a resource's physical id is its logical id in small letters."""
    stacks = tuple(
        DeployedStack(
            name=stack.name,
            stack_name=stack.stack_name,
            protected=stack.termination_protection,
            resources=tuple(
                DeployedResource(
                    logical_id=resource.logical_id, type=resource.type, physical_id=resource.logical_id.lower()
                )
                for resource in stack.resources
            ),
        )
        for stack in declared
    )
    return Inventory(stacks=stacks, **found)


def steps(found: Plan, phase: Phase) -> list[str]:
    return [str(action) for action in found.of(phase)]


def test_stacks_go_before_those_they_need_and_the_network_after_what_they_leave_in_it(declared):
    found = plan(deployed(declared, interfaces=("eni-1",)), declared, with_data=False, key_usd=1.0)
    assert steps(found, Phase.STACKS) == ["destroy stack dev/api", "destroy stack dev/training"]
    assert steps(found, Phase.LEFT_BEHIND) == ["delete network interface eni-1"]
    assert steps(found, Phase.NETWORK) == ["destroy stack dev/network", "destroy stack dev/people"]


def test_the_data_stack_stays_with_what_it_needs_and_says_why_and_at_what_cost(declared):
    found = plan(deployed(declared), declared, with_data=False, key_usd=1.0)
    assert [str(kept) for kept in found.kept] == [
        "stack mailroom-dev-ci: the stack data needs it; costs nothing by itself; `--data` deletes it too, for good",
        "stack mailroom-dev-data: it holds customer data, models and their keys; costs 1.00 USD a month for 1 keys and "
        "what its objects cost (1 x Bucket) and what its rows cost (1 x Table); `--data` deletes it too, for good",
        "AWS::S3::Bucket trail: the stack people declares that it outlives the stack; costs what its objects cost; "
        "`--data` deletes it too, for good",
    ]
    assert found.of(Phase.RETAINED) == ()


def test_with_the_data_everything_goes_protection_first_and_keys_last(declared):
    found = plan(deployed(declared), declared, with_data=True, key_usd=1.0)
    assert steps(found, Phase.NETWORK) == [
        "destroy stack dev/network",
        "destroy stack dev/people",
        "lift the termination protection of mailroom-dev-data",
        "destroy stack dev/data",
        "destroy stack dev/ci",
    ]
    assert steps(found, Phase.RETAINED) == [
        "delete bucket, with all versions of all objects exports",
        "delete table ledger",
        "delete bucket, with all versions of all objects trail",
        "schedule the deletion of key key",
    ]
    assert found.kept == ()


def test_what_cloudformation_cannot_remove_while_it_holds_something_is_emptied_first(declared):
    found = plan(
        deployed(
            declared,
            apps=(StudioApp(domain="d-1", owner="space", in_space=True, type="CodeEditor", name="default"),),
            spaces=(StudioSpace(domain="d-1", name="space"),),
            executions=("arn:execution",),
        ),
        declared,
        with_data=False,
        key_usd=1.0,
    )
    assert steps(found, Phase.BEFORE_STACKS) == [
        "delete Studio app default",
        "delete Studio space space",
        "stop pipeline execution arn:execution",
        "delete the registered versions of group",
        "empty bucket scratch",
    ]


def test_log_groups_that_services_made_go_and_those_of_a_stack_go_with_it(declared):
    found = plan(
        deployed(
            declared, log_groups=("log", "/aws/sagemaker/Endpoints/mailroom-dev", "/aws/lambda/mailroom-dev-deploy")
        ),
        declared,
        with_data=False,
        key_usd=1.0,
    )
    assert steps(found, Phase.LEFT_BEHIND) == [
        "delete log group /aws/sagemaker/Endpoints/mailroom-dev",
        "delete log group /aws/lambda/mailroom-dev-deploy",
    ]


def test_a_log_group_that_all_applications_of_the_account_share_is_kept_and_named(declared):
    found = plan(
        deployed(declared, shared_log_groups=("/aws/sagemaker/TrainingJobs",)), declared, with_data=True, key_usd=1.0
    )
    assert found.of(Phase.LEFT_BEHIND) == ()
    assert [str(kept) for kept in found.kept] == [
        "log group /aws/sagemaker/TrainingJobs: SageMaker gives every application of the account this one, and no "
        "stack of the environment declares it; costs what its stored lines cost; delete it by hand once nothing else "
        "in the account uses SageMaker"
    ]


def test_a_shared_log_group_that_a_stack_declares_goes_with_the_stack_and_is_not_called_kept(declared):
    found = plan(deployed(declared, shared_log_groups=("log",)), declared, with_data=True, key_usd=1.0)
    assert (found.of(Phase.LEFT_BEHIND), found.kept) == ((), ())


def test_a_stack_that_this_version_does_not_declare_is_kept_and_named(declared):
    older = DeployedStack(name="old", stack_name="mailroom-dev-old", protected=False, resources=())
    found = plan(Inventory(stacks=(older,)), declared, with_data=True, key_usd=1.0)
    assert found.actions == ()
    assert [kept.what for kept in found.kept] == ["stack mailroom-dev-old"]


def test_what_is_not_deployed_is_not_destroyed(declared):
    assert plan(Inventory(stacks=()), declared, with_data=True, key_usd=1.0) == Plan(actions=(), kept=())
