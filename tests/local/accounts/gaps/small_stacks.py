"""Templates of a few resources, put into an emulated account without the CDK."""

import json
from typing import Any

from local.accounts.credentials import Credentials

APPROVED = "/small/approved-model"


def template(resources: dict[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


def endpoint_template(endpoint: str, *, policy: dict[str, Any] | None = None) -> str:
    """Section 6 of the design in small: nothing is made until the parameter holds a model.

    ``policy``: the endpoint's DeploymentConfig.
    """
    has_model = {"Condition": "HasApprovedModel"}
    shifted = {} if policy is None else {"DeploymentConfig": policy}
    return template(
        {
            "Model": {
                "Type": "AWS::SageMaker::Model",
                **has_model,
                "Properties": {
                    "ExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
                    "PrimaryContainer": {"ModelPackageName": {"Ref": "ApprovedModel"}},
                },
            },
            "Config": {
                "Type": "AWS::SageMaker::EndpointConfig",
                **has_model,
                "Properties": {
                    "ProductionVariants": [
                        {
                            "VariantName": "main",
                            "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                            "InstanceType": "ml.c6i.large",
                            "InitialInstanceCount": 1,
                        }
                    ]
                },
            },
            "Endpoint": {
                "Type": "AWS::SageMaker::Endpoint",
                **has_model,
                "Properties": {
                    "EndpointName": endpoint,
                    "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                    **shifted,
                },
            },
            "Always": {"Type": "AWS::SQS::Queue"},
        },
        Parameters={"ApprovedModel": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": APPROVED}},
        Conditions={"HasApprovedModel": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApprovedModel"}, "none"]}]}},
    )


def approve(account: Credentials, model: str) -> None:
    account.client("ssm").put_parameter(Name=APPROVED, Value=model, Type="String", Overwrite=True)


def create(account: Credentials, name: str, body: str, **more: Any) -> str:
    """The status in which the creation ended."""
    account.client("cloudformation").create_stack(StackName=name, TemplateBody=body, **more)
    return status(account, name)


def update_as_before(account: Credentials, name: str, *parameters: str, **more: Any) -> str:
    """What the deploy function does: the same template, the same parameters; the status that it then has."""
    account.client("cloudformation").update_stack(
        StackName=name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": key, "UsePreviousValue": True} for key in parameters],
        **more,
    )
    return status(account, name)


def status(account: Credentials, name: str) -> str:
    return account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


def reasons(account: Credentials, name: str) -> list[tuple[str, str]]:
    """What went wrong with which resource, as the stack's events tell it, oldest first."""
    events = account.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [
        (event["LogicalResourceId"], event["ResourceStatusReason"])
        for event in reversed(events)
        if event["ResourceStatus"].endswith("FAILED")
    ]
