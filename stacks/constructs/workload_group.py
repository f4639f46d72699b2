"""The security group of something that runs inside the network."""

from aws_cdk import aws_ec2
from constructs import Construct

from stacks.constructs.private_network import HTTPS


class WorkloadGroup(aws_ec2.SecurityGroup):
    """Lets nobody in, and HTTPS out: the network's endpoints are all that it can reach."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: aws_ec2.IVpc, description: str) -> None:
        super().__init__(scope, construct_id, vpc=vpc, description=description, allow_all_outbound=False)
        # Any address: the gateway endpoints of S3 and DynamoDB have public ones, which differ by region; the network
        # has no route to any other.
        self.add_egress_rule(aws_ec2.Peer.any_ipv4(), aws_ec2.Port.tcp(HTTPS), "HTTPS to the network's endpoints")
