"""A Lambda function of the project."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, aws_ec2, aws_iam, aws_kms, aws_lambda, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.assets.function_code import function_code
from stacks.constructs.retention import retention
from stacks.constructs.service_role import ServiceRole

# Named in several places and created by AWS: what Lambda itself does to put a function into a network.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
_NETWORK_ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


class PythonFunction(aws_lambda.Function):
    """The function ``lambda/PACKAGE``, entered at ``PACKAGE.handler.handler``, named ``mailroom-ENV-PACKAGE``.

    ``statements`` are its rights beyond its own log group. With ``vpc`` and ``security_group`` it runs inside the
    network, and its code cannot use the rights that Lambda needs for that.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        package: str,
        environment: Mapping[str, str],
        statements: Sequence[aws_iam.PolicyStatement],
        timeout: Duration,
        memory_mb: int,
        reserved_concurrency: int,
        data_key: aws_kms.IKey,
        logs_key: aws_kms.IKey,
        log_days: int,
        vpc: aws_ec2.IVpc | None = None,
        security_group: aws_ec2.ISecurityGroup | None = None,
    ) -> None:
        name = config.named(package)
        log_group = aws_logs.LogGroup(
            scope,
            f"{construct_id}Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention(log_days),
            encryption_key=logs_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        own = [
            aws_iam.PolicyStatement(
                sid="OwnLog",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                # The streams of this one group.
                resources=[log_group.log_group_arn],
            ),
            aws_iam.PolicyStatement(sid="OwnEnvironment", actions=["kms:Decrypt"], resources=[data_key.key_arn]),
        ]
        if vpc is not None:
            own += _network_statements(scope, config, name)
        role = ServiceRole(
            scope,
            f"{construct_id}Role",
            service="lambda.amazonaws.com",
            statements=[*own, *statements],
            description=f"Rights of the function {name}",
        )
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            code=function_code(package),
            handler=f"{package}.handler.handler",
            runtime=aws_lambda.Runtime.PYTHON_3_12,
            architecture=aws_lambda.Architecture.ARM_64,
            environment=dict(environment),
            environment_encryption=data_key,
            role=role.without_policy_updates(),
            timeout=timeout,
            memory_size=memory_mb,
            reserved_concurrent_executions=reserved_concurrency,
            log_group=log_group,
            vpc=vpc,
            vpc_subnets=None
            if vpc is None
            else aws_ec2.SubnetSelection(subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=None if security_group is None else [security_group],
        )
        self.function_log_group = log_group
        # CDK makes each function depend on its role although it names it: harmless, and not ours to change.
        self.node.default_child.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})


def _network_statements(scope: Construct, config: EnvironmentConfig, name: str) -> list[aws_iam.PolicyStatement]:
    arn = f"arn:aws:lambda:{config.region}:{config.account}:function:{name}"
    return [
        # The describing actions know no resource, and the interfaces have no name before they exist.
        aws_iam.PolicyStatement(sid="OwnNetworkInterfaces", actions=_NETWORK_ACTIONS, resources=["*"]),
        # Lambda acts with these rights in the function's stead; the function's own code is denied them.
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
        aws_iam.PolicyStatement(
            sid="NotTheCodeItself",
            effect=aws_iam.Effect.DENY,
            actions=_NETWORK_ACTIONS,
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": arn}},
        ),
    ]
