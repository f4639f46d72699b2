"""What there is in an environment to have rights to."""

from dataclasses import dataclass

from aws_cdk import aws_dynamodb, aws_iam, aws_kms, aws_s3

from config.environment import EnvironmentConfig


@dataclass(frozen=True, kw_only=True)
class Estate:
    """The environment's data and keys, and the ARNs of what has a name of its own."""

    config: EnvironmentConfig
    exports: aws_s3.IBucket
    datasets: aws_s3.IBucket
    artefacts: aws_s3.IBucket
    ledger: aws_dynamodb.ITable
    data_key: aws_kms.IKey
    logs_key: aws_kms.IKey

    def arn(self, service: str, resource: str) -> str:
        """ARN of ``resource`` in this account and region."""
        return f"arn:aws:{service}:{self.config.region}:{self.config.account}:{resource}"

    @property
    def pipeline(self) -> str:
        """ARN of the pipeline."""
        return self.arn("sagemaker", f"pipeline/{self.config.own_name}")

    @property
    def package_group(self) -> str:
        """ARN of the model package group."""
        return self.arn("sagemaker", f"model-package-group/{self.config.own_name}")

    @property
    def packages(self) -> str:
        """Pattern of the ARNs of all its versions, which the registry numbers."""
        return self.arn("sagemaker", f"model-package/{self.config.own_name}/*")

    def key_through(self, key: aws_kms.IKey, service: str, *actions: str) -> aws_iam.PolicyStatement:
        """Use of ``key``, but only by way of ``service`` (``s3``): nobody decrypts by hand."""
        return aws_iam.PolicyStatement(
            sid=f"KeyThrough{service.capitalize()}",
            actions=list(actions),
            resources=[key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{self.config.region}.amazonaws.com"}},
        )
