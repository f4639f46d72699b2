"""How each resource type is priced."""

from collections.abc import Mapping

from local.infra.cost.rules import machine_learning, network, operations, serving, storage
from local.infra.cost.rules.context import Rule

RULES: Mapping[str, Rule] = {
    **network.RULES,
    **storage.RULES,
    **serving.RULES,
    **machine_learning.RULES,
    **operations.RULES,
}
