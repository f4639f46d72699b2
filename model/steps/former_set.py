"""The frozen test set of the champion, as the run that trained it kept it beside its dataset."""

from pathlib import Path
from typing import Any

from model.dataset.errors import DatasetError
from model.dataset.frozen_set import FormerSet
from model.dataset.kept_set import FACTS, MAILS, load_kept_set
from model.steps.champion import Champion, ChampionError

_GONE = ("404", "NoSuchKey", "NoSuchBucket")


def fetch_former_set(champion: Champion | None, folder: Path, *, s3: Any) -> FormerSet | None:
    """Copy the champion's set into ``folder``; None if there is no champion, or it names no set.

    What was decided then stands, even where the set itself cannot be used again: ``folder`` then holds it, and the
    answer says what is wrong. ``s3`` is a boto3 client.

    Raises:
        ChampionError: the set is there and cannot be read.
    """
    if champion is None or champion.frozen_set is None:
        return None
    named = champion.frozen_set
    if champion.frozen_set_sha256 is None or champion.dataset is None:
        return FormerSet(name=named, problem="its mails were not kept")
    if not _copied(champion.dataset, folder, s3):
        _forget(folder)
        return FormerSet(name=named, problem="its mails are kept no longer")
    try:
        kept = load_kept_set(folder)
    except DatasetError:
        kept = None
    if kept is None or str(kept.frozen_set) != named or kept.sha256 != champion.frozen_set_sha256:
        _forget(folder)
        return FormerSet(name=named, problem="what was kept of it is not what was registered")
    return FormerSet(name=named)


def _copied(uri: str, folder: Path, s3: Any) -> bool:
    """Copy the two files; False if one is not there any more."""
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name in (FACTS, MAILS):
            s3.download_file(bucket, f"{prefix.rstrip('/')}/{name}", str(folder / name))
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _GONE:
            return False
        raise _unreadable(uri, problem) from problem
    except BotoCoreError as problem:
        raise _unreadable(uri, problem) from problem
    return True


def _forget(folder: Path) -> None:
    for name in (FACTS, MAILS):
        (folder / name).unlink(missing_ok=True)


def _unreadable(uri: str, problem: Exception) -> ChampionError:
    return ChampionError(f"The champion's frozen test set in {uri} cannot be read: {' '.join(str(problem).split())}")
