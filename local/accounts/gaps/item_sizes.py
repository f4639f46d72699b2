"""The size of a DynamoDB item: moto measures all of an item anew for each of its attributes.

That took most of the time of a write to the ledger. Here each attribute is measured once; the limit stays moto's.
"""

from typing import Any

from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.utilities import bytesize

_LIMIT_BYTES = 405_000


def install() -> None:
    """Keep the sizes beside the attributes."""
    LimitedSizeDict.__setitem__ = _set_item


def _set_item(item: LimitedSizeDict, key: str, value: Any) -> None:
    sizes: dict[str, int] = vars(item).setdefault("sizes", {})
    # A copy comes without sizes, and what was removed keeps one that no longer counts.
    others = sum(sizes.get(name) or sizes.setdefault(name, _size(name, item[name])) for name in item if name != key)
    own = _size(key, value)
    if others + own > _LIMIT_BYTES:
        raise ItemSizeTooLarge
    sizes[key] = own
    dict.__setitem__(item, key, value)


def _size(key: str, value: Any) -> int:
    measured: int = bytesize(key) + (value.size() if type(value) is DynamoType else bytesize(str(value)))
    return measured
