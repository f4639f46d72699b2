"""What the firewall refused or minded, without what it read."""

from aws_cdk import ArnFormat, RemovalPolicy, Stack, aws_iam, aws_kms, aws_logs, aws_wafv2
from constructs import Construct

from stacks.constructs.retention import retention

KEY_HEADER = "x-api-key"


class FirewallLog(Construct):
    """The log of ``web_acl``: ``group``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        web_acl: aws_wafv2.CfnWebACL,
        name: str,
        days: int,
        key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.group = aws_logs.LogGroup(
            self,
            "Group",
            # WAF writes to groups of this prefix only.
            log_group_name=f"aws-waf-logs-{name}",
            retention=retention(days),
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # The group's own attribute ends in ":*", which WAF does not take.
        group_arn = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=self.group.log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        delivery = self._delivery(f"{name}-firewall", group_arn)
        logging = aws_wafv2.CfnLoggingConfiguration(
            self,
            "Configuration",
            resource_arn=web_acl.attr_arn,
            log_destination_configs=[group_arn],
            redacted_fields=[
                aws_wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": KEY_HEADER})
            ],
            # What no rule minded stands in the access log.
            logging_filter=_only("BLOCK", "COUNT"),
        )
        logging.node.add_dependency(delivery)

    def _delivery(self, name: str, group_arn: str) -> aws_logs.CfnResourcePolicy:
        """Lets log delivery write. WAF would make such a policy itself, with the rights of whoever deploys, and leave
        it behind.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
        """
        stack = Stack.of(self)
        statement = aws_iam.PolicyStatement(
            principals=[aws_iam.ServicePrincipal("delivery.logs.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            # The streams of this one group.
            resources=[f"{group_arn}:log-stream:*"],
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                # Whatever delivers logs in this account and region: deliveries have no name of ours.
                "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{stack.region}:{stack.account}:*"},
            },
        )
        return aws_logs.CfnResourcePolicy(
            self,
            "Delivery",
            policy_name=name,
            policy_document=stack.to_json_string(aws_iam.PolicyDocument(statements=[statement])),
        )


def data_protection() -> aws_wafv2.CfnWebACL.DataProtectionConfigProperty:
    """Neither keys nor a mail's words reach a log: a rule that matches within a body logs what it matched.

    https://docs.aws.amazon.com/waf/latest/developerguide/data-protection-masking.html
    """
    fields = [
        aws_wafv2.CfnWebACL.FieldToProtectProperty(field_type="SINGLE_HEADER", field_keys=[KEY_HEADER]),
        aws_wafv2.CfnWebACL.FieldToProtectProperty(field_type="BODY"),
    ]
    return aws_wafv2.CfnWebACL.DataProtectionConfigProperty(
        data_protections=[
            aws_wafv2.CfnWebACL.DataProtectProperty(
                action="SUBSTITUTION", field=field, exclude_rule_match_details=False, exclude_rate_based_details=False
            )
            for field in fields
        ]
    )


def _only(*actions: str) -> dict[str, object]:
    conditions = [{"ActionCondition": {"Action": action}} for action in actions]
    return {
        "DefaultBehavior": "DROP",
        "Filters": [{"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": conditions}],
    }
