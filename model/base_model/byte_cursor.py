"""Bounds-checked reading of a little-endian binary file, front to back."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt


class DamagedFileError(ValueError):
    """The bytes cannot be what they claim to be; the text is a clause without a full stop."""


class ByteCursor:
    """A position in a byte array (uint8, one dimension) that never reads past its end.

    Every reading method raises DamagedFileError when the array is too short.
    """

    def __init__(self, data: npt.NDArray[np.uint8]) -> None:
        self._data = data
        self._position = 0

    @property
    def length(self) -> int:
        """Bytes in the whole array."""
        return len(self._data)

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        return self._take(count).tobytes()

    def numbers(self, layout: str) -> tuple[Any, ...]:
        """The next unpadded little-endian numbers, in `struct`'s notation without the byte-order sign."""
        return struct.unpack(f"<{layout}", self.bytes(struct.calcsize(f"<{layout}")))

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        """The next `count` numbers of numpy type `kind`, as a copy."""
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), dtype=kind)

    def expect(self, holds: bool, clause: str) -> None:
        """Raise DamagedFileError with `clause` unless `holds`."""
        if not holds:
            raise DamagedFileError(clause)

    def _take(self, count: int) -> npt.NDArray[np.uint8]:
        self.expect(count >= 0, "a length is negative")
        end = self._position + count
        self.expect(end <= self.length, f"it ends after {self.length} bytes, inside its header")
        taken = self._data[self._position : end]
        self._position = end
        return taken
