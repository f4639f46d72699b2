"""A bucket for customer data, models or logs."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack, aws_kms, aws_s3
from constructs import Construct


class PrivateBucket(aws_s3.Bucket):
    """TLS only, versioned, blocked from the public, encrypted with ``key`` (S3's own where None, which log delivery
    needs).

    Current objects expire after ``expire_days`` (None: never), superseded versions after ``superseded_days``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: aws_kms.IKey | None,
        superseded_days: int,
        removal_policy: RemovalPolicy,
        expire_days: int | None = None,
        access_logs: aws_s3.IBucket | None = None,
        more_rules: Sequence[aws_s3.LifecycleRule] = (),
    ) -> None:
        rule = aws_s3.LifecycleRule(
            id="retention",
            expiration=None if expire_days is None else Duration.days(expire_days),
            noncurrent_version_expiration=Duration.days(superseded_days),
            abort_incomplete_multipart_upload_after=Duration.days(7),
        )
        prefix = f"{construct_id.lower()}/"
        in_one_stack = access_logs is not None and Stack.of(access_logs) is Stack.of(scope)
        super().__init__(
            scope,
            construct_id,
            encryption=aws_s3.BucketEncryption.S3_MANAGED if key is None else aws_s3.BucketEncryption.KMS,
            encryption_key=key,
            # One data key per bucket and hour instead of one KMS call per object.
            bucket_key_enabled=key is not None,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=access_logs if in_one_stack else None,
            server_access_logs_prefix=prefix if in_one_stack else None,
            lifecycle_rules=[rule, *more_rules],
            removal_policy=removal_policy,
        )
        if access_logs is not None and not in_one_stack:
            # Else CDK would let S3 write there for whoever asks it to, to keep the earlier stack from naming this
            # bucket; the log bucket's own policy lets every bucket of the environment.
            bucket: aws_s3.CfnBucket = self.node.default_child
            bucket.logging_configuration = aws_s3.CfnBucket.LoggingConfigurationProperty(
                destination_bucket_name=access_logs.bucket_name, log_file_prefix=prefix
            )
