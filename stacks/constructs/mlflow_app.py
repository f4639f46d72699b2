"""Where runs are recorded."""

from aws_cdk import aws_iam, aws_kms, aws_s3, aws_sagemaker
from constructs import Construct

from stacks.constructs import job_rights
from stacks.constructs.service_role import ServiceRole
from stacks.pipeline.prefixes import MLFLOW


class MlflowApp(Construct):
    """A SageMaker MLflow app named ``name`` (``arn``) whose artefacts lie in the artefacts bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        artefacts: aws_s3.IBucket,
        data_key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        role = ServiceRole(
            self,
            "Role",
            service="sagemaker.amazonaws.com",
            statements=[
                *job_rights.read_objects("Artefacts", artefacts, MLFLOW),
                *job_rights.write_objects("Artefacts", artefacts, MLFLOW),
                aws_iam.PolicyStatement(
                    sid="UseKey",
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[data_key.key_arn],
                ),
            ],
            description=f"The MLflow app {name}",
        )
        self.app = aws_sagemaker.CfnMlflowApp(
            self,
            "App",
            name=name,
            artifact_store_uri=f"s3://{artefacts.bucket_name}/{MLFLOW}",
            role_arn=role.role_arn,
            # The registry's versions come through the gate, and no other way.
            model_registration_mode="AutoModelRegistrationDisabled",
            weekly_maintenance_window_start="Sun:02:00",
        )
        self.arn = self.app.attr_arn
