"""What the firewall in front of the API minds."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_wafv2

from stacks.constructs.refusals import Refusal

WINDOW_SECONDS = 300

TOO_MANY_KEY = "too-many"

TOO_MANY = Refusal(
    status=429, detail="There were too many requests from this address; please wait.", retry_after=WINDOW_SECONDS
)

_MAIL = "bodies are customers' mail, which may say and quote anything"


@dataclass(frozen=True, kw_only=True)
class ManagedRules:
    """A rule group that AWS keeps; ``counted``: its rules that only count, and why they must not block."""

    name: str
    counted: Mapping[str, str]

    @property
    def short_name(self) -> str:
        """What the rule and its metric are called."""
        return self.name.removeprefix("AWSManagedRules")


MANAGED_RULES = (
    ManagedRules(name="AWSManagedRulesAmazonIpReputationList", counted={}),
    ManagedRules(
        name="AWSManagedRulesCommonRuleSet",
        counted={
            "SizeRestrictions_BODY": "blocks above 8 KB, and a batch may have 4 MB",
            "CrossSiteScripting_BODY": f"{_MAIL}, HTML above all",
            "EC2MetaDataSSRF_BODY": f"{_MAIL}, links among it; nothing fetches them",
            "GenericLFI_BODY": f"{_MAIL}, paths of files among it; nothing opens them",
            "GenericRFI_BODY": f"{_MAIL}, links among it; nothing fetches them",
            "NoUserAgent_HEADER": "the HTTP clients of some CRMs send none, .NET's by default",
        },
    ),
    ManagedRules(
        name="AWSManagedRulesKnownBadInputsRuleSet",
        counted={
            "JavaDeserializationRCE_BODY": f"{_MAIL}; nothing behind the API runs Java",
            "Log4JRCE_BODY": f"{_MAIL}; nothing behind the API runs Java",
            "ReactJSRCE_BODY": f"{_MAIL}; nothing behind the API runs JavaScript",
        },
    ),
)
"""In the order in which they are asked. Without the SQL rules: there is no SQL anywhere behind the API.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""


def firewall_rules(*, requests_per_5_minutes: int) -> list[aws_wafv2.CfnWebACL.RuleProperty]:
    """The limit per address, then the managed rules."""
    return [
        _address_limit(requests_per_5_minutes),
        *(_managed(rules, priority) for priority, rules in enumerate(MANAGED_RULES, start=1)),
    ]


def visibility(metric_name: str) -> aws_wafv2.CfnWebACL.VisibilityConfigProperty:
    """Metrics, and no samples: they keep whole headers and queries for anybody with a console."""
    return aws_wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric_name, sampled_requests_enabled=False
    )


def _address_limit(requests: int) -> aws_wafv2.CfnWebACL.RuleProperty:
    return aws_wafv2.CfnWebACL.RuleProperty(
        name="AddressLimit",
        priority=0,
        statement=aws_wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=aws_wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=requests, evaluation_window_sec=WINDOW_SECONDS
            )
        ),
        action=aws_wafv2.CfnWebACL.RuleActionProperty(
            block=aws_wafv2.CfnWebACL.BlockActionProperty(
                # Without one, API Gateway would answer 403, and no client would wait.
                custom_response=aws_wafv2.CfnWebACL.CustomResponseProperty(
                    response_code=TOO_MANY.status,
                    custom_response_body_key=TOO_MANY_KEY,
                    response_headers=[
                        aws_wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="Retry-After", value=str(WINDOW_SECONDS))
                    ],
                )
            )
        ),
        visibility_config=visibility("AddressLimit"),
    )


def _managed(rules: ManagedRules, priority: int) -> aws_wafv2.CfnWebACL.RuleProperty:
    count = aws_wafv2.CfnWebACL.RuleActionProperty(count={})
    return aws_wafv2.CfnWebACL.RuleProperty(
        name=rules.short_name,
        priority=priority,
        statement=aws_wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=aws_wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=rules.name,
                rule_action_overrides=[
                    aws_wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in rules.counted
                ]
                or None,
            )
        ),
        override_action=aws_wafv2.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=visibility(rules.short_name),
    )
