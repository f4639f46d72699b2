"""A network without a way out: no internet gateway, no NAT; AWS services are reached through endpoints alone."""

from collections.abc import Collection, Mapping

from aws_cdk import Acknowledgment, RemovalPolicy, Validations, aws_ec2, aws_iam, aws_kms, aws_logs
from constructs import Construct

from stacks.constructs.retention import retention
from stacks.constructs.service_role import ServiceRole

INTERFACE_SERVICES: Mapping[str, tuple[str, ...]] = {
    # Service (as in com.amazonaws.REGION.SERVICE): the components inside the network that call it.
    "sagemaker.api": ("prepare step", "Airflow", "Studio"),
    "sagemaker.runtime": ("classify", "feedback", "Studio"),
    "aws.sagemaker.REGION.studio": ("Studio",),
    # https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-interface-endpoint-create.html
    "aws.sagemaker.REGION.experiments": ("tracking step", "Studio"),
    "sts": ("Airflow", "Studio"),
    "kms": ("classify", "feedback", "training jobs", "endpoint", "Airflow", "Studio"),
    "monitoring": ("training jobs", "endpoint", "Airflow"),
    "logs": ("classify", "feedback", "training jobs", "endpoint", "Airflow", "Studio"),
    "ecr.api": ("training jobs", "endpoint"),
    "ecr.dkr": ("training jobs", "endpoint"),
    "sqs": ("Airflow",),
    "events": ("Airflow",),
    "airflow.api": ("Airflow",),
    "airflow.env": ("Airflow",),
    "airflow.ops": ("Airflow",),
}
"""Which service is called by whom; a test holds it against the functions' code and the roles' policies."""

HTTPS = 443


def interface_services(absent: Collection[str] = ()) -> list[str]:
    """The services with an endpoint when the ``absent`` components are switched off."""
    return [service for service, callers in INTERFACE_SERVICES.items() if not set(callers) <= set(absent)]


class PrivateNetwork(Construct):
    """``vpc`` with isolated subnets in two zones, endpoints for what runs inside, and flow logs.

    ``absent`` components are switched off: what only they call has no endpoint, since each costs by the hour.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cidr: str,
        absent: Collection[str],
        flow_log_name: str,
        flow_log_days: int,
        key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc = aws_ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=aws_ec2.IpAddresses.cidr(cidr),
            nat_gateways=0,
            create_internet_gateway=False,
            subnet_configuration=[
                aws_ec2.SubnetConfiguration(
                    name="Isolated", subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
                )
            ],
        )
        for subnet in self.vpc.isolated_subnets:
            # cfn-lint asks the same as the CDK's own validation.
            subnet.node.default_child.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3010"]}})
            Validations.of(subnet).acknowledge(
                Acknowledgment(
                    id="CloudFormation-Validate::W3010",
                    reason="The zones are configuration: looking them up would need an account at synth.",
                )
            )
        self._endpoint_group = aws_ec2.SecurityGroup(
            self,
            "EndpointGroup",
            vpc=self.vpc,
            description="Interface endpoints: HTTPS from within the network",
            allow_all_outbound=False,
        )
        self._endpoint_group.add_ingress_rule(
            aws_ec2.Peer.ipv4(cidr), aws_ec2.Port.tcp(HTTPS), "HTTPS from within the network"
        )
        for service in interface_services(absent):
            self._interface(service)
        self._gateways()
        self._flow_logs(flow_log_name, flow_log_days, key)

    def _interface(self, service: str) -> None:
        region = self.vpc.stack.region
        full = service.replace("REGION", region) if service.startswith("aws.") else f"com.amazonaws.{region}.{service}"
        endpoint = aws_ec2.InterfaceVpcEndpoint(
            self,
            "Endpoint" + "".join(part.capitalize() for part in service.replace("REGION.", "").split(".")),
            vpc=self.vpc,
            service=aws_ec2.InterfaceVpcEndpointService(full, HTTPS),
            private_dns_enabled=True,
            security_groups=[self._endpoint_group],
            open=False,
            subnets=aws_ec2.SubnetSelection(subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED),
        )
        endpoint.add_to_policy(self._own_account_only())

    def _own_account_only(self) -> aws_iam.PolicyStatement:
        # What may be called is each caller's own policy; this keeps foreign credentials from carrying anything out.
        return aws_iam.PolicyStatement(
            principals=[aws_iam.AnyPrincipal()],
            actions=["*"],
            resources=["*"],
            conditions={"StringEquals": {"aws:PrincipalAccount": self.vpc.stack.account}},
        )

    def _gateways(self) -> None:
        stack = self.vpc.stack
        s3 = self.vpc.add_gateway_endpoint("EndpointS3", service=aws_ec2.GatewayVpcEndpointAwsService.S3)
        s3.add_to_policy(
            aws_iam.PolicyStatement(
                sid="OwnBuckets",
                principals=[aws_iam.AnyPrincipal()],
                # Each caller's own policy says which actions; here only: no bucket of another account.
                actions=["s3:*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:ResourceAccount": stack.account}},
            )
        )
        s3.add_to_policy(
            aws_iam.PolicyStatement(
                sid="ImageLayers",
                principals=[aws_iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                # ECR hands out image layers from a bucket of its own.
                # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
                resources=[f"arn:aws:s3:::prod-{stack.region}-starport-layer-bucket/*"],
            )
        )
        dynamodb = self.vpc.add_gateway_endpoint(
            "EndpointDynamodb", service=aws_ec2.GatewayVpcEndpointAwsService.DYNAMODB
        )
        dynamodb.add_to_policy(
            aws_iam.PolicyStatement(
                principals=[aws_iam.AnyPrincipal()],
                # Each caller's own policy says which actions; here only: no table of another account.
                actions=["dynamodb:*"],
                resources=[f"arn:aws:dynamodb:{stack.region}:{stack.account}:table/*"],
            )
        )

    def _flow_logs(self, name: str, days: int, key: aws_kms.IKey) -> None:
        group = aws_logs.LogGroup(
            self,
            "FlowLogGroup",
            log_group_name=name,
            retention=retention(days),
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = ServiceRole(
            self,
            "FlowLogRole",
            service="vpc-flow-logs.amazonaws.com",
            statements=[
                aws_iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                    # The streams of this one group.
                    resources=[group.log_group_arn],
                )
            ],
        )
        aws_ec2.FlowLog(
            self,
            "FlowLog",
            resource_type=aws_ec2.FlowLogResourceType.from_vpc(self.vpc),
            traffic_type=aws_ec2.FlowLogTrafficType.ALL,
            destination=aws_ec2.FlowLogDestination.to_cloud_watch_logs(group, role.without_policy_updates()),
        )
