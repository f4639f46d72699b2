"""What an environment is: one frozen object, a table of the TOML file each.

Checks that concern one table stand with it, those across tables in checks.py.
"""

from dataclasses import dataclass

from config.tables.account import AccountConfig
from config.tables.api import ApiConfig
from config.tables.ci import CiConfig
from config.tables.data import DataConfig
from config.tables.inference import InferenceConfig
from config.tables.network import NetworkConfig
from config.tables.observability import ObservabilityConfig
from config.tables.orchestration import OrchestrationConfig
from config.tables.people import PeopleConfig
from config.tables.studio import StudioConfig
from config.tables.training import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class EnvironmentConfig:
    """One environment, whole."""

    environment: AccountConfig
    network: NetworkConfig
    data: DataConfig
    training: TrainingConfig
    inference: InferenceConfig
    api: ApiConfig
    orchestration: OrchestrationConfig
    studio: StudioConfig
    observability: ObservabilityConfig
    people: PeopleConfig
    ci: CiConfig

    @property
    def name(self) -> str:
        """dev or prod."""
        return self.environment.name

    @property
    def account(self) -> str:
        """The AWS account, twelve digits."""
        return self.environment.account

    @property
    def region(self) -> str:
        """The AWS region."""
        return self.environment.region

    def named(self, part: str) -> str:
        """The name of a thing of this environment: ``mailroom-dev-PART``."""
        return f"mailroom-{self.name}-{part}"

    @property
    def own_name(self) -> str:
        """What endpoint, pipeline, package group and API are called: ``mailroom-dev``."""
        return f"mailroom-{self.name}"

    @property
    def approved_model_parameter(self) -> str:
        """The SSM parameter that holds the approved model package's ARN."""
        return f"/mailroom/{self.name}/approved-model"

    @property
    def rejections_parameter(self) -> str:
        """The SSM parameter in which the function deploy keeps when versions were rejected."""
        return f"/mailroom/{self.name}/rejections"
