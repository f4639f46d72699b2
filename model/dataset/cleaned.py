"""Cleaning many mails: in this process, or in several with a bounded number of raw bodies in flight."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from tqdm import tqdm

from model.classifier.model_input import MAX_CHARACTERS
from model.dataset.errors import DatasetError

Clean = Callable[[str | bytes, str], str]
Job = tuple[str | bytes, str]

PARALLEL_FROM = 2_000
_CHUNK_MAILS = 128
_CHUNK_CHARACTERS = 4_000_000
_CHUNKS_PER_PROCESS = 3


def cleaned(
    jobs: Iterable[Job],
    *,
    total: int,
    clean: Clean,
    processes: int = 2,
    progress: bool = True,
) -> Iterator[str | None]:
    """The cleaned text of each job (body and kind), in order, at most 20,000 characters; None where ``clean`` failed.

    More than 2,000 mails are cleaned in ``processes`` processes; ``clean`` must then be a function of a module.

    Raises:
        DatasetError: a cleaning process died.
    """
    with tqdm(total=total, desc="cleaning", unit="mail", disable=not progress, file=sys.stderr) as bar:
        parallel = processes > 1 and total > PARALLEL_FROM
        for texts in _in_processes(jobs, clean, processes) if parallel else _here(jobs, clean):
            bar.update(len(texts))
            yield from texts


def _here(jobs: Iterable[Job], clean: Clean) -> Iterator[list[str | None]]:
    for chunk in _chunks(jobs):
        yield _clean_chunk(clean, chunk)


def _in_processes(jobs: Iterable[Job], clean: Clean, processes: int) -> Iterator[list[str | None]]:
    # Fresh interpreters: a fork beside threads (tqdm's monitor, Arrow's pool) may inherit a lock that nobody opens.
    pool = ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn"))
    pending: deque[Future[list[str | None]]] = deque()
    try:
        for chunk in _chunks(jobs):
            pending.append(pool.submit(_clean_chunk, clean, chunk))
            if len(pending) >= processes * _CHUNKS_PER_PROCESS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise DatasetError("A process that cleans mails ended unexpectedly; the machine may lack memory.") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    characters = 0
    for job in jobs:
        chunk.append(job)
        characters += len(job[0])
        if len(chunk) >= _CHUNK_MAILS or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _clean_chunk(clean: Clean, chunk: list[Job]) -> list[str | None]:
    return [_clean_one(clean, body, kind) for body, kind in chunk]


def _clean_one(clean: Clean, body: str | bytes, kind: str) -> str | None:
    try:
        return clean(body, kind)[:MAX_CHARACTERS]
    except Exception:  # whatever one mail does to the cleaner, the others must not be lost with it
        return None
