"""The table ``[ci]``."""

from dataclasses import dataclass

from config.values import matches, role


@dataclass(frozen=True, kw_only=True)
class CiConfig:
    """``jenkins``: ARN of the role that Jenkins runs under and assumes the deployment role from."""

    jenkins: str
    external_id: str

    def __post_init__(self) -> None:
        role("jenkins", self.jenkins)
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        matches(
            "external_id",
            self.external_id,
            r"[\w+=,.@:/-]{2,1224}",
            "2 to 1224 letters, digits or characters of + = , . @ : / - _",
        )
