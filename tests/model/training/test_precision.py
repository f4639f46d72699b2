"""In which numbers the encoder computes."""

from types import SimpleNamespace

import pytest
import torch

from mailroom.hyperparameters import hyperparameters_from
from model.training import encoder_fit
from model.training.encoder_fit import uses_bf16


def _with_gpu(monkeypatch: pytest.MonkeyPatch, major: int) -> None:
    """A GPU of this compute capability: 7 is a T4 (g4dn), 8 an A10G (g5)."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: SimpleNamespace(major=major))


@pytest.mark.parametrize(("major", "expected"), [(7, False), (8, True), (9, True)])
@pytest.mark.parametrize("processor", [torch.float32, torch.bfloat16])
def test_on_a_gpu_bfloat16_is_for_those_that_multiply_it_natively_whatever_the_processor_does(
    monkeypatch: pytest.MonkeyPatch, major: int, expected: bool, processor: torch.dtype
):
    _with_gpu(monkeypatch, major)
    monkeypatch.setattr(encoder_fit, "serving_dtype", lambda: processor)
    assert uses_bf16(hyperparameters_from({})) is expected


@pytest.mark.parametrize(("processor", "expected"), [(torch.float32, False), (torch.bfloat16, True)])
def test_without_a_gpu_it_is_for_processors_that_do(
    monkeypatch: pytest.MonkeyPatch, processor: torch.dtype, expected: bool
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(encoder_fit, "serving_dtype", lambda: processor)
    assert uses_bf16(hyperparameters_from({})) is expected


@pytest.mark.parametrize(("asked", "expected"), [("fp32", False), ("bf16", True)])
def test_what_is_asked_for_is_used(monkeypatch: pytest.MonkeyPatch, asked: str, expected: bool):
    _with_gpu(monkeypatch, 7 if expected else 8)
    assert uses_bf16(hyperparameters_from({"precision": asked})) is expected
