"""The version of the taxonomy that is deployed with this checkout."""

import tomllib
from pathlib import Path

from config.errors import ConfigError

FILE = Path(__file__).parent / "taxonomy.toml"


def taxonomy_version(path: Path = FILE) -> str:
    """The taxonomy's own name for its version; the rest of it is read by the domain. Raises ConfigError."""
    try:
        version = tomllib.loads(path.read_text(encoding="utf-8")).get("version")
    except OSError:
        raise ConfigError(f"{path.name} cannot be read.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not TOML: {error}.") from None
    if not isinstance(version, str) or not version:
        raise ConfigError(f"{path.name}, version: must be a text such as '2026.1'.")
    return version
