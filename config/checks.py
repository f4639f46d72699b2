"""What must hold across an environment's tables, and across environments."""

from collections.abc import Sequence
from itertools import combinations

from config.environment import EnvironmentConfig
from config.errors import ConfigError
from config.images import INFERENCE_REPOSITORY, TRAINING_REPOSITORY, check_instance_type, check_tag, image_uri
from config.instances import is_burstable, process_count
from config.tables.inference import RealTimeConfig
from mailroom.hyperparameters import hyperparameters_from


def check_environment(config: EnvironmentConfig) -> None:
    """Raise ConfigError for what no AWS account could run, or nobody should."""
    _check_images(config)
    _check_training(config)
    if config.inference.real_time is not None:
        _check_endpoint(config, config.inference.real_time)
    _check_principals(config)
    label_mix_task = config.observability.label_mix_task
    if label_mix_task not in config.training.tasks:
        raise ConfigError(
            f"{config.name}.toml, observability.label_mix_task: {label_mix_task!r} is none of training.tasks: "
            f"{', '.join(config.training.tasks)}."
        )


def _check_images(config: EnvironmentConfig) -> None:
    for repository, table, tag in (
        (TRAINING_REPOSITORY, "training", config.training.image),
        (INFERENCE_REPOSITORY, "inference", config.inference.image),
    ):
        check_tag(repository, tag, setting=f"{config.name}.toml, {table}.image")
        image_uri(repository, tag, config.region)


def _check_training(config: EnvironmentConfig) -> None:
    name, training = config.name, config.training
    for setting, instance_type in (
        ("instance_type", training.instance_type),
        ("processing_instance_type", training.processing_instance_type),
    ):
        check_instance_type(instance_type, training.image, setting=f"{name}.toml, training.{setting}")
    if is_burstable(training.instance_type):
        raise ConfigError(
            f"{name}.toml, training.instance_type: {training.instance_type!r} computes on credit, which a training "
            "uses up; choose a type such as 'ml.m5.xlarge' or 'ml.g4dn.xlarge'."
        )
    processes = process_count(training.instance_type, training.instance_count)
    batch_size = hyperparameters_from(training.hyperparameters).batch_size
    if batch_size < processes:
        raise ConfigError(
            f"{name}.toml, training: {training.instance_count} of {training.instance_type!r} train in {processes} "
            f"processes, which share each batch, and batch_size is {batch_size}; take fewer or smaller machines, or "
            "set hyperparameters.batch_size higher."
        )
    if name == "prod" and training.data != "production":
        raise ConfigError("prod.toml, training.data: production models are trained on production data.")
    if name == "dev" and training.data != "test":
        raise ConfigError("dev.toml, training.data: production mail never leaves prod; dev trains on test data.")
    if training.data == "production" and training.export_month != "previous":
        raise ConfigError(
            f"{name}.toml, training.export_month: production data are new each month; set it to previous, and name "
            "another month to the one run that wants it."
        )


def _check_endpoint(config: EnvironmentConfig, real_time: RealTimeConfig) -> None:
    setting = f"{config.name}.toml, inference.real_time.instance_type"
    instance_type = real_time.instance_type
    check_instance_type(instance_type, config.inference.image, setting=setting)
    # https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-console.html
    if is_burstable(instance_type) and real_time.maximum_instances > real_time.minimum_instances:
        raise ConfigError(
            f"{setting}: SageMaker does not scale {instance_type!r}, which computes on credit; choose a type such as "
            "'ml.c6i.large', or set maximum_instances to minimum_instances."
        )


def _check_principals(config: EnvironmentConfig) -> None:
    known = (config.account, *config.environment.trusted_accounts)
    named = {f"people.{setting}": arns for setting, arns in config.people.principals.items()}
    named["ci.jenkins"] = (config.ci.jenkins,)
    for setting, arns in named.items():
        for arn in arns:
            # arn:aws:iam::ACCOUNT:role/NAME
            account = arn.split(":")[4]
            if account not in known:
                raise ConfigError(
                    f"{config.name}.toml, {setting}: {arn!r} belongs to the account {account}, not {config.account}; "
                    "name a role of this environment's account, or add the other to environment.trusted_accounts."
                )


def check_together(configs: Sequence[EnvironmentConfig]) -> None:
    """Raise ConfigError if two environments share an account and not all of them say so, or share addresses."""
    accounts = [config.account for config in configs]
    for config in configs:
        if accounts.count(config.account) > 1 and not config.environment.single_account:
            raise ConfigError(
                f"{config.name}.toml, environment.account: another environment has the same account {config.account}; "
                "give each its own, or set single_account = true in both."
            )
    for one, other in combinations(configs, 2):
        if one.network.network.overlaps(other.network.network):
            raise ConfigError(
                f"{one.name}.toml, network.cidr: {one.network.cidr} overlaps {other.network.cidr} of "
                f"{other.name}.toml; a network joined to both could not tell them apart, so give each its own."
            )
