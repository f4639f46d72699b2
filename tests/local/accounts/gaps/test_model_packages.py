"""What an update of a model package does not name stays."""

import pytest

from local.accounts.credentials import Credentials, assume

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


def test_an_update_changes_what_it_names_and_leaves_the_rest(account: Credentials):
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="kept")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="kept",
        ModelApprovalStatus="PendingManualApproval",
        CustomerMetadataProperties={"taxonomy_version": "t-1"},
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="Good.")
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties={"note": "n"})
    package = sagemaker.describe_model_package(ModelPackageName=arn)
    assert (package["ModelApprovalStatus"], package["ApprovalDescription"], package["CustomerMetadataProperties"]) == (
        "Approved",
        "Good.",
        {"taxonomy_version": "t-1", "note": "n"},
    )


def test_a_property_is_removed_by_name(account: Credentials):
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="removed")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="removed", CustomerMetadataProperties={"a": "1", "b": "2"}
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataPropertiesToRemove=["a"])
    assert sagemaker.describe_model_package(ModelPackageName=arn)["CustomerMetadataProperties"] == {"b": "2"}


def test_a_registration_that_is_repeated_with_its_token_is_the_same_version(account: Credentials):
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="once")
    arns = [
        sagemaker.create_model_package(ModelPackageGroupName="once", ClientToken=token)["ModelPackageArn"]
        for token in ("a" * 36, "a" * 36, "b" * 36)
    ]
    assert [arn.rpartition("/")[2] for arn in arns] == ["1", "1", "2"]


def test_a_package_keeps_its_model_card(account: Credentials):
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="carded")
    card = {"ModelCardContent": '{"model_overview": {}}', "ModelCardStatus": "PendingReview"}
    arn = sagemaker.create_model_package(ModelPackageGroupName="carded", ModelCard=card)["ModelPackageArn"]
    assert sagemaker.describe_model_package(ModelPackageName=arn)["ModelCard"] == card
    sagemaker.update_model_package(
        ModelPackageArn=arn, ModelCard={"ModelCardContent": card["ModelCardContent"], "ModelCardStatus": "Approved"}
    )
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelCard"] == {**card, "ModelCardStatus": "Approved"}
