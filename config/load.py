"""Reads the environments' files."""

import tomllib
from pathlib import Path

from config.checks import check_environment, check_together
from config.environment import EnvironmentConfig
from config.errors import ConfigError
from config.strict import read

FOLDER = Path(__file__).parent
ENVIRONMENTS = ("dev", "prod")


def load_environment(name: str, folder: Path = FOLDER) -> EnvironmentConfig:
    """The environment ``name`` from its file; raises ConfigError."""
    if name not in ENVIRONMENTS:
        raise ConfigError(f"There is no environment {name!r}; known are {', '.join(ENVIRONMENTS)}.")
    path = folder / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigError(f"{path.name} cannot be read.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not TOML: {error}.") from None
    config = read(EnvironmentConfig, table, where=path.name)
    if config.name != name:
        raise ConfigError(f"{path.name}, environment.name: must be {name!r}, not {config.name!r}.")
    check_environment(config)
    return config


def load_environments(folder: Path = FOLDER) -> tuple[EnvironmentConfig, ...]:
    """All environments, checked each for itself and together; raises ConfigError."""
    configs = tuple(load_environment(name, folder) for name in ENVIRONMENTS)
    check_together(configs)
    return configs
