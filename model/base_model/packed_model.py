"""A packed model as opened: sizes, pieces, and tensors read (and unpacked from 4 bits) when asked for.

Q4_0 (as in ggml): a block of 32 weights along a row takes 18 bytes, a float16 scale and 16 bytes of nibbles.
The low nibble of byte j is weight j, the high nibble weight j + 16; a weight is (nibble - 8) x scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from model.base_model.errors import ConversionError

BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18
FLOAT32, Q4_0 = 0, 1


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The encoder's shape, in the file's order."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, kw_only=True)
class PackedTensor:
    """Where one tensor lies: type (FLOAT32 or Q4_0), number of weights, byte offset and length in the
    file."""

    kind: int
    weights: int
    offset: int
    size: int


@dataclass(frozen=True, kw_only=True)
class PackedModel:
    """An opened file: sizes, pieces in id order with their log-probabilities, and lazily read tensors."""

    sizes: Sizes
    layer_norm_epsilon: float
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    special_ids: Mapping[str, int]
    tensors: Mapping[str, PackedTensor]
    data: npt.NDArray[np.uint8]

    def read(
        self, name: str, shape: tuple[int, ...], *, rows: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """The named tensor as float32 of `shape`, or only its `rows` (then the first dimension is len(rows)).

        Rows are gathered while still packed, so that a large embedding is never unpacked as a whole. Raises
        ConversionError if the tensor is missing, has another number of weights, or holds infinities or NaNs.
        """
        tensor = self.tensors.get(name)
        if tensor is None:
            raise ConversionError(f"The packed model file is damaged or foreign: it has no tensor {name!r}.")
        if tensor.weights != prod(shape):
            raise ConversionError(
                f"The packed model file is damaged or foreign: tensor {name!r} holds {tensor.weights} "
                f"weights where {' x '.join(map(str, shape))} belong."
            )
        if tensor.kind == Q4_0 and len(shape) != 2:
            raise ConversionError(f"The packed model file is foreign: tensor {name!r} should not be quantised.")
        packed = self.data[tensor.offset : tensor.offset + tensor.size].reshape(shape[0], -1)
        if rows is not None:
            packed = packed[rows]
        unpacked = dequantise_q4_0(packed) if tensor.kind == Q4_0 else packed.reshape(-1).view("<f4")
        values = np.array(unpacked, dtype=np.float32).reshape(packed.shape[0], *shape[1:])
        if not np.isfinite(values).all():
            raise ConversionError(f"The packed model file is damaged: tensor {name!r} is not finite.")
        return values


def dequantise_q4_0(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Unpack Q4_0 rows: uint8 (rows, blocks x 18) to float32 (rows, blocks x 32)."""
    blocks = packed.reshape(packed.shape[0], -1, BLOCK_BYTES)
    scale = np.ascontiguousarray(blocks[:, :, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, :, 2:]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=2).astype(np.float32)
    weights -= 8
    with np.errstate(invalid="ignore"):  # a damaged scale may be infinite: `read` refuses what comes of it
        weights *= scale
    return weights.reshape(packed.shape[0], -1)
