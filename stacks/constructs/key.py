"""A customer-managed key."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack, aws_iam, aws_kms
from constructs import Construct


class CustomerKey(aws_kms.Key):
    """A rotating key of the account's own. Principals get their rights from their own policies; ``services`` are AWS
    services that encrypt with it in the name of this account, and nobody else's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alias: str,
        description: str,
        removal_policy: RemovalPolicy,
        services: Sequence[str] = (),
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alias=alias,
            description=description,
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        account = Stack.of(self).account
        for service in services:
            self.add_to_resource_policy(
                aws_iam.PolicyStatement(
                    sid="Service" + "".join(part.capitalize() for part in service.split(".")[0].split("-")),
                    principals=[aws_iam.ServicePrincipal(service)],
                    actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
                    # In a key policy "*" is the key itself.
                    resources=["*"],
                    conditions={"StringEquals": {"aws:SourceAccount": account}},
                )
            )

    def let_log_groups(self, prefix_arns: Sequence[str]) -> None:
        """Let CloudWatch Logs encrypt the log groups under these ARNs.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        """
        stack = Stack.of(self)
        self.add_to_resource_policy(
            aws_iam.PolicyStatement(
                sid="ServiceLogs",
                principals=[aws_iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                # In a key policy "*" is the key itself.
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": list(prefix_arns)}},
            )
        )
