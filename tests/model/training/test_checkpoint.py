"""A checkpoint is used whole or not at all."""

from pathlib import Path

import pytest
import torch

from model.training.checkpoint import PARTS, PROGRESS, Progress, load_checkpoint, save_checkpoint

JOB = "job-1"


def _network(value: float) -> torch.nn.Module:
    network = torch.nn.Linear(2, 1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(value)
    return network


def _save(folder: Path, epoch: int, *, job: str = JOB) -> None:
    """A checkpoint in which every weight is the number of its epoch."""
    network = _network(epoch)
    optimizer = torch.optim.AdamW(network.parameters())
    sum(epoch * parameter.sum() for parameter in network.parameters()).backward()
    optimizer.step()
    network = _network(epoch)
    best = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    progress = Progress(fingerprint=job, epoch=epoch, history=[{"epoch": float(epoch)}])
    save_checkpoint(folder, network, best, optimizer, progress)


def _restored(folder: Path, *, job: str = JOB) -> tuple[int, float] | None:
    """The epoch that is gone on from, and the weight that comes with it."""
    network = _network(-1.0)
    found = load_checkpoint(folder, network, torch.optim.AdamW(network.parameters()), fingerprint=job)
    if found is None:
        assert {value for one in network.parameters() for value in one.flatten().tolist()} == {-1.0}
        return None
    (weight,) = {value for one in network.parameters() for value in one.flatten().tolist()}
    return found[0].epoch, weight


def _of_epoch(folder: Path, epoch: int) -> Path:
    (found,) = [path.parent for path in folder.glob(f"*/{PROGRESS}") if f'"epoch": {epoch},' in path.read_text()]
    return found


def test_the_newest_is_gone_on_from(tmp_path: Path):
    assert _restored(tmp_path) is None
    for epoch in (1, 2, 3):
        _save(tmp_path, epoch)
        assert _restored(tmp_path) == (epoch, float(epoch))


def test_two_are_kept_and_no_more(tmp_path: Path):
    for epoch in (1, 2, 3, 4):
        _save(tmp_path, epoch)
    assert {path.parent for path in tmp_path.glob("*/*")} == {_of_epoch(tmp_path, 3), _of_epoch(tmp_path, 4)}


@pytest.mark.parametrize("part", PARTS)
def test_files_of_two_checkpoints_make_none_and_the_older_one_serves(tmp_path: Path, part: str):
    _save(tmp_path, 1)
    _save(tmp_path, 2)
    stale = (_of_epoch(tmp_path, 1) / f"{part}.safetensors").read_bytes()
    (_of_epoch(tmp_path, 2) / f"{part}.safetensors").write_bytes(stale)
    assert _restored(tmp_path) == (1, 1.0)


@pytest.mark.parametrize("name", [*(f"{part}.safetensors" for part in PARTS), PROGRESS])
def test_a_file_that_has_not_arrived_leaves_the_older_one(tmp_path: Path, name: str):
    _save(tmp_path, 1)
    _save(tmp_path, 2)
    (_of_epoch(tmp_path, 2) / name).unlink()
    assert _restored(tmp_path) == (1, 1.0)


def test_what_is_written_next_takes_the_place_of_the_torn_one_and_not_of_the_whole(tmp_path: Path):
    _save(tmp_path, 1)
    _save(tmp_path, 2)
    torn = _of_epoch(tmp_path, 2)
    (torn / "best.safetensors").unlink()
    _save(tmp_path, 2)
    assert (_of_epoch(tmp_path, 2), _restored(tmp_path)) == (torn, (2, 2.0))
    assert _of_epoch(tmp_path, 1).exists()


def test_one_of_another_job_is_neither_used_nor_kept_before_ones_own(tmp_path: Path):
    _save(tmp_path, 9, job="another")
    assert _restored(tmp_path) is None
    _save(tmp_path, 1)
    _save(tmp_path, 2)
    (_of_epoch(tmp_path, 2) / "network.safetensors").unlink()
    assert _restored(tmp_path) == (1, 1.0)
