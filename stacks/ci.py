"""What comes before everything else: the boundary of all roles, and the role that deploys them."""

from aws_cdk import CfnOutput
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.bootstrap import Bootstrap
from stacks.constructs.jenkins_role import JenkinsRole
from stacks.constructs.permission_boundary import PermissionBoundary


class CiStack(MailroomStack):
    """``boundary``: the managed policy that the stage puts on every role, by name. ``jenkins``: the deploying role."""

    def __init__(self, scope: Construct, part: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, part, config=config)
        bootstrap = Bootstrap(
            account=self.account, region=self.region, qualifier=self.synthesizer.bootstrap_qualifier or ""
        )
        self.boundary = PermissionBoundary(
            self,
            "Boundary",
            config=config,
            publishing_role_arn=bootstrap.role_arn("file-publishing"),
            execution_role_arn=bootstrap.role_arn("cfn-exec"),
        )
        self.jenkins = JenkinsRole(self, "Jenkins", config=config, bootstrap=bootstrap)
        # The stage names the boundary; a name alone makes no order.
        self.jenkins.node.add_dependency(self.boundary)
        CfnOutput(self, "JenkinsRoleArn", value=self.jenkins.role_arn)
