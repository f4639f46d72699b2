"""Writes a tiny packed model file with known weights, in the format packed_file.py reads."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

HIDDEN, LAYERS, HEADS, INNER, POSITIONS, TYPES = 32, 2, 4, 64, 16, 2
PIECES = (
    *("<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "ä", "▁ab", "▁aä", "日本", "▁für", "жд", "ж", "ç", "!"),
    "<mask>",
)
# Rows beyond the pieces are padding, as in the real file.
VOCABULARY = len(PIECES) + 3


@dataclass(kw_only=True)
class TinyPackedFile:
    """What goes into the file; tests change a field to make a foreign or damaged one."""

    magic: bytes = b"E5S1"
    version: int = 1
    sizes: tuple[int, ...] = (HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS, TYPES)
    epsilon: float = 1e-12
    block: int = 32
    pieces: tuple[str, ...] = PIECES
    special_ids: tuple[int, ...] = (0, 2, 1, 3)
    tensors: dict[str, npt.NDArray[np.float32]] = field(default_factory=lambda: tiny_tensors())

    @property
    def scores(self) -> npt.NDArray[np.float32]:
        return np.array([0, 0, 0, 0, *(-2.0 - np.arange(len(self.pieces) - 5) / 8), 0], dtype="<f4")

    def to_bytes(self) -> bytes:
        encoded = [piece.encode() for piece in self.pieces]
        offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4")
        text = b"".join(encoded)
        table = struct.pack("<IBI", 0xA0, 1, 0x20)
        head = self.magic + struct.pack("<I7ifi", self.version, *self.sizes, self.epsilon, self.block)
        head += struct.pack("<i4iQ", len(encoded), *self.special_ids, len(text))
        head += offsets.tobytes() + self.scores.tobytes() + text + struct.pack("<iI", 1, len(table)) + table

        packed = {name: pack(values) for name, values in self.tensors.items()}
        directory_bytes = 4 + sum(2 + len(name) + 21 for name in packed)
        offset = len(head) + directory_bytes
        directory, body = struct.pack("<i", len(packed)), b""
        for name, (kind, data) in packed.items():
            directory += struct.pack("<H", len(name)) + name.encode()
            directory += struct.pack("<BIQQ", kind, self.tensors[name].size, offset + len(body), len(data))
            body += data
        return head + directory + body


def tiny_tensors() -> dict[str, npt.NDArray[np.float32]]:
    """Random tensors of the tiny encoder; matrices stored in 4 bits hold values Q4_0 can represent."""
    random = np.random.default_rng(0)

    def exact(rows: int, columns: int) -> npt.NDArray[np.float32]:
        nibbles = random.integers(-8, 8, size=(rows, columns // 32, 32))
        scales = random.choice([0.25, 0.5, 0.125], size=(rows, columns // 32, 1))
        return (nibbles * scales).astype(np.float32).reshape(rows, columns)

    def plain(*shape: int) -> npt.NDArray[np.float32]:
        return np.asarray(random.normal(size=shape), dtype=np.float32)

    tensors = {"emb.word": exact(VOCABULARY, HIDDEN), "emb.pos": plain(POSITIONS, HIDDEN)}
    tensors |= {"emb.type": plain(TYPES, HIDDEN), "emb.ln.w": plain(HIDDEN), "emb.ln.b": plain(HIDDEN)}
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            tensors |= {f"l{layer}.{name}.w": exact(HIDDEN, HIDDEN), f"l{layer}.{name}.b": plain(HIDDEN)}
        tensors |= {f"l{layer}.fi.w": exact(INNER, HIDDEN), f"l{layer}.fi.b": plain(INNER)}
        tensors |= {f"l{layer}.fo.w": exact(HIDDEN, INNER), f"l{layer}.fo.b": plain(HIDDEN)}
        for name in ("aln", "oln"):
            tensors |= {f"l{layer}.{name}.w": plain(HIDDEN), f"l{layer}.{name}.b": plain(HIDDEN)}
    return tensors


def pack(values: npt.NDArray[np.float32]) -> tuple[int, bytes]:
    """(0, float32 bytes), or (1, Q4_0 bytes) if every block of 32 is a float16 scale times -8 .. 7."""
    if values.ndim != 2 or values.shape[1] % 32:
        return 0, values.astype("<f4").tobytes()
    data = b""
    for block in values.reshape(-1, 32):
        # The scales are powers of two and 5 bits are enough for any multiple, so one of these three is exact.
        scale = next((s for s in (0.5, 0.25, 0.125) if _fits(block / s)), None)
        if scale is None:
            return 0, values.astype("<f4").tobytes()
        nibbles = (block / scale + 8).astype(np.uint8)
        data += struct.pack("<e", scale) + (nibbles[:16] | nibbles[16:] << 4).tobytes()
    return 1, data


def _fits(multiples: npt.NDArray[np.float32]) -> bool:
    return bool((multiples == multiples.round()).all() and (multiples >= -8).all() and (multiples <= 7).all())
