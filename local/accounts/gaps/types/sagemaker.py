"""SageMaker: moto has no CloudFormation for the first two, and replaces what CloudFormation updates for the others."""

from typing import Any

from local.accounts.gaps.resource_type import Properties, ResourceType


def _pipeline(properties: Properties) -> Properties:
    definition = properties["PipelineDefinition"]
    text: Any = definition.get("PipelineDefinitionBody")
    if text is None:
        return {**properties, "PipelineDefinitionS3Location": definition["PipelineDefinitionS3Location"]}
    return {**properties, "PipelineDefinition": text}


SAGEMAKER = (
    ResourceType(
        name="AWS::SageMaker::Pipeline",
        service="sagemaker",
        create="create_pipeline",
        update="update_pipeline",
        delete="delete_pipeline",
        keys=("PipelineName",),
        physical_id="{PipelineName}",
        prepare=_pipeline,
    ),
    ResourceType(
        name="AWS::SageMaker::ModelPackageGroup",
        service="sagemaker",
        create="create_model_package_group",
        delete="delete_model_package_group",
        keys=("ModelPackageGroupName",),
        physical_id="{ModelPackageGroupArn}",
        attributes={"ModelPackageGroupArn": "{ModelPackageGroupArn}"},
    ),
    ResourceType(
        name="AWS::SageMaker::Model",
        service="sagemaker",
        create="create_model",
        delete="delete_model",
        keys=("ModelName",),
        physical_id="{ModelArn}",
        attributes={"ModelName": "{ModelName}"},
        name_property="ModelName",
    ),
    ResourceType(
        name="AWS::SageMaker::EndpointConfig",
        service="sagemaker",
        create="create_endpoint_config",
        delete="delete_endpoint_config",
        keys=("EndpointConfigName",),
        physical_id="{EndpointConfigArn}",
        attributes={"EndpointConfigName": "{EndpointConfigName}"},
        name_property="EndpointConfigName",
    ),
    ResourceType(
        name="AWS::SageMaker::Endpoint",
        service="sagemaker",
        create="create_endpoint",
        update="update_endpoint",
        delete="delete_endpoint",
        keys=("EndpointName",),
        physical_id="{EndpointArn}",
        attributes={"EndpointName": "{EndpointName}"},
        name_property="EndpointName",
    ),
)
