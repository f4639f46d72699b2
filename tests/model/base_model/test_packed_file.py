"""A packed model file is read to the bit, and anything else is refused with a sentence."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.base_model import ConversionError
from model.base_model.conversion import wanted_tensors
from model.base_model.packed_file import open_packed_model
from model.base_model.packed_model import Q4_0, Sizes, dequantise_q4_0
from tests.model.base_model.packed_writer import PIECES, VOCABULARY, TinyPackedFile, tiny_tensors

TINY = TinyPackedFile().to_bytes()


def read_everything(file: Path) -> None:
    packed = open_packed_model(file)
    for wanted in wanted_tensors(packed):
        packed.read(wanted.packed, wanted.shape)


def test_a_q4_0_block_is_scale_times_nibble_minus_8_low_nibbles_first() -> None:
    nibbles = bytes(low | high << 4 for low, high in zip(range(16), range(15, -1, -1), strict=True))
    block = np.frombuffer(struct.pack("<e", 0.5) + nibbles, dtype=np.uint8).reshape(1, 18)
    expected = [(n - 8) * 0.5 for n in range(16)] + [(n - 8) * 0.5 for n in range(15, -1, -1)]
    assert dequantise_q4_0(block).tolist() == [expected]


def test_the_header_is_read(packed_file: Path) -> None:
    packed = open_packed_model(packed_file)
    assert packed.sizes == Sizes(
        hidden=32, layers=2, heads=4, intermediate=64, vocabulary=VOCABULARY, positions=16, token_types=2
    )
    assert packed.layer_norm_epsilon == 1e-12
    assert packed.pieces == PIECES
    assert packed.scores.tolist() == TinyPackedFile().scores.tolist()
    assert packed.special_ids == {"bos": 0, "eos": 2, "pad": 1, "unk": 3}


def test_every_tensor_comes_back_as_it_was_written(packed_file: Path) -> None:
    packed, expected = open_packed_model(packed_file), tiny_tensors()
    wanted = list(wanted_tensors(packed))
    assert {tensor.packed for tensor in wanted} == set(expected)
    for tensor in wanted:
        np.testing.assert_array_equal(packed.read(tensor.packed, tensor.shape), expected[tensor.packed])
    assert packed.tensors["l0.fo.w"].kind == Q4_0, "the writer did not quantise, so nothing was tested"


def test_rows_can_be_gathered_without_reading_the_others(packed_file: Path) -> None:
    rows = np.array([5, 0, 5])
    gathered = open_packed_model(packed_file).read("emb.word", (VOCABULARY, 32), rows=rows)
    np.testing.assert_array_equal(gathered, tiny_tensors()["emb.word"][rows])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"magic": b"GGUF"}, "does not start with"),
        ({"version": 2}, "format version is 2"),
        ({"sizes": (32, 2, 4, 64, VOCABULARY, 16, -1)}, "impossible sizes"),
        ({"sizes": (32, 2, 5, 64, VOCABULARY, 16, 2)}, "do not divide"),
        ({"sizes": (32, 2, 4, 64, 3, 16, 2)}, "17 pieces for 3 vocabulary rows"),
        ({"sizes": (32, 2, 4, 64, VOCABULARY, 17, 2)}, "'emb.pos' holds 512 weights where 17 x 32 belong"),
        ({"sizes": (32, 3, 4, 64, VOCABULARY, 16, 2)}, "no tensor 'l2.q.w'"),
        ({"block": 64}, "blocks of 64"),
        ({"epsilon": float("nan")}, "epsilon is nan"),
        ({"special_ids": (0, 2, 1, 99)}, "not four pieces"),
        ({"pieces": (*PIECES[:-2], "a", "<mask>")}, "a piece occurs twice"),
    ],
)
def test_a_foreign_file_is_refused_with_a_sentence(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    file = tmp_path / "foreign.bin"
    file.write_bytes(TinyPackedFile(**change).to_bytes())
    with pytest.raises(ConversionError, match=reason) as refused:
        read_everything(file)
    assert str(refused.value).endswith(".")


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    tensors = tiny_tensors()
    tensors["emb.ln.w"][7] = np.inf
    file = tmp_path / "infinite.bin"
    file.write_bytes(TinyPackedFile(tensors=tensors).to_bytes())
    with pytest.raises(ConversionError, match=r"'emb\.ln\.w' is not finite"):
        read_everything(file)


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cut.bin"
    for length in [*range(0, 400, 7), *range(400, len(TINY), 997), len(TINY) - 1]:
        file.write_bytes(TINY[:length])
        with pytest.raises(ConversionError):
            read_everything(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 2500), byte=st.integers(0, 255))
def test_a_changed_header_byte_never_breaks_the_reader(tmp_path: Path, position: int, byte: int) -> None:
    """It may go unnoticed (another score); otherwise it is a ConversionError, never a crash."""
    file = tmp_path / "changed.bin"
    file.write_bytes(TINY[:position] + bytes([byte]) + TINY[position + 1 :])
    try:
        read_everything(file)
    except ConversionError as refused:
        assert str(refused).endswith(".")


def test_a_missing_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="cannot be read"):
        open_packed_model(tmp_path / "absent.bin")
