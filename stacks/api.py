"""The public API of an environment: gateway, firewall, keys, and the functions that answer."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnOutput, Duration, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.api_domain import ApiDomain
from stacks.constructs.api_logs import ApiLogAccount
from stacks.constructs.contract import Operation, contract, operations
from stacks.constructs.contract_checks import check_settings
from stacks.constructs.firewall import Firewall
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.request_models import request_model
from stacks.constructs.rest_api import INTEGRATION_TIMEOUT, ContractApi
from stacks.constructs.usage_plan import ClientKeys
from stacks.constructs.workload_group import WorkloadGroup
from stacks.data import DataStack
from stacks.network import NetworkStack

# Its own deadline is 8 seconds; the rest is for a cold start.
FEEDBACK_TIMEOUT = Duration.seconds(15)


class ApiStack(MailroomStack):
    """``rest_api``, ``classify_function``, ``feedback_function``, ``firewall`` with its ``web_acl``, and ``clients``.

    ``endpoint_name``: the SageMaker endpoint that the functions ask. Raises ConfigError where configuration and
    contract do not agree.
    """

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        network: NetworkStack,
        endpoint_name: str,
    ) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        self._data, self._network, self._endpoint_name = data, network, endpoint_name
        document = contract()
        described = operations(document)
        check_settings(config, described)
        self._group = WorkloadGroup(self, "FunctionGroup", vpc=network.vpc, description="classify and feedback")
        self.classify_function = self._function(
            "classify",
            environment={
                "DEADLINE_SECONDS": f"{config.api.deadline_seconds:g}",
                "AUDIT_SHARE": f"{config.api.audit_share:g}",
                "LABEL_MIX_TASK": config.observability.label_mix_task,
            },
            ledger_actions=["dynamodb:BatchWriteItem"],
            timeout=INTEGRATION_TIMEOUT,
        )
        self.feedback_function = self._function(
            "feedback", environment={}, ledger_actions=["dynamodb:PutItem"], timeout=FEEDBACK_TIMEOUT
        )
        schemas = document["components"]["schemas"]
        self.rest_api = ContractApi(
            self,
            "Api",
            config=config,
            operations=described,
            models={name: request_model(name, schemas) for name in _request_schemas(described)},
            functions={"classify": self.classify_function, "feedback": self.feedback_function},
            logs_key=data.logs_key,
            log_account=ApiLogAccount(self, "ApiLogAccount"),
        )
        self.clients = ClientKeys(
            self,
            "Clients",
            name=config.own_name,
            api=self.rest_api,
            config=config,
            keyed_routes=[operation.route for operation in described if operation.needs_key],
        )
        self.firewall = Firewall(
            self,
            "Firewall",
            name=config.own_name,
            stage=self.rest_api.deployment_stage,
            requests_per_5_minutes=config.api.waf_requests_per_5_minutes,
            log_days=config.api.log_days,
            logs_key=data.logs_key,
        )
        self.web_acl = self.firewall.web_acl
        self._outputs()

    def _function(
        self, package: str, *, environment: Mapping[str, str], ledger_actions: Sequence[str], timeout: Duration
    ) -> PythonFunction:
        config, data = self.config, self._data
        return PythonFunction(
            self,
            package.capitalize(),
            config=config,
            package=package,
            environment={
                "ENDPOINT_NAME": self._endpoint_name,
                "LEDGER_TABLE": data.ledger.table_name,
                "LEDGER_DAYS": str(config.data.ledger_days),
                **environment,
            },
            statements=[self._may_invoke(), *self._may_use_ledger(ledger_actions)],
            timeout=timeout,
            memory_mb=config.api.memory_mb,
            reserved_concurrency=config.api.concurrency[package],
            data_key=data.data_key,
            logs_key=data.logs_key,
            log_days=config.api.log_days,
            vpc=self._network.vpc,
            security_group=self._group,
        )

    def _may_invoke(self) -> aws_iam.PolicyStatement:
        return aws_iam.PolicyStatement(
            sid="Endpoint",
            actions=["sagemaker:InvokeEndpoint"],
            resources=[
                self.format_arn(service="sagemaker", resource="endpoint", resource_name=self._endpoint_name.lower())
            ],
        )

    def _may_use_ledger(self, actions: Sequence[str]) -> list[aws_iam.PolicyStatement]:
        """Writing only: neither function ever reads a row, or sees another client's."""
        data = self._data
        return [
            aws_iam.PolicyStatement(sid="Ledger", actions=list(actions), resources=[data.ledger.table_arn]),
            # DynamoDB opens the table's key in the name of whoever asks.
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
            aws_iam.PolicyStatement(
                sid="LedgerKey",
                actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                resources=[data.data_key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{self.region}.amazonaws.com"}},
            ),
        ]

    def _outputs(self) -> None:
        values = {
            "ApiUrl": self.rest_api.url,
            "ApiId": self.rest_api.rest_api_id,
            "UsagePlanId": self.clients.plan.usage_plan_id,
            # The id; the value is read with `aws apigateway get-api-key --include-value`, by whoever may.
            **{
                "ApiKeyId" + "".join(part.capitalize() for part in client.split("-")): key.key_id
                for client, key in self.clients.keys.items()
            },
        }
        if self.config.api.custom_domain is not None:
            domain = ApiDomain(self, "Domain", domain=self.config.api.custom_domain, api=self.rest_api)
            values |= {"ApiUrl": domain.url, "DomainTarget": domain.target}
        for name, value in values.items():
            CfnOutput(self, name, value=value)


def _request_schemas(described: Sequence[Operation]) -> list[str]:
    return sorted({operation.request_schema for operation in described if operation.request_schema is not None})
