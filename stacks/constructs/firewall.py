"""The firewall in front of the API."""

from aws_cdk import aws_apigateway, aws_kms, aws_wafv2
from constructs import Construct

from stacks.constructs.firewall_log import FirewallLog, data_protection
from stacks.constructs.firewall_rules import TOO_MANY, TOO_MANY_KEY, firewall_rules, visibility


class Firewall(Construct):
    """Managed rules and a limit per address (``requests_per_5_minutes``) in front of a stage of the API.

    ``web_acl``: ``name`` is the dimension WebACL of its metrics. ``log``: what it minded.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        stage: aws_apigateway.Stage,
        requests_per_5_minutes: int,
        log_days: int,
        logs_key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        self.web_acl = aws_wafv2.CfnWebACL(
            self,
            "Acl",
            name=name,
            description="In front of the Mailroom API",
            scope="REGIONAL",
            default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=firewall_rules(requests_per_5_minutes=requests_per_5_minutes),
            custom_response_bodies={
                # The firewall knows no application/problem+json.
                TOO_MANY_KEY: aws_wafv2.CfnWebACL.CustomResponseBodyProperty(
                    content=TOO_MANY.body(), content_type="APPLICATION_JSON"
                )
            },
            data_protection_config=data_protection(),
            visibility_config=visibility(name),
        )
        aws_wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage.stage_arn, web_acl_arn=self.web_acl.attr_arn
        )
        self.log = FirewallLog(self, "Log", web_acl=self.web_acl, name=name, days=log_days, key=logs_key).group
