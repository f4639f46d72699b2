from datetime import UTC, datetime

from botocore.stub import Stubber

from deploy.model_version import ModelVersion
from deploy.registry import Registry
from deploy.soundness import Origin
from tests.lambda_.deploy.world import CONTAINER, FACTS, GROUP, IMAGES, World

ORIGIN = Origin(archives="s3://artefacts/models/", images=IMAGES)


def registry(world: World) -> Registry:
    return Registry(world.sagemaker, GROUP, origin=ORIGIN)


def approved(world: World) -> list[ModelVersion]:
    return list(registry(world).approved())


def test_an_empty_registry_has_no_approved_version(world: World):
    assert approved(world) == []


def test_versions_beyond_the_first_page_are_seen(world: World):
    arns = [world.register() for _ in range(101)]  # a page holds 100, the oldest
    assert next(registry(world).approved()).arn == arns[-1]


def test_approved_versions_come_the_newest_first_by_number(world: World):
    arns = [world.register() for _ in range(12)]
    assert [version.arn for version in approved(world)] == arns[::-1]


def test_only_approved_versions_of_the_group_are_seen(world: World):
    world.sagemaker.create_model_package_group(ModelPackageGroupName="another")
    world.register(group="another")
    world.register("PendingManualApproval")
    world.register("Rejected")
    arn = world.register()
    assert [version.arn for version in approved(world)] == [arn]


def test_a_version_knows_when_it_was_registered_and_who_approved_it(world: World):
    arn = world.register("PendingManualApproval")
    world.decide(arn, "Approved")
    package = world.sagemaker.describe_model_package(ModelPackageName=arn)
    assert approved(world) == [
        ModelVersion(
            arn=arn,
            number=1,
            registered_at=package["CreationTime"],
            approved_by=package["LastModifiedBy"]["UserProfileArn"],
            name="m-1",
            taxonomy="t-1",
        )
    ]


def test_whether_a_version_is_approved_can_be_asked_of_any(world: World):
    first, second, third = world.register(), world.register("PendingManualApproval"), world.register()
    world.decide(third, "Rejected")
    asked = [first, second, third, "none", "arn:elsewhere"]
    assert [registry(world).approves(arn) for arn in asked] == [True, False, False, False, False]


def test_a_version_rejected_after_it_was_listed_is_left_out(world: World):
    older, newer = world.register(), world.register()
    versions = registry(world).approved()
    assert next(versions).arn == newer
    world.decide(older, "Rejected")
    assert list(versions) == []


def test_a_version_that_cannot_be_deployed_says_why(world: World):
    world.register(containers=[CONTAINER, CONTAINER])
    assert [version.defect for version in approved(world)] == [
        "Its inference specification must hold one container, not 2."
    ]


def answered(world: World, status: str, group: str) -> list[ModelVersion]:
    """What is made of one package in a state that moto never has."""
    package = {
        "ModelPackageName": "mailroom-dev",
        "ModelPackageGroupName": group,
        "ModelPackageVersion": 1,
        "ModelPackageArn": "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/1",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "ModelPackageStatus": status,
        "ModelApprovalStatus": "Approved",
    }
    described = package | {
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "InferenceSpecification": {"Containers": [CONTAINER]},
        "CustomerMetadataProperties": FACTS,
    }
    with Stubber(world.sagemaker) as stubber:
        wanted = {
            "ModelPackageGroupName": GROUP,
            "ModelPackageType": "Versioned",
            "ModelApprovalStatus": "Approved",
        }
        stubber.add_response("list_model_packages", {"ModelPackageSummaryList": [package]}, wanted)
        stubber.add_response("describe_model_package", described)
        return approved(world)


def test_a_version_whose_validation_has_not_ended_well_is_left_out(world: World):
    assert [answered(world, status, GROUP) for status in ("InProgress", "Pending", "Failed", "Deleting")] == [[]] * 4
    assert len(answered(world, "Completed", GROUP)) == 1


def test_a_version_of_another_group_is_never_deployable(world: World):
    [version] = answered(world, "Completed", "another")
    assert version.defect == "It does not belong to the model package group mailroom-dev."
