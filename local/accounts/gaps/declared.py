"""moto's CloudFormation knows fewer resource types than its APIs: this gives it those of ``gaps/types/``.

Each is made by the API call that a person would make, in the same account, so the API shows it afterwards. What moto's
API itself drops or does not enforce stays that way.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError, ParamValidationError
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError

from local.accounts.gaps.clients import OwnClients
from local.accounts.gaps.conversion import as_parameter
from local.accounts.gaps.resource_type import Properties, ResourceType

# Every service has its own words for it.
_GONE = ("notfound", "not found", "nonexistent", "does not exist", "could not find")


class DeclaredResource:
    """A resource that a table describes; subclasses set ``kind`` and ``clients``.

    Not a subclass of moto's CloudFormationModel: moto would count this class itself among the types.
    """

    kind: ClassVar[ResourceType]
    clients: ClassVar[OwnClients]

    def __init__(self, *, properties: Properties, values: Mapping[str, Any]) -> None:
        self.properties = properties
        self.values = values
        self.type = self.kind.name

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.kind.physical_id.format_map(self.values)

    def is_created(self) -> bool:
        """The API call has answered."""
        return True

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows ``attr``."""
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What Fn::GetAtt gives."""
        if attribute_name not in self.kind.attributes:
            raise UnformattedGetAttTemplateException
        return self.kind.attributes[attribute_name].format_map(self.values)

    @classmethod
    def cloudformation_type(cls) -> str:
        """The type's name."""
        return cls.kind.name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that names it."""
        return cls.kind.name_property

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> "DeclaredResource":
        """Create it with its API calls."""
        given = cloudformation_json.get("Properties", {})
        properties = cls._prepare(given, name=resource_name, account=account_id, region=region_name)
        values = {**properties, **cls._call(cls.kind.create, properties)}
        cls._follow_up(given, values, created=True)
        return cls(properties=properties, values=values)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "DeclaredResource",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "DeclaredResource":
        """Update it in place if its table says how; otherwise make another, and the caller deletes the original."""
        old = original_resource
        name = old.properties.get(cls.kind.name_property, new_resource_name)
        given = cloudformation_json.get("Properties", {})
        properties = cls._prepare(given, name=name, account=account_id, region=region_name)
        if cls.kind.update and all(properties.get(key) == old.properties.get(key) for key in cls.kind.keys):
            known = {key: old.values[key] for key in cls.kind.keys}
            answer = cls._call(cls.kind.update, cls.kind.prepare_update({**known, **properties}))
            values = {**old.values, **properties, **answer}
            cls._follow_up(given, values, created=False)
            return cls(properties=properties, values=values)
        if old._keeps_its_name(given):
            old.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it; what is gone already is no error."""
        if self.kind.delete is None:
            return
        names = self.kind.delete_key_names
        keys = {names.get(key, key): self.values[key] for key in self.kind.keys}
        try:
            self._call(self.kind.delete, {"AccountId": account_id, "Region": region_name, **keys})
        except ClientError as error:
            if not any(word in str(error).lower() for word in _GONE):
                raise

    def _keeps_its_name(self, given: Properties) -> bool:
        name = self.kind.name_property
        return not name or self.properties.get(name) == given.get(name)

    @classmethod
    def _follow_up(cls, given: Properties, values: Mapping[str, Any], *, created: bool) -> None:
        for follow_up in cls.kind.follow_ups:
            if created and not follow_up.after_creation:
                continue
            parameters = follow_up.parameters(given, values)
            if parameters is not None:
                place = {name: values[name] for name in ("AccountId", "Region")}
                cls._call(follow_up.operation, {**place, **parameters})

    @classmethod
    def _prepare(cls, given: Properties, *, name: str, account: str, region: str) -> Properties:
        named = {cls.kind.name_property: name} if cls.kind.name_property else {}
        place = {"AccountId": account, "Region": region}
        try:
            return {**place, **cls.kind.prepare({**place, **named, **given})}
        except ValueError as error:
            raise ValidationError(message=f"{cls.kind.name}: {error}") from error

    @classmethod
    def _call(cls, operation: str, properties: Properties) -> dict[str, Any]:
        client = cls.clients.get(cls.kind.service, account=properties["AccountId"], region=properties["Region"])
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
        try:
            answer = getattr(client, operation)(**as_parameter(properties, shape))
        except (ParamValidationError, ValueError) as error:
            raise ValidationError(message=f"{cls.kind.name}: {error}") from error
        del answer["ResponseMetadata"]
        # Some calls answer with one object that holds the values, others with the values.
        inner = [value for value in answer.values() if isinstance(value, dict)]
        return {**(inner[0] if len(inner) == 1 else {}), **answer}


def resource_class(kind: ResourceType, clients: OwnClients) -> type[DeclaredResource]:
    """The class that moto's CloudFormation uses for a type."""
    return type(kind.name.replace("::", ""), (DeclaredResource,), {"kind": kind, "clients": clients})
