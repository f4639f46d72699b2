"""The ledger: what was predicted for each mail, and what its case turned out to be."""

from aws_cdk import RemovalPolicy, aws_dynamodb, aws_kms
from constructs import Construct

EMAIL_INDEX = "by-email"


class LedgerTable(aws_dynamodb.Table):
    """Keys, index and expiry as mailroom/ledger.py lays its rows out. Paid by request, restorable to any second of the
    last 35 days."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: aws_kms.IKey,
        removal_policy: RemovalPolicy,
        deletion_protection: bool,
    ) -> None:
        text = aws_dynamodb.AttributeType.STRING
        super().__init__(
            scope,
            construct_id,
            partition_key=aws_dynamodb.Attribute(name="pk", type=text),
            sort_key=aws_dynamodb.Attribute(name="sk", type=text),
            billing_mode=aws_dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=aws_dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal_policy,
            deletion_protection=deletion_protection,
        )
        # Erasure asks by mail; the keys alone say which rows go.
        self.add_global_secondary_index(
            index_name=EMAIL_INDEX,
            partition_key=aws_dynamodb.Attribute(name="email_pk", type=text),
            sort_key=aws_dynamodb.Attribute(name="email_sk", type=text),
            projection_type=aws_dynamodb.ProjectionType.KEYS_ONLY,
        )
