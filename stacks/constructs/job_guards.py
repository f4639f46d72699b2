"""What nobody may start: jobs outside the network, with a network of their own, or with data that no key encrypts."""

from aws_cdk import aws_iam

from config.instances import LOCAL_STORAGE_TYPES

_IN_NETWORK = [
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateAutoMLJobV2",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModel",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
]
_TRAINING = ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateTrainingJob"]
_JOBS = [
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
    "sagemaker:CreateTransformJob",
]


def job_guards() -> list[aws_iam.PolicyStatement]:
    """Statements that deny, for every role that may start a job.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html has the keys.
    """
    return [
        _deny("NoJobOutsideTheNetwork", _IN_NETWORK, {"Null": {"sagemaker:VpcSubnets": "true"}}),
        _deny("NoJobWithoutSecurityGroup", _IN_NETWORK, {"Null": {"sagemaker:VpcSecurityGroupIds": "true"}}),
        # IfExists: a request that does not say is one without isolation.
        _deny("NoTrainingWithNetwork", _TRAINING, {"BoolIfExists": {"sagemaker:NetworkIsolation": "false"}}),
        _deny("NoOutputWithoutKey", _JOBS, {"Null": {"sagemaker:OutputKmsKey": "true"}}),
        _deny(
            "NoVolumeWithoutKey",
            _JOBS,
            {
                "Null": {"sagemaker:VolumeKmsKey": "true"},
                # Disks of the machine itself are encrypted by its hardware, and a key for them is refused.
                "ForAnyValue:StringNotLike": {"sagemaker:InstanceTypes": list(LOCAL_STORAGE_TYPES)},
            },
        ),
    ]


def _deny(sid: str, actions: list[str], conditions: dict[str, dict[str, object]]) -> aws_iam.PolicyStatement:
    return aws_iam.PolicyStatement(
        sid=sid,
        effect=aws_iam.Effect.DENY,
        actions=actions,
        # A denial: it is to hold whatever the job is called.
        resources=["*"],
        conditions=conditions,
    )
