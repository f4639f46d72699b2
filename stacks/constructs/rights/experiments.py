"""What it takes to start an experiment (`make experiment`, from Studio or from a laptop), and to look at those of the
pipeline in SageMaker Experiments."""

from aws_cdk import aws_ec2, aws_iam, aws_kms, aws_s3

from config.environment import EnvironmentConfig
from stacks.constructs.experiment_role import EXPERIMENTS, experiment_role_arn
from stacks.constructs.job_guards import job_guards


def start_experiments(
    config: EnvironmentConfig, *, vpc: aws_ec2.IVpc, key: aws_kms.IKey
) -> list[aws_iam.PolicyStatement]:
    """Training jobs in ``vpc``'s isolated subnets, encrypted with ``key``, on the pipeline's machine and with the
    experiments' own role; and no others."""
    prefix = f"arn:aws:sagemaker:{config.region}:{config.account}:training-job"
    # A job's name is chosen when it starts; the prefix sets experiments apart from the pipeline's own jobs.
    jobs = [f"{prefix}/{config.named('experiment')}-*"]
    return [
        aws_iam.PolicyStatement(
            sid="StartExperiments",
            actions=["sagemaker:CreateTrainingJob"],
            resources=jobs,
            conditions={
                "ArnEquals": {"sagemaker:OutputKmsKey": key.key_arn},
                # "For all values" holds for none as well: the guards ask that there are some.
                "ForAllValues:StringEquals": {
                    "sagemaker:InstanceTypes": [config.training.instance_type],
                    "sagemaker:VpcSubnets": [subnet.subnet_id for subnet in vpc.isolated_subnets],
                },
            },
        ),
        aws_iam.PolicyStatement(sid="StopExperiments", actions=["sagemaker:StopTrainingJob"], resources=jobs),
        aws_iam.PolicyStatement(
            sid="PassExperimentRole",
            actions=["iam:PassRole"],
            resources=[experiment_role_arn(config)],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
        *job_guards(),
    ]


def encrypt_volumes(key: aws_kms.IKey) -> aws_iam.PolicyStatement:
    """SageMaker encrypts the volumes of spaces and jobs with a grant in the caller's name.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-access-control-kms-key.html
    """
    return aws_iam.PolicyStatement(
        sid="VolumeGrants",
        actions=["kms:CreateGrant"],
        resources=[key.key_arn],
        conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )


def write_experiments(artefacts: aws_s3.IBucket) -> aws_iam.PolicyStatement:
    """An experiment's code goes up, and what it left can go."""
    return aws_iam.PolicyStatement(
        sid="WriteExperiments",
        actions=["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
        # One folder; models and reports of the pipeline lie beside it.
        resources=[artefacts.arn_for_objects(f"{EXPERIMENTS}/*")],
    )


def see_experiments(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    """The pipeline's runs as SageMaker Experiments groups them: settings, scores, and where each job's files lie.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    arn = f"arn:aws:sagemaker:{config.region}:{config.account}"
    return [
        aws_iam.PolicyStatement(
            sid="FindExperiments",
            actions=[
                "sagemaker:ListExperiments",
                "sagemaker:ListTrialComponents",
                "sagemaker:ListTrials",
                "sagemaker:Search",
            ],
            # Neither listing nor searching knows a resource.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="SeeExperiments",
            actions=[
                "sagemaker:DescribeExperiment",
                "sagemaker:DescribeTrial",
                "sagemaker:DescribeTrialComponent",
            ],
            resources=[
                f"{arn}:experiment/{config.own_name}",
                # Trials are named after executions, components after jobs.
                f"{arn}:experiment-trial/*",
                f"{arn}:experiment-trial-component/*",
            ],
        ),
    ]
