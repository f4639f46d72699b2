"""A group of processes is the one that was announced."""

import re

import pytest

from model.training.processes import ProcessesError, accelerator_for


def test_nobody_announced_several_so_this_process_trains_alone():
    assert accelerator_for({}, bf16=False).num_processes == 1


def test_a_process_that_finds_itself_alone_where_others_were_announced_does_not_train():
    accelerator_for({}, bf16=False)
    with pytest.raises(
        ProcessesError,
        match=re.escape(
            "2 processes were announced (WORLD_SIZE) and 1 joined; start training with torchrun, or alone."
        ),
    ):
        # accelerate joins once per process, and this one has joined nobody.
        accelerator_for({"WORLD_SIZE": "2"}, bf16=False)
