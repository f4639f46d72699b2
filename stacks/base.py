"""What all stacks of an environment have in common."""

from aws_cdk import Environment, Stack, Tags
from constructs import Construct

from config.environment import EnvironmentConfig

STACK_TAGS = ("mailroom:environment", "mailroom:stack")


class MailroomStack(Stack):
    """A stack of one environment; ``part`` is its name within it (``network``).

    ``protected`` stacks cannot be deleted before their termination protection is lifted.
    """

    def __init__(self, scope: Construct, part: str, *, config: EnvironmentConfig, protected: bool = False) -> None:
        # Before super().__init__: it asks for the zones.
        self._zones = list(config.environment.availability_zones)
        super().__init__(
            scope,
            part,
            stack_name=config.named(part),
            env=Environment(account=config.account, region=config.region),
            termination_protection=protected,
            description=f"Mailroom {config.name}: {part}",
        )
        self.config = config
        for tag, value in zip(STACK_TAGS, (config.name, part), strict=True):
            Tags.of(self).add(tag, value)

    @property
    def availability_zones(self) -> list[str]:
        """The configured zones: the CLI would look them up in the account, and a synth must need none."""
        return self._zones
