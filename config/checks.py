"""What must hold across an environment's tables, and across environments."""

from collections.abc import Sequence

from config.environment import EnvironmentConfig
from config.errors import ConfigError
from config.images import INFERENCE_REPOSITORY, TRAINING_REPOSITORY, check_instance_type, image_uri


def check_environment(config: EnvironmentConfig) -> None:
    """Raise ConfigError for what no AWS account could run."""
    name = config.name
    training, inference = config.training, config.inference
    image_uri(TRAINING_REPOSITORY, training.image, config.region)
    image_uri(INFERENCE_REPOSITORY, inference.image, config.region)
    check_instance_type(training.instance_type, training.image, setting=f"{name}.toml, training.instance_type")
    check_instance_type(
        training.processing_instance_type, training.image, setting=f"{name}.toml, training.processing_instance_type"
    )
    if inference.real_time is not None:
        check_instance_type(
            inference.real_time.instance_type,
            inference.image,
            setting=f"{name}.toml, inference.real_time.instance_type",
        )
    label_mix_task = config.observability.label_mix_task
    if label_mix_task not in training.tasks:
        raise ConfigError(
            f"{name}.toml, observability.label_mix_task: {label_mix_task!r} is none of training.tasks: "
            f"{', '.join(training.tasks)}."
        )
    if name == "prod" and training.data != "production":
        raise ConfigError("prod.toml, training.data: production models are trained on production data.")
    if name == "dev" and training.data != "test":
        raise ConfigError("dev.toml, training.data: production mail never leaves prod; dev trains on test data.")


def check_together(configs: Sequence[EnvironmentConfig]) -> None:
    """Raise ConfigError if two environments share an account and not all of them say so."""
    accounts = [config.account for config in configs]
    for config in configs:
        if accounts.count(config.account) > 1 and not config.environment.single_account:
            raise ConfigError(
                f"{config.name}.toml, environment.account: another environment has the same account {config.account}; "
                "give each its own, or set single_account = true in both."
            )
