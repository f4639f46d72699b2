"""Which CloudFormation resource types the server knows, and which it stands a placeholder for."""

from moto.cloudformation import parsing

from local.accounts.gaps.clients import OwnClients
from local.accounts.gaps.declared import resource_class
from local.accounts.gaps.placeholder import Placeholder
from local.accounts.gaps.types import ALL

# CloudFormation itself, not an account, gives these their meaning.
_WITHOUT_RESOURCE = frozenset({"AWS::CDK::Metadata", *parsing.NULL_MODELS})


def known_types() -> frozenset[str]:
    """The resource types that are really made: moto's own and those of ``gaps/types/``."""
    mine = {kind.name for kind in ALL}
    return frozenset(mine | set(parsing.get_model_map()) | _WITHOUT_RESOURCE)


def install(clients: OwnClients) -> None:
    """Give moto's CloudFormation the types of ``gaps/types/``, and placeholders for the rest."""
    models = parsing.get_model_map()
    names = parsing.get_name_type_map()
    for kind in ALL:
        models[kind.name] = resource_class(kind, clients)
        names[kind.name] = kind.name_property

    def class_of(resource_type: str) -> type | None:
        if resource_type in _WITHOUT_RESOURCE:
            return None
        if resource_type.startswith("Custom::"):
            # moto would run the function in a container and wait for its answer for ever.
            return Placeholder
        return models.get(resource_type, Placeholder)

    parsing.resource_class_from_type = class_of
    # moto looks through the subclasses it found at import before it asks the map.
    parsing.resource_name_property_from_type = lambda resource_type: names.get(resource_type) or None
