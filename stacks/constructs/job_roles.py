"""One execution role per job of the pipeline, each with what that job reads and writes."""

from collections.abc import Sequence

from aws_cdk import Stack, aws_iam, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs import job_rights
from stacks.constructs.model_registry import ModelRegistry
from stacks.constructs.service_role import ServiceRole
from stacks.data import DataStack
from stacks.pipeline import prefixes


class JobRoles(Construct):
    """``prepare``, ``train``, ``evaluate``, ``gate`` and ``track``, which is that of both tracking steps.

    None of them may start a job, touch the registry's contents or approve anything.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        registry: ModelRegistry,
        source_bucket: str,
        source_key: str,
        mlflow_app_arn: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._common = [
            *job_rights.read_source(source_bucket, source_key),
            *job_rights.use_key(data.data_key),
        ]
        stack, datasets, artefacts = Stack.of(self), data.datasets, data.artefacts
        self.prepare = self._role(
            "Prepare",
            [
                *job_rights.read_objects("Exports", data.exports, config.training.data),
                *job_rights.read_objects("Models", artefacts, prefixes.MODELS),
                *_read_frozen_sets(datasets),
                *job_rights.write_objects("Datasets", datasets, prefixes.PREPARED, prefixes.CHAMPION),
                *_find_champion(stack, config.own_name, registry),
            ],
        )
        self.train = self._role(
            "Train",
            [
                *job_rights.read_objects("Dataset", datasets, prefixes.PREPARED),
                *job_rights.read_objects("Weights", artefacts, prefixes.BASE_MODELS, prefixes.CHECKPOINTS),
                *job_rights.write_objects("Models", artefacts, prefixes.MODELS, prefixes.CHECKPOINTS),
            ],
            log_group=job_rights.TRAINING_LOGS,
        )
        self.evaluate = self._role(
            "Evaluate",
            [
                *job_rights.read_objects("Datasets", datasets, prefixes.PREPARED, prefixes.CHAMPION),
                *job_rights.read_objects("Models", artefacts, prefixes.MODELS),
                *job_rights.write_objects("Evaluations", artefacts, prefixes.EVALUATIONS),
            ],
        )
        self.gate = self._role(
            "Gate",
            [
                aws_iam.PolicyStatement(
                    sid="ReadTaxonomy",
                    actions=["s3:GetObject"],
                    # Of each run's dataset the taxonomy alone, no mail.
                    resources=[datasets.arn_for_objects(f"{prefixes.PREPARED}/*/taxonomy.json")],
                ),
                aws_iam.PolicyStatement(
                    sid="ListTaxonomy",
                    actions=["s3:ListBucket"],
                    resources=[datasets.bucket_arn],
                    # Of each run's dataset the taxonomy alone.
                    conditions={"StringLike": {"s3:prefix": f"{prefixes.PREPARED}/*/taxonomy.json"}},
                ),
                *job_rights.read_objects("Evaluations", artefacts, prefixes.EVALUATIONS),
                *job_rights.write_objects("Gates", artefacts, prefixes.GATES),
            ],
        )
        self.track = self._track_role(data, mlflow_app_arn) if mlflow_app_arn else None

    def _track_role(self, data: DataStack, mlflow_app_arn: str) -> ServiceRole:
        return self._role(
            "Track",
            [
                *job_rights.read_objects("Models", data.artefacts, prefixes.MODELS),
                *job_rights.read_objects("Evaluations", data.artefacts, prefixes.EVALUATIONS),
                *job_rights.read_objects("Gates", data.artefacts, prefixes.GATES),
                # MLflow's clients put a run's files where the app says, by themselves.
                *job_rights.write_objects("Runs", data.artefacts, prefixes.MLFLOW),
                aws_iam.PolicyStatement(
                    sid="RecordRuns", actions=["sagemaker:CallMlflowAppApi"], resources=[mlflow_app_arn]
                ),
            ],
        )

    def _role(
        self,
        job: str,
        statements: Sequence[aws_iam.PolicyStatement],
        *,
        log_group: str = job_rights.PROCESSING_LOGS,
    ) -> ServiceRole:
        stack = Stack.of(self)
        return ServiceRole(
            self,
            job,
            service="sagemaker.amazonaws.com",
            statements=[
                *self._common,
                *job_rights.run_container(stack.region, stack.account, log_group),
                *statements,
            ],
            description=f"The pipeline's job {job.lower()}",
        )

    @property
    def all(self) -> list[ServiceRole]:
        """The roles that the pipeline hands to its jobs."""
        return [role for role in (self.prepare, self.train, self.evaluate, self.gate, self.track) if role is not None]


def _read_frozen_sets(datasets: aws_s3.IBucket) -> list[aws_iam.PolicyStatement]:
    """The frozen test set that the champion's run kept: of earlier runs' datasets those two files alone."""
    files = [f"{prefixes.PREPARED}/*/{name}" for name in ("frozen_set.json", "test.jsonl")]
    return [
        aws_iam.PolicyStatement(
            sid="ReadFrozenSets",
            actions=["s3:GetObject"],
            # Whichever run trained what is live.
            resources=[datasets.arn_for_objects(name) for name in files],
        ),
        aws_iam.PolicyStatement(
            sid="ListFrozenSets",
            # Without it S3 does not say of a file that is gone that it is gone, but refuses.
            actions=["s3:ListBucket"],
            resources=[datasets.bucket_arn],
            # Whichever run trained what is live.
            conditions={"StringLike": {"s3:prefix": files}},
        ),
    ]


def _find_champion(stack: Stack, endpoint: str, registry: ModelRegistry) -> list[aws_iam.PolicyStatement]:
    """From the endpoint to the version in the registry that it serves."""
    prefix = f"arn:aws:sagemaker:{stack.region}:{stack.account}"
    return [
        aws_iam.PolicyStatement(
            sid="FindChampion",
            actions=["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"],
            # Models and configurations are named by CloudFormation.
            resources=[f"{prefix}:endpoint/{endpoint}", f"{prefix}:endpoint-config/*", f"{prefix}:model/*"],
        ),
        aws_iam.PolicyStatement(
            sid="ReadChampion",
            actions=["sagemaker:DescribeModelPackage"],
            # Whichever version of this one group is live.
            resources=[registry.package_arn_pattern],
        ),
    ]
