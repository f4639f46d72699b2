"""The sample's files, and whether those of an earlier run can stay."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from local.sample.errors import SampleError
from local.sample.months import SampleMail, month_mails, sample_months
from local.sample.plan import Month
from local.sample.sources import FOLDER, TAXONOMY, Sources, load_sources
from mailroom.taxonomy_file import dump_taxonomy, load_taxonomy

_FINGERPRINT = "fingerprint.json"
_README = """This folder holds a synthetic sample: {months} monthly CRM exports ({names}) of a FinTech that does not
exist, {mails} mails each, made by "python -m local.sample" from hand-written building blocks with seed {seed}. No mail,
person, firm, bank or security in it is real, and results on it say nothing about real mail. In each month's folder,
export.jsonl is what the CRM would export (3 of 100 labels are wrong on purpose), taxonomy.toml holds the labels valid
that month, and truth.jsonl the labels before that noise, for scoring only.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthFolder:
    """The files of one month."""

    name: str
    folder: Path

    @property
    def export(self) -> Path:
        """The CRM's export, JSON Lines."""
        return self.folder / "export.jsonl"

    @property
    def taxonomy(self) -> Path:
        """The labels of that month."""
        return self.folder / "taxonomy.toml"

    @property
    def truth(self) -> Path:
        """The labels before the noise, JSON Lines in the export's order."""
        return self.folder / "truth.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleFolder:
    """A finished sample; ``reused`` when an earlier run had made it."""

    folder: Path
    months: tuple[MonthFolder, ...]
    reused: bool


def make_sample(out: Path, *, seed: int = 7, mails: int = 2200, progress: bool = True) -> SampleFolder:
    """Write the three months, unless the folder holds them already.

    Args:
        out: the folder to write; made if missing.
        seed: same seed, same bytes.
        mails: the number of mails a month, at least 1.
        progress: whether to show a progress bar on stderr.

    Raises:
        SampleError: the number of mails is below 1, a building block is wrong, or the folder cannot be written.
    """
    if mails < 1:
        raise SampleError("A month needs at least one mail.")
    months = sample_months(load_taxonomy(TAXONOMY))
    folders = tuple(MonthFolder(name=month.name, folder=out / month.name) for month in months)
    inputs = _inputs(seed=seed, mails=mails)
    if _is_current(out, inputs):
        return SampleFolder(folder=out, months=folders, reused=True)
    sources = load_sources()
    try:
        with tqdm(total=mails * len(months), desc="sample", unit="mail", disable=not progress) as bar:
            for month, folder in zip(months, folders, strict=True):
                _write_month(month, folder, sources, seed=seed, mails=mails, bar=bar)
        names = ", ".join(month.name for month in months)
        _write(out / "README.txt", _README.format(months=len(months), names=names, mails=mails, seed=seed))
        _write(out / _FINGERPRINT, json.dumps({"inputs": inputs, "files": _outputs(out)}, indent=1) + "\n")
    except OSError as error:
        raise SampleError(f"The sample cannot be written to {out}: {error.strerror}.") from None
    return SampleFolder(folder=out, months=folders, reused=False)


def _write_month(month: Month, folder: MonthFolder, sources: Sources, *, seed: int, mails: int, bar: Any) -> None:
    made = []
    for mail in month_mails(month, sources, seed=seed, mails=mails):
        made.append(mail)
        bar.update()
    made.sort(key=lambda mail: (mail.received_at, mail.id))
    folder.folder.mkdir(parents=True, exist_ok=True)
    _write(folder.taxonomy, dump_taxonomy(month.taxonomy))
    _write(folder.export, _lines(map(export_row, made)))
    _write(folder.truth, _lines(map(truth_row, made)))


def export_row(mail: SampleMail) -> dict[str, Any]:
    """A mail as the CRM exports it."""
    return {
        "id": mail.id,
        "language": mail.plan.language,
        "subject": mail.subject,
        "body": mail.body,
        "body_format": mail.draft.body_format.value,
        "custodian_banks": list(mail.persona.custodian_banks),
        "received_at": mail.received_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "thread_id": mail.thread_id,
        **asdict(mail.labels),
        "split": mail.plan.family.use.value,
    }


def truth_row(mail: SampleMail) -> dict[str, Any]:
    """What is true of a mail, for scoring."""
    return {
        "id": mail.id,
        **asdict(mail.true_labels),
        "family": mail.plan.family.id,
        "second_topic": mail.second_topic,
        "wrong_label": mail.plan.wrong_label,
    }


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


def _inputs(*, seed: int, mails: int) -> str:
    """A digest of all that decides the files: arguments, the sample's code and texts, the taxonomy and its writer."""
    repository = FOLDER.parents[1]
    files = [path for pattern in ("*.py", "*.toml") for path in FOLDER.rglob(pattern)]
    files += [TAXONOMY, *(repository / "mailroom").glob("*.py")]
    total = hashlib.sha256(f"{seed} {mails}".encode())
    for path in sorted(files):
        total.update(path.relative_to(repository).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _outputs(out: Path) -> dict[str, str]:
    files = [*out.glob("*/*.jsonl"), *out.glob("*/*.toml"), out / "README.txt"]
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def _is_current(out: Path, inputs: str) -> bool:
    try:
        written = json.loads((out / _FINGERPRINT).read_text(encoding="utf-8"))
        return bool(written["inputs"] == inputs and written["files"] == _outputs(out))
    except (OSError, ValueError, KeyError, TypeError):
        return False
