"""What the chapters of the loop share: the accounts that run, the data, and what a training is told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.adapters import Served
from local.infra.account import Account, emulated_account, outputs
from local.processes import Running
from local.sample.write import MonthFolder, SampleFolder

DEV, PROD = "dev", "prod"


@dataclass(frozen=True, kw_only=True)
class World:
    """``hyperparameters`` are what a training here is told beyond its account's configuration; ``base_model`` is the
    name under which the base weights are staged."""

    folder: Path
    running: Running
    sample: SampleFolder
    hyperparameters: Mapping[str, str]
    base_model: str
    rows: int

    def account(self, environment: str) -> Account:
        """The environment's emulated account."""
        return emulated_account(environment, self.running.accounts)

    def client(self, environment: str, service: str) -> Any:
        """A boto3 client in the environment's account."""
        return self.account(environment).client(service)

    def config(self, environment: str) -> EnvironmentConfig:
        """The environment's configuration."""
        return load_environment(environment)

    def served(self, environment: str) -> Served:
        """Where the environment answers."""
        return self.running.environments[environment]

    def bucket(self, environment: str, output: str) -> str:
        """A bucket of the environment's data stack, by the stack's output."""
        return outputs(self.account(environment), self.config(environment).named("data"))[output]

    def month(self, number: int) -> MonthFolder:
        """The sample's month, from 1."""
        return self.sample.months[number - 1]

    @property
    def run_dir(self) -> Path:
        """Where the state and logs of all that runs are."""
        return self.folder / "run"

    def run_log(self, execution: str, step: str) -> Path:
        """What a step of an execution, given by its ARN, prints; there is none before it runs."""
        return self.run_dir / "pipelines" / execution.rpartition("/")[2] / f"{step}.log"

    def parameters(self, **overrides: str) -> dict[str, str]:
        """The pipeline's parameters of a training here; ``overrides`` go before the other hyperparameters."""
        return {
            "BaseModel": f"base-models/{self.base_model}",
            "Hyperparameters": json.dumps({**self.hyperparameters, **overrides}, sort_keys=True),
        }
