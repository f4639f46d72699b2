"""The table ``[studio]``."""

import re
from dataclasses import dataclass
from ipaddress import ip_network

from config.instances import is_instance_type
from config.values import log_days, within


@dataclass(frozen=True, kw_only=True)
class StudioConfig:
    """``users``: one profile each. ``networks``: the company's public addresses (CIDR) whose browsers may open Studio
    and MLflow, beside those inside the VPC. ``idle_minutes`` until an idle Code Editor stops. ``log_days``: of the
    apps' logs."""

    users: tuple[str, ...]
    networks: tuple[str, ...]
    code_editor_instance_type: str
    code_editor_volume_gb: int
    idle_minutes: int
    log_days: int

    def __post_init__(self) -> None:
        for user in self.users:
            # A profile's name, with room for "-code", the name of the user's space.
            if not re.fullmatch(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,57}", user):
                raise ValueError(f"users: {user!r} must be made of letters, digits and single hyphens between them.")
        if len(set(self.users)) != len(self.users):
            raise ValueError("users must be different names.")
        for network in self.networks:
            try:
                found = ip_network(network)
            except ValueError:
                raise ValueError(f"networks: {network!r} is no network such as '198.51.100.0/24'.") from None
            if found.prefixlen < 16:
                raise ValueError(f"networks: {network!r} is wider than any company's own network.")
        if not is_instance_type(self.code_editor_instance_type):
            raise ValueError(
                f"code_editor_instance_type: {self.code_editor_instance_type!r} is no SageMaker instance type such as "
                "'ml.t3.medium'."
            )
        within("code_editor_volume_gb", self.code_editor_volume_gb, 5, 16384)
        # https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
        within("idle_minutes", self.idle_minutes, 60, 525600)
        log_days("log_days", self.log_days)
