from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from deploy.model_version import ModelVersion
from deploy.registry import Registry
from tests.lambda_.deploy.world import CONTAINER, GROUP, World


def approved(world: World) -> list[ModelVersion]:
    return list(Registry(world.sagemaker, GROUP).approved())


def test_an_empty_registry_has_no_approved_version(world: World):
    assert approved(world) == []


def test_versions_beyond_the_first_page_are_seen(world: World):
    arns = [world.register() for _ in range(101)]  # a page holds 100, the oldest
    assert next(Registry(world.sagemaker, GROUP).approved()).arn == arns[-1]


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


def test_a_version_knows_when_and_by_whom_it_was_approved(world: World):
    arn = world.register("PendingManualApproval")
    world.decide(arn, "Approved")
    package = world.sagemaker.describe_model_package(ModelPackageName=arn)
    assert approved(world) == [
        ModelVersion(
            arn=arn,
            number=1,
            approved_at=package["LastModifiedTime"],
            approved_by=package["LastModifiedBy"]["UserProfileArn"],
            taxonomy="t-1",
        )
    ]


def test_a_version_approved_as_it_was_registered_was_approved_then(world: World):
    arn = world.register()
    package = world.sagemaker.describe_model_package(ModelPackageName=arn)
    assert approved(world)[0].approved_at == package["CreationTime"]


def test_a_version_rejected_after_it_was_listed_is_left_out(world: World):
    older, newer = world.register(), world.register()
    versions = Registry(world.sagemaker, GROUP).approved()
    assert next(versions).arn == newer
    world.decide(older, "Rejected")
    assert list(versions) == []


@pytest.mark.parametrize(
    ("containers", "defect"),
    [
        ([CONTAINER, CONTAINER], "Its inference specification must hold one container, not 2."),
        ([{"Image": CONTAINER["Image"]}], "Its container lacks ModelDataUrl."),
    ],
)
def test_a_version_that_cannot_be_deployed_says_why(world: World, containers: Any, defect: str):
    world.register(containers=containers)
    assert [version.defect for version in approved(world)] == [defect]


@pytest.mark.parametrize("taxonomy", [None, "none"])
def test_a_version_that_names_no_taxonomy_cannot_be_deployed(world: World, taxonomy: str | None):
    world.register(taxonomy=taxonomy)
    [version] = approved(world)
    assert (version.taxonomy, version.defect) == (
        "",
        "Its metadata lack taxonomy_version: register it through the pipeline.",
    )


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
        "CustomerMetadataProperties": {"taxonomy_version": "t-1"},
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
