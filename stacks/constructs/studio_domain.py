"""SageMaker Studio inside the network, a Code Editor for each data scientist."""

from aws_cdk import aws_ec2, aws_iam, aws_kms, aws_sagemaker
from constructs import Construct

from config.tables.studio import StudioConfig

_DOMAIN = aws_sagemaker.CfnDomain
_SPACE = aws_sagemaker.CfnSpace
# Studio's applications beside Code Editor and JupyterLab. Each is one more thing to run, pay and watch.
_HIDDEN_APPS = ["Canvas", "DetailedProfiler", "JupyterServer", "RStudioServerPro", "TensorBoard"]
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
_SHORTEST_IDLE_MINUTES = 60


class StudioDomain(Construct):
    """The domain ``name``, a profile per user, and per user a private Code Editor (VS Code) that stops when idle.

    No file system is made for home directories: a space keeps its files on a volume of its own, and a file system of
    SageMaker's making would outlive the domain.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: StudioConfig,
        vpc: aws_ec2.IVpc,
        security_group: aws_ec2.ISecurityGroup,
        role: aws_iam.IRole,
        key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._domain = _DOMAIN(
            self,
            "Domain",
            domain_name=name,
            auth_mode="IAM",
            app_network_access_type="VpcOnly",
            vpc_id=vpc.vpc_id,
            subnet_ids=[subnet.subnet_id for subnet in vpc.isolated_subnets],
            # Encrypts the spaces' volumes.
            kms_key_id=key.key_arn,
            home_efs_file_system_creation="Disabled",
            tag_propagation="ENABLED",
            default_user_settings=self._user_settings(role, security_group),
            domain_settings=_DOMAIN.DomainSettingsProperty(
                docker_settings=_DOMAIN.DockerSettingsProperty(enable_docker_access="DISABLED"),
                # All users share a role; the trail names the user of each call all the same.
                execution_role_identity_config="USER_PROFILE_NAME",
                security_group_ids=[security_group.security_group_id],
            ),
        )
        self.domain_id = self._domain.attr_domain_id
        for user in settings.users:
            self._add_user(user)

    def _user_settings(
        self, role: aws_iam.IRole, security_group: aws_ec2.ISecurityGroup
    ) -> aws_sagemaker.CfnDomain.UserSettingsProperty:
        settings = self._settings
        idle = _DOMAIN.AppLifecycleManagementProperty(
            idle_settings=_DOMAIN.IdleSettingsProperty(
                lifecycle_management="ENABLED",
                idle_timeout_in_minutes=settings.idle_minutes,
                min_idle_timeout_in_minutes=_SHORTEST_IDLE_MINUTES,
                # Nobody can set a longer one.
                max_idle_timeout_in_minutes=settings.idle_minutes,
            )
        )
        machine = _DOMAIN.ResourceSpecProperty(instance_type=settings.code_editor_instance_type)
        return _DOMAIN.UserSettingsProperty(
            execution_role=role.role_arn,
            security_groups=[security_group.security_group_id],
            auto_mount_home_efs="Disabled",
            default_landing_uri="studio::",
            studio_web_portal="ENABLED",
            studio_web_portal_settings=_DOMAIN.StudioWebPortalSettingsProperty(hidden_app_types=_HIDDEN_APPS),
            code_editor_app_settings=_DOMAIN.CodeEditorAppSettingsProperty(
                app_lifecycle_management=idle, default_resource_spec=machine
            ),
            jupyter_lab_app_settings=_DOMAIN.JupyterLabAppSettingsProperty(
                app_lifecycle_management=idle, default_resource_spec=machine
            ),
            space_storage_settings=_DOMAIN.DefaultSpaceStorageSettingsProperty(
                default_ebs_storage_settings=_DOMAIN.DefaultEbsStorageSettingsProperty(
                    default_ebs_volume_size_in_gb=settings.code_editor_volume_gb,
                    maximum_ebs_volume_size_in_gb=settings.code_editor_volume_gb,
                )
            ),
            # Cell outputs may hold mail text.
            sharing_settings=_DOMAIN.SharingSettingsProperty(notebook_output_option="Disabled"),
        )

    def _add_user(self, user: str) -> None:
        settings = self._settings
        profile = aws_sagemaker.CfnUserProfile(
            self, f"Profile-{user}", domain_id=self.domain_id, user_profile_name=user
        )
        space = _SPACE(
            self,
            f"Space-{user}",
            domain_id=self.domain_id,
            space_name=f"{user}-code",
            space_display_name=f"Code Editor of {user}",
            ownership_settings=_SPACE.OwnershipSettingsProperty(owner_user_profile_name=user),
            space_sharing_settings=_SPACE.SpaceSharingSettingsProperty(sharing_type="Private"),
            space_settings=_SPACE.SpaceSettingsProperty(
                app_type="CodeEditor",
                code_editor_app_settings=_SPACE.SpaceCodeEditorAppSettingsProperty(
                    default_resource_spec=_SPACE.ResourceSpecProperty(instance_type=settings.code_editor_instance_type),
                ),
                space_storage_settings=_SPACE.SpaceStorageSettingsProperty(
                    ebs_storage_settings=_SPACE.EbsStorageSettingsProperty(
                        ebs_volume_size_in_gb=settings.code_editor_volume_gb
                    )
                ),
            ),
        )
        # The owner is a name, and a name makes no order.
        space.add_resource_dependency(profile)
