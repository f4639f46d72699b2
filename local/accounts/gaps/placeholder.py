"""Resource types that neither moto nor ``gaps/types/`` knows: nothing is made, but the rest of the template deploys.

moto leaves such a resource out, and then fails on whatever refers to it. A placeholder has a name and well-formed
attributes instead, and nothing behind them; ``local/accounts/ignored.py`` lists these types.
"""

from typing import Any

_KINDS = {"AWS::SageMaker::MlflowApp": "mlflow-app"}
"""What an ARN calls it, where that is not the type's own name and somebody reads it."""


class Placeholder:
    """A name where a resource would be."""

    def __init__(self, *, name: str, arn: str, resource_type: str) -> None:
        self.name = name
        self.arn = arn
        self.type = resource_type

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.name

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """An ARN for what asks for one, text that is the attribute's own otherwise."""
        return self.arn if attribute_name.lower().endswith("arn") else f"{self.name}-{attribute_name.lower()}"

    def is_created(self) -> bool:
        """There is nothing to wait for."""
        return True

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Any attribute is answered."""
        return bool(attr)

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> "Placeholder":
        """Take the name that CloudFormation would give."""
        resource_type = cloudformation_json["Type"]
        # Custom resources have two parts, all others three.
        service, kind = resource_type.lower().split("::")[-2:]
        kind = _KINDS.get(resource_type, kind)
        arn = f"arn:aws:{service}:{region_name}:{account_id}:{kind}/{resource_name}"
        return cls(name=resource_name, arn=arn, resource_type=resource_type)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource: "Placeholder", **_: Any) -> "Placeholder":
        """Nothing to change."""
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        """Nothing to delete."""
