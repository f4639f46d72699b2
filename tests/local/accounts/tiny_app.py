"""A small CDK app of two accounts: what deploys this deploys any assembly.

python -m tests.local.accounts.tiny_app OUTDIR [dev ...]
"""

import sys
from pathlib import Path

from aws_cdk import App, CfnCondition, CfnParameter, Environment, Fn, Stack, Stage, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
REGION = "eu-central-1"
CODE = Path(__file__).parent / "tiny_function"


class Registry(Stack):
    """What the other stack needs first: the parameter, a queue it imports, the packages, a pipeline."""

    def __init__(self, scope: Construct, name: str, *, prefix: str) -> None:
        super().__init__(scope, name, stack_name=f"{prefix}-{name}", termination_protection=True)
        self.queue = sqs.Queue(self, "Approvals")
        self.parameter = ssm.CfnParameter(
            self, "Approved", name=f"/{prefix}/approved-model", type="String", value="none"
        )
        sagemaker.CfnModelPackageGroup(self, "Packages", model_package_group_name=prefix)
        sagemaker.CfnPipeline(
            self,
            "Pipeline",
            pipeline_name=prefix,
            role_arn=f"arn:aws:iam::{self.account}:role/pipeline",
            pipeline_definition={"PipelineDefinitionBody": '{"Version":"2020-12-01","Steps":[]}'},
        )
        events.CfnRule(
            self,
            "OnApproval",
            name=f"{prefix}-approvals",
            event_pattern={
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {"ModelPackageGroupName": [prefix], "ModelApprovalStatus": ["Approved"]},
            },
            targets=[events.CfnRule.TargetProperty(arn=self.queue.queue_arn, id="Queue")],
        )


class Serving(Stack):
    """An endpoint that appears with the first approved model, and an API in front of a function."""

    def __init__(self, scope: Construct, name: str, *, prefix: str, registry: Registry) -> None:
        super().__init__(scope, name, stack_name=f"{prefix}-{name}")
        self.add_stack_dependency(registry)
        self._endpoint(prefix)
        self._api(prefix, registry)

    def _endpoint(self, prefix: str) -> None:
        approved = CfnParameter(
            self,
            "ApprovedModel",
            type="AWS::SSM::Parameter::Value<String>",
            default=f"/{prefix}/approved-model",
        )
        has_model = CfnCondition(
            self, "HasApprovedModel", expression=Fn.condition_not(Fn.condition_equals(approved.value_as_string, "none"))
        )
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=f"arn:aws:iam::{self.account}:role/model",
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                model_package_name=approved.value_as_string
            ),
        )
        config = sagemaker.CfnEndpointConfig(
            self,
            "Config",
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    variant_name="main",
                    model_name=model.attr_model_name,
                    instance_type="ml.m5.large",
                    initial_instance_count=1,
                    initial_variant_weight=1,
                )
            ],
        )
        endpoint = sagemaker.CfnEndpoint(
            self, "Endpoint", endpoint_name=prefix, endpoint_config_name=config.attr_endpoint_config_name
        )
        for resource in (model, config, endpoint):
            resource.cfn_options.condition = has_model

    def _api(self, prefix: str, registry: Registry) -> None:
        function = lambda_.Function(
            self,
            "Function",
            function_name=f"{prefix}-classify",
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.ARM_64,
            handler="handler.handler",
            code=lambda_.Code.from_asset(str(CODE)),
            environment={"ENDPOINT_NAME": prefix, "QUEUE": registry.queue.queue_name},
        )
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=prefix,
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(stage_name="live", throttling_rate_limit=7),
        )
        mail = api.add_model(
            "Mail",
            content_type="application/json",
            schema=apigateway.JsonSchema(type=apigateway.JsonSchemaType.OBJECT, required=["subject"]),
        )
        api.root.add_resource("v1").add_resource("classifications").add_method(
            "POST",
            apigateway.LambdaIntegration(function),
            api_key_required=True,
            request_models={"application/json": mail},
            request_validator=api.add_request_validator("Body", validate_request_body=True),
        )
        plan = api.add_usage_plan("Plan", throttle=apigateway.ThrottleSettings(rate_limit=5, burst_limit=10))
        plan.add_api_key(api.add_api_key("Key"))
        plan.add_api_stage(stage=api.deployment_stage)


def build(app: App, names: list[str]) -> None:
    """One stage per account."""
    for name in names:
        prefix = f"tiny-{name}"
        stage = Stage(app, name, env=Environment(account=ACCOUNTS[name], region=REGION))
        registry = Registry(stage, "registry", prefix=prefix)
        Serving(stage, "serving", prefix=prefix, registry=registry)
        Tags.of(stage).add("tiny:environment", name)


if __name__ == "__main__":
    tiny = App(outdir=sys.argv[1], analytics_reporting=False)
    build(tiny, sys.argv[2:] or list(ACCOUNTS))
    tiny.synth()
