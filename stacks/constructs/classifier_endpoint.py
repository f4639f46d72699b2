"""The endpoint that serves the approved model, and nothing until there is one."""

from collections.abc import Sequence
from typing import TypeVar, cast

from aws_cdk import (
    CfnCondition,
    CfnParameter,
    CfnResource,
    Fn,
    RemovalPolicy,
    aws_cloudwatch,
    aws_ec2,
    aws_kms,
    aws_logs,
    aws_s3,
)
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from config.environment import EnvironmentConfig
from config.instances import has_local_storage
from config.tables.inference import RealTimeConfig, ServerlessConfig
from stacks.constructs.model_alarm import VARIANT
from stacks.constructs.model_registry import NO_MODEL
from stacks.constructs.model_role import CAPTURE_PREFIX, ModelRole
from stacks.constructs.retention import retention
from stacks.constructs.rollback_alarms import RollbackAlarms, rollback_alarm_arns
from stacks.constructs.workload_group import WorkloadGroup

T = TypeVar("T", bound=CfnResource)

TERMINATION_SECONDS = 300
"""How long the former fleet stays after all traffic has left it."""


class ClassifierEndpoint(Construct):
    """Model, endpoint configuration and endpoint of the approved package.

    The package's ARN comes in as a template parameter that CloudFormation reads from SSM. While it is ``none``, a
    condition leaves all of it out, so that the first deployment works with an empty registry. Model and configuration
    have no name: another package replaces them, and the named endpoint moves over.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        approved_model: CfnParameter,
        vpc: aws_ec2.IVpc,
        artefacts: aws_s3.IBucket,
        data_key: aws_kms.IKey,
        logs_key: aws_kms.IKey,
        model_version: str,
        compared_version: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.endpoint_name = config.own_name
        self.has_model = CfnCondition(
            scope,
            "HasApprovedModel",
            expression=Fn.condition_not(Fn.condition_equals(approved_model.value_as_string, NO_MODEL)),
        )
        self.log_group = aws_logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/sagemaker/Endpoints/{self.endpoint_name}",
            retention=retention(config.api.log_days),
            encryption_key=logs_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = ModelRole(
            self,
            "Role",
            config=config,
            artefacts=artefacts,
            data_key=data_key,
            log_group_arn=self.log_group.log_group_arn,
            rollback_alarms=rollback_alarm_arns(config),
        )
        model = self._model(approved_model.value_as_string, vpc)
        endpoint_config = self._endpoint_config(model, artefacts, data_key)
        real_time = config.inference.real_time
        deployment = None
        if real_time is not None:
            alarms = RollbackAlarms(
                self,
                "RollbackAlarms",
                config=config,
                endpoint_config=endpoint_config.attr_endpoint_config_name,
                package=approved_model.value_as_string,
                model_version=model_version,
                compared_version=compared_version,
            ).all
            for alarm in alarms:
                self._only_with_a_model(cast(aws_cloudwatch.CfnAlarm, alarm.node.default_child))
            deployment = _deployment(real_time, alarms)
        endpoint = self._endpoint(endpoint_config, deployment)
        if real_time is not None and real_time.maximum_instances > real_time.minimum_instances:
            self._autoscaling(endpoint, real_time)

    def _model(self, package_arn: str, vpc: aws_ec2.IVpc) -> sagemaker.CfnModel:
        inside = self._config.inference.kind == "real_time"
        network = None
        if inside:
            group = WorkloadGroup(self, "Group", vpc=vpc, description="The serving container")
            network = sagemaker.CfnModel.VpcConfigProperty(
                security_group_ids=[group.security_group_id],
                subnets=vpc.select_subnets(subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED).subnet_ids,
            )
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=self.role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(model_package_name=package_arn),
            # A serverless endpoint can have neither a network of one's own nor isolation.
            # https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html#serverless-endpoints-how-it-works-exclusions
            enable_network_isolation=inside,
            vpc_config=network,
        )
        return self._only_with_a_model(model)

    def _endpoint_config(
        self, model: sagemaker.CfnModel, artefacts: aws_s3.IBucket, data_key: aws_kms.IKey
    ) -> sagemaker.CfnEndpointConfig:
        inference = self._config.inference
        capture = None
        if inference.data_capture_percent:
            capture = sagemaker.CfnEndpointConfig.DataCaptureConfigProperty(
                enable_capture=True,
                initial_sampling_percentage=inference.data_capture_percent,
                destination_s3_uri=artefacts.s3_url_for_object(CAPTURE_PREFIX.rstrip("/")),
                kms_key_id=data_key.key_arn,
                capture_options=[
                    sagemaker.CfnEndpointConfig.CaptureOptionProperty(capture_mode=mode) for mode in ("Input", "Output")
                ],
            )
        variant = _serverless_variant if inference.serverless else _instances_variant
        return self._only_with_a_model(
            sagemaker.CfnEndpointConfig(
                self,
                "EndpointConfig",
                production_variants=[variant(model, inference.serverless or inference.real_time)],
                kms_key_id=data_key.key_arn if _has_volume(inference.real_time) else None,
                data_capture_config=capture,
            )
        )

    def _endpoint(
        self,
        endpoint_config: sagemaker.CfnEndpointConfig,
        deployment: sagemaker.CfnEndpoint.DeploymentConfigProperty | None,
    ) -> sagemaker.CfnEndpoint:
        real_time = self._config.inference.real_time
        endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.endpoint_name,
            endpoint_config_name=endpoint_config.attr_endpoint_config_name,
            deployment_config=deployment,
            # Autoscaling's number of instances outlives the change of model; whether data is captured is the
            # template's say.
            retain_all_variant_properties=bool(real_time),
            exclude_retained_variant_properties=[
                sagemaker.CfnEndpoint.VariantPropertyProperty(variant_property_type="DataCaptureConfig")
            ]
            if real_time
            else None,
        )
        return self._only_with_a_model(endpoint)

    def _autoscaling(self, endpoint: sagemaker.CfnEndpoint, real_time: RealTimeConfig) -> None:
        target = self._only_with_a_model(
            autoscaling.CfnScalableTarget(
                self,
                "ScalableTarget",
                service_namespace="sagemaker",
                scalable_dimension="sagemaker:variant:DesiredInstanceCount",
                resource_id=f"endpoint/{self.endpoint_name}/variant/{VARIANT}",
                min_capacity=real_time.minimum_instances,
                max_capacity=real_time.maximum_instances,
            )
        )
        target.add_resource_dependency(endpoint)
        self._only_with_a_model(
            autoscaling.CfnScalingPolicy(
                self,
                "ScalingPolicy",
                policy_name=f"{self.endpoint_name}-invocations",
                policy_type="TargetTrackingScaling",
                scaling_target_id=target.ref,
                target_tracking_scaling_policy_configuration=(
                    autoscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
                        target_value=real_time.invocations_per_instance_minute,
                        scale_in_cooldown=600,
                        scale_out_cooldown=120,
                        predefined_metric_specification=(
                            autoscaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(
                                predefined_metric_type="SageMakerVariantInvocationsPerInstance"
                            )
                        ),
                    )
                ),
            )
        )

    def _only_with_a_model(self, resource: T) -> T:
        resource.cfn_options.condition = self.has_model
        return resource


def _has_volume(settings: RealTimeConfig | None) -> bool:
    """Whether a key can be named: a serverless endpoint has no storage of ours, and disks of the machine itself are
    encrypted by its hardware; SageMaker refuses a key for either."""
    return settings is not None and not has_local_storage(settings.instance_type)


def _instances_variant(
    model: sagemaker.CfnModel, settings: RealTimeConfig
) -> sagemaker.CfnEndpointConfig.ProductionVariantProperty:
    return sagemaker.CfnEndpointConfig.ProductionVariantProperty(
        variant_name=VARIANT,
        model_name=model.attr_model_name,
        initial_variant_weight=1,
        instance_type=settings.instance_type,
        initial_instance_count=settings.minimum_instances,
        # The archive is about 120 MB with the default base model; reading it takes seconds, a large encoder minutes.
        container_startup_health_check_timeout_in_seconds=600,
        model_data_download_timeout_in_seconds=600,
    )


def _serverless_variant(
    model: sagemaker.CfnModel, settings: ServerlessConfig
) -> sagemaker.CfnEndpointConfig.ProductionVariantProperty:
    return sagemaker.CfnEndpointConfig.ProductionVariantProperty(
        variant_name=VARIANT,
        model_name=model.attr_model_name,
        initial_variant_weight=1,
        serverless_config=sagemaker.CfnEndpointConfig.ServerlessConfigProperty(
            memory_size_in_mb=settings.memory_mb, max_concurrency=settings.maximum_concurrency
        ),
    )


def _deployment(
    settings: RealTimeConfig, alarms: Sequence[aws_cloudwatch.Alarm]
) -> sagemaker.CfnEndpoint.DeploymentConfigProperty:
    """Blue and green: a part of the new fleet takes traffic first, or, where there is nothing to split, all at once."""
    bake = settings.bake_minutes * 60
    canary = None
    if settings.canary_percent:
        canary = sagemaker.CfnEndpoint.CapacitySizeProperty(type="CAPACITY_PERCENT", value=settings.canary_percent)
    return sagemaker.CfnEndpoint.DeploymentConfigProperty(
        auto_rollback_configuration=sagemaker.CfnEndpoint.AutoRollbackConfigProperty(
            alarms=[sagemaker.CfnEndpoint.AlarmProperty(alarm_name=alarm.alarm_name) for alarm in alarms]
        ),
        blue_green_update_policy=sagemaker.CfnEndpoint.BlueGreenUpdatePolicyProperty(
            traffic_routing_configuration=sagemaker.CfnEndpoint.TrafficRoutingConfigProperty(
                type="CANARY" if canary else "ALL_AT_ONCE", canary_size=canary, wait_interval_in_seconds=bake
            ),
            termination_wait_in_seconds=TERMINATION_SECONDS,
            maximum_execution_timeout_in_seconds=maximum_update_seconds(settings),
        ),
    )


def maximum_update_seconds(settings: RealTimeConfig) -> int:
    """How long one change of model may take before it is turned back: starting the fleet twice, and both waits.

    SageMaker allows 600 to 28,800 seconds.
    """
    return max(600, min(28_800, 2 * 1_800 + 2 * settings.bake_minutes * 60 + TERMINATION_SECONDS))
