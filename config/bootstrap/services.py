"""The services that the stacks are made of, and under which names."""

from collections.abc import Mapping

from config.environment import EnvironmentConfig

Statement = Mapping[str, object]


def application(config: EnvironmentConfig) -> list[Statement]:
    """Functions, API, models, orchestration and what watches them."""
    own = config.named("*")

    def arn(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{config.region}:{config.account}:{resource}"

    # Every action of a service, but on things of this environment's name alone: CloudFormation makes, tags, changes,
    # describes and deletes them.
    return [
        {
            "Sid": "Named",
            "Effect": "Allow",
            "Action": ["airflow:*", "cloudwatch:*", "events:*", "lambda:*", "sns:*", "sqs:*", "wafv2:*"],
            "Resource": [
                arn("airflow", f"environment/{config.own_name}"),
                arn("cloudwatch", f"alarm:{own}"),
                # Application Auto Scaling names the alarms that it makes in the caller's name for target tracking.
                arn("cloudwatch", f"alarm:TargetTracking-endpoint/{config.own_name}/*"),
                f"arn:aws:cloudwatch::{config.account}:dashboard/{config.own_name}*",
                arn("events", f"rule/{own}"),
                arn("lambda", f"function:{own}"),
                arn("sns", own),
                arn("sqs", own),
                arn("wafv2", f"regional/webacl/{config.own_name}*"),
                arn("wafv2", f"regional/ipset/{config.own_name}*"),
                # AWS's own rule groups, which a web ACL names.
                arn("wafv2", "regional/managedruleset/*"),
            ],
        },
        {
            # These services give their things generated ids; region and account are what can be named.
            "Sid": "NamedByAws",
            "Effect": "Allow",
            "Action": [
                "apigateway:*",
                "application-autoscaling:*",
                "sagemaker:*",
                "wafv2:AssociateWebACL",
                "wafv2:DisassociateWebACL",
            ],
            "Resource": [
                f"arn:aws:apigateway:{config.region}::/*",
                arn("application-autoscaling", "*"),
                arn("sagemaker", "*"),
                # One action names both the ACL and the stage that it stands before.
                arn("wafv2", f"regional/webacl/{config.own_name}*"),
            ],
        },
        {
            # Actions that know no resource, or are asked before there is one.
            "Sid": "InGeneral",
            "Effect": "Allow",
            "Action": [
                "application-autoscaling:Describe*",
                "cloudwatch:DescribeAlarms",
                "lambda:CreateEventSourceMapping",
                "lambda:DeleteEventSourceMapping",
                "lambda:GetEventSourceMapping",
                "lambda:ListEventSourceMappings",
                "lambda:ListTags",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateEventSourceMapping",
                "sagemaker:List*",
                "sns:GetSubscriptionAttributes",
                "sns:Unsubscribe",
                "wafv2:GetWebACLForResource",
            ],
            "Resource": "*",
        },
        {
            # CloudFormation sets things up; it trains nothing and approves nothing.
            "Sid": "TrainsAndApprovesNothing",
            "Effect": "Deny",
            "Action": [
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateTrainingJob",
                "sagemaker:InvokeEndpoint",
                "sagemaker:StartPipelineExecution",
                "sagemaker:UpdateModelPackage",
            ],
            "Resource": "*",
        },
    ]


def foundation(config: EnvironmentConfig) -> list[Statement]:
    """Network, keys, buckets, tables, logs, trail and budget."""
    own = config.named("*")
    qualified = f"{config.region}:{config.account}"
    buckets = f"arn:aws:s3:::{own}"
    table = f"arn:aws:dynamodb:{qualified}:table/{own}"
    return [
        {
            # Every action of a service, but on things of this environment's name alone.
            "Sid": "Named",
            "Effect": "Allow",
            "Action": ["budgets:*", "cloudtrail:*", "dynamodb:*", "logs:*", "s3:*", "ssm:*"],
            "Resource": [
                f"arn:aws:budgets::{config.account}:budget/{config.own_name}*",
                f"arn:aws:cloudtrail:{qualified}:trail/{config.own_name}*",
                table,
                buckets,
                f"arn:aws:ssm:{qualified}:parameter/mailroom/{config.name}/*",
                *(
                    f"arn:aws:logs:{qualified}:log-group:{prefix}*"
                    for prefix in (
                        f"/mailroom/{config.name}/",
                        f"/aws/lambda/{config.named('')}",
                        # SageMaker and API Gateway write to groups of the account, under names of their own.
                        "/aws/sagemaker/",
                        "API-Gateway-Execution-Logs_",
                        f"airflow-{config.own_name}-",
                        # The prefix that a web ACL's log group must have.
                        f"aws-waf-logs-{config.own_name}",
                    )
                ),
            ],
        },
        {
            # Networks and keys have generated ids; the region is what can be named.
            "Sid": "NamedByAws",
            "Effect": "Allow",
            "Action": ["ec2:*", "kms:*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": config.region}},
        },
        {
            # Actions that know no resource, or are asked before there is one.
            "Sid": "InGeneral",
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DeleteResourcePolicy",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
                "ssm:DescribeParameters",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Bootstrap",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:GetBucketLocation", "ssm:GetParameters"],
            # The packed code, whatever the bootstrap's qualifier, and the version of the bootstrap.
            "Resource": [
                f"arn:aws:s3:::cdk-*-assets-{config.account}-{config.region}",
                f"arn:aws:s3:::cdk-*-assets-{config.account}-{config.region}/*",
                f"arn:aws:ssm:{qualified}:parameter/cdk-bootstrap/*",
            ],
        },
        {
            # CloudFormation sets things up; it reads no mail and no ledger.
            "Sid": "ReadsNoMail",
            "Effect": "Deny",
            "Action": [
                "dynamodb:BatchGetItem",
                "dynamodb:ExportTableToPointInTime",
                "dynamodb:GetItem",
                "dynamodb:PartiQL*",
                "dynamodb:Query",
                "dynamodb:Scan",
                "s3:GetObject*",
            ],
            "Resource": [table, f"{table}/index/*", f"{buckets}/*"],
        },
        {
            # Nothing that would open the network.
            "Sid": "NoWayOut",
            "Effect": "Deny",
            "Action": [
                "ec2:AcceptVpcPeeringConnection",
                "ec2:AttachInternetGateway",
                "ec2:AttachVpnGateway",
                "ec2:CreateCarrierGateway",
                "ec2:CreateEgressOnlyInternetGateway",
                "ec2:CreateInternetGateway",
                "ec2:CreateNatGateway",
                "ec2:CreateTransitGateway*",
                "ec2:CreateVpcPeeringConnection",
                "ec2:CreateVpnConnection",
                "ec2:RunInstances",
            ],
            "Resource": "*",
        },
    ]
