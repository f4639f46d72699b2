"""Whoever checks: reads how things are set up and who did what, changes nothing, sees no mail."""

from aws_cdk import aws_iam, aws_logs, aws_s3

from stacks.constructs.rights.common import approves_nothing, no_mail_content, read_pipeline, read_registry, see_metrics
from stacks.constructs.rights.estate import Estate

# How things are set up. Most of these know no resource, or are asked for what somebody else has named.
_CONFIGURATION = [
    "cloudformation:ListStacks",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrail",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:LookupEvents",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "events:DescribeRule",
    "events:ListRules",
    "events:ListTargetsByRule",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListEntitiesForPolicy",
    "iam:ListPolicies",
    "iam:ListRolePolicies",
    "iam:ListRoles",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "logs:DescribeMetricFilters",
    "s3:GetBucketLogging",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketVersioning",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:ListAllMyBuckets",
    "sagemaker:DescribeDomain",
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:DescribeModel",
    "sagemaker:ListDomains",
    "sagemaker:ListEndpoints",
    "wafv2:GetWebACL",
    "wafv2:ListWebACLs",
]


def auditor(
    estate: Estate, *, trail_bucket: aws_s3.IBucket, trail_log: aws_logs.ILogGroup
) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-auditor``."""
    return [
        # Any resource: an audit is of the whole account. Describing and listing alone.
        aws_iam.PolicyStatement(sid="ReadConfiguration", actions=_CONFIGURATION, resources=["*"]),
        aws_iam.PolicyStatement(
            sid="ReadStacks",
            actions=[
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
                "cloudformation:GetTemplate",
                "cloudformation:ListStackResources",
            ],
            # Any stack of this environment; a stack's id ends with characters of CloudFormation's own.
            resources=[estate.arn("cloudformation", f"stack/{estate.config.named('*')}")],
        ),
        aws_iam.PolicyStatement(sid="FindTrail", actions=["s3:ListBucket"], resources=[trail_bucket.bucket_arn]),
        aws_iam.PolicyStatement(
            sid="ReadTrail",
            actions=["s3:GetObject"],
            # Every day's files, and the digests that prove them whole.
            resources=[trail_bucket.arn_for_objects("*")],
        ),
        estate.key_through(estate.logs_key, "s3", "kms:Decrypt"),
        aws_iam.PolicyStatement(
            sid="SearchTrail",
            actions=[
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:StartQuery",
            ],
            # Every stream of the trail's group.
            resources=[trail_log.log_group_arn],
        ),
        # Asked of a query's id.
        aws_iam.PolicyStatement(sid="ReadSearches", actions=["logs:GetQueryResults"], resources=["*"]),
        *read_pipeline(estate),
        read_registry(estate),
        *see_metrics(estate),
        approves_nothing(),
        *no_mail_content(estate),
    ]
