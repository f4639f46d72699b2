"""The public REST API, made from the contract."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_apigateway, aws_kms, aws_lambda, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.api_logs import (
    ACCESS_LOG_FORMAT,
    ApiLogAccount,
    access_log_group,
    execution_log_group,
)
from stacks.constructs.contract import JSON, Operation
from stacks.constructs.gateway_responses import add_gateway_responses

STAGE_NAME = "live"

# The most that a REST API waits.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
INTEGRATION_TIMEOUT = Duration.seconds(29)

# TLS 1.2 with forward secrecy, or 1.3; the default would still speak TLS 1.0.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"


class ContractApi(aws_apigateway.RestApi):
    """A regional API with the operations of the contract, each answered by one of ``functions``, in one stage.

    Anybody may reach it, and needs an API key for what the contract says needs one: the callers' addresses are those of
    CRM vendors' clouds, so that a resource policy could not name them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        operations: Sequence[Operation],
        models: Mapping[str, Mapping[str, object]],
        functions: Mapping[str, aws_lambda.IFunction],
        logs_key: aws_kms.IKey,
        log_account: ApiLogAccount,
    ) -> None:
        access_log = access_log_group(
            scope, name=f"/mailroom/{config.name}/api-access", days=config.api.log_days, key=logs_key
        )
        super().__init__(
            scope,
            construct_id,
            rest_api_name=config.own_name,
            description="Routes customer e-mail: POST /v1/classifications",
            endpoint_configuration=aws_apigateway.EndpointConfiguration(types=[aws_apigateway.EndpointType.REGIONAL]),
            # With a name of one's own, nobody comes past it.
            disable_execute_api_endpoint=config.api.custom_domain is not None,
            cloud_watch_role=False,
            deploy_options=_stage_options(config, operations, access_log),
        )
        self.access_log = access_log
        self.execution_log = execution_log_group(
            scope, api=self, stage_name=STAGE_NAME, days=config.api.log_days, key=logs_key
        )
        # API Gateway would make the group itself, unencrypted and for ever; without the account's role it logs nothing.
        self.deployment_stage.node.add_dependency(self.execution_log, log_account)
        # The stack says where the API is, once.
        self.node.try_remove_child("Endpoint")
        raw = self.node.default_child
        assert isinstance(raw, aws_apigateway.CfnRestApi)
        raw.security_policy = TLS_POLICY
        # The name in the TLS handshake and the one in the request must agree.
        raw.endpoint_access_mode = "STRICT"
        self._models = {name: self._model(name, schema) for name, schema in models.items()}
        self._validator = self.add_request_validator(
            "Validator",
            request_validator_name="body-and-parameters",
            validate_request_body=True,
            validate_request_parameters=True,
        )
        for operation in operations:
            self._add(operation, functions[operation.function])
        add_gateway_responses(self)

    def _model(self, name: str, schema: Mapping[str, object]) -> aws_apigateway.IModel:
        # CDK's own Model wants a schema class of its own, which knows fewer keywords.
        model = aws_apigateway.CfnModel(
            self, f"Model{name}", rest_api_id=self.rest_api_id, name=name, content_type=JSON, schema=schema
        )
        deployment = self.latest_deployment
        assert deployment is not None
        deployment.node.add_dependency(model)
        # A deployment is a snapshot: another model needs another one.
        deployment.add_to_logical_id({"model": {name: schema}})
        return aws_apigateway.Model.from_model_name(self, f"ModelName{name}", model.ref)

    def _add(self, operation: Operation, function: aws_lambda.IFunction) -> None:
        model = operation.request_schema
        self.root.resource_for_path(operation.path).add_method(
            operation.method,
            # A proxy integration hands on every media type; the function answers 415.
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
            aws_apigateway.LambdaIntegration(
                function,
                proxy=True,
                # No right to call the function from the console, past keys and limits.
                allow_test_invoke=False,
                timeout=INTEGRATION_TIMEOUT,
            ),
            api_key_required=operation.needs_key,
            authorization_type=aws_apigateway.AuthorizationType.NONE,
            request_models=None if model is None else {JSON: self._models[model]},
            request_parameters=dict(operation.parameters) or None,
            request_validator=self._validator,
        )


def _stage_options(
    config: EnvironmentConfig, operations: Sequence[Operation], access_log: aws_logs.ILogGroup
) -> aws_apigateway.StageOptions:
    # Bodies are never logged. Errors are, and cannot quote a mail: no request model looks into one.
    logged = {"logging_level": aws_apigateway.MethodLoggingLevel.ERROR, "data_trace_enabled": False}
    return aws_apigateway.StageOptions(
        stage_name=STAGE_NAME,
        access_log_destination=aws_apigateway.LogGroupLogDestination(access_log),
        access_log_format=aws_apigateway.AccessLogFormat.custom(ACCESS_LOG_FORMAT),
        metrics_enabled=True,
        # A trace would tell no more than the access log's two latencies: the functions have no way to X-Ray.
        tracing_enabled=False,
        # Answers are one caller's, and the document has an ETag.
        caching_enabled=False,
        method_options={
            # What is said of a method replaces what is said of all.
            f"{operation.path}/{operation.method}": aws_apigateway.MethodDeploymentOptions(
                metrics_enabled=True,
                throttling_rate_limit=config.api.throttles[operation.route].rate,
                throttling_burst_limit=config.api.throttles[operation.route].burst,
                **logged,
            )
            for operation in operations
        },
        **logged,
    )
