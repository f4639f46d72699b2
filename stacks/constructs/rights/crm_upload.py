"""The CRM's monthly export: brings files, and can read none, its own among them."""

from aws_cdk import aws_iam

from stacks.constructs.rights.estate import Estate


def crm_upload(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-crm-upload``."""
    return [
        aws_iam.PolicyStatement(
            sid="Upload",
            actions=["s3:AbortMultipartUpload", "s3:PutObject"],
            # Every file of every month.
            resources=[estate.exports.arn_for_objects(f"{estate.config.training.data}/*")],
        ),
        # An upload in parts is put together by S3, which decrypts the parts for that.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
        estate.key_through(estate.data_key, "s3", "kms:Decrypt", "kms:GenerateDataKey"),
    ]
