"""One CloudFormation resource type as API calls: what a row of the tables in ``gaps/types/`` says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Properties = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A call after a creation or an update: ``parameters`` makes its parameters of the properties and the known values.

    None means that the call is left out for these properties.
    """

    operation: str
    parameters: Callable[[Properties, Mapping[str, Any]], Properties | None]
    after_creation: bool = True


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """How CloudFormation's ``name`` is created, updated and deleted with boto3's ``service`` client.

    The known values of a resource are its properties as they were sent, what the calls answered, ``AccountId`` and
    ``Region``. ``physical_id`` and ``attributes`` (Fn::GetAtt) are format strings over them, ``keys`` the values that
    name the resource in ``update`` and ``delete``. Without ``update`` a change replaces the resource, as does a change
    of a property in ``keys``. ``name_property`` is given a name by CloudFormation if the template gives none.
    ``prepare`` makes the calls' parameters of the properties, ``prepare_update`` those of ``update`` of the former.
    """

    name: str
    service: str
    create: str
    delete: str | None
    physical_id: str
    keys: Sequence[str] = ()
    update: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    name_property: str = ""
    prepare: Callable[[Properties], Properties] = dict
    prepare_update: Callable[[Properties], Properties] = dict
    follow_ups: Sequence[FollowUp] = ()
    delete_key_names: Mapping[str, str] = field(default_factory=dict)
