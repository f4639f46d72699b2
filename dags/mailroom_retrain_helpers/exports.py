"""The bucket that the CRM uploads to: ``PREFIX/MONTH/manifest.json`` and ``PREFIX/MONTH/export.jsonl``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from mailroom_retrain_helpers.content import ExportContent, check, measure, measure_file, mismatch
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.labels import check_labels
from mailroom_retrain_helpers.manifest import EXPORT_FILE, MANIFEST_FILE, ExportManifest

TEST_DATA = "test"
"""The prefix of test data; production's is ``production``."""

SETTLED = timedelta(hours=1)
"""After so long without an upload, none is under way."""

_CHUNK = 1 << 20
_MISSING = {"404", "NoSuchKey", "NotFound"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class MonthFolder:
    """One month's upload; ``s3`` is a boto3 client, ``now`` tells the time."""

    s3: Any
    bucket: str
    prefix: str
    month: str
    now: Callable[[], datetime] = _utc_now

    def awaited(self) -> str | None:
        """What is missing still, as a sentence; None if the export is the one of its manifest: bytes, rows, SHA-256.

        Asking costs little: the file is read only where its length is the manifest's, and then it fits, or is asked for
        again until an hour after the last upload.

        Raises:
            ExportError: the two do not fit, or the manifest is wrong, and nothing has been uploaded for an hour.
        """
        manifest = self._get(MANIFEST_FILE)
        if manifest is None:
            return f"There is no manifest of {self.month} yet."
        export = self._head(EXPORT_FILE)
        try:
            return self._missing(ExportManifest.parse(manifest["Body"].read(), month=self.month), export)
        except ExportError as error:
            uploaded: datetime = max(one["LastModified"] for one in (manifest, export) if one is not None)
            if self.now() - uploaded >= SETTLED:
                raise
            return f"{error} An upload may be under way: this is asked again until an hour after the last one."

    def _missing(self, manifest: ExportManifest, export: Mapping[str, Any] | None) -> str | None:
        if export is None:
            return f"The manifest of {self.month} is there, its export is not yet."
        size = int(export["ContentLength"])
        if size < manifest.bytes:
            return f"The export of {self.month} has {size} of the {manifest.bytes} bytes that its manifest says."
        if size > manifest.bytes:
            raise mismatch(manifest, "bytes", size, manifest.bytes)
        check(measure_file(self._chunks()), manifest)
        return None

    def arrived(self) -> bool:
        """Whether nothing is awaited any more; raises as ``awaited`` does."""
        return self.awaited() is None

    def validate(self, taxonomy: Taxonomy) -> ExportContent:
        """Read the whole export and hold it against its manifest and the taxonomy.

        Raises:
            UnknownLabelsError: it has labels that the taxonomy lacks.
            ExportError: it is not there, does not match, or has no labels at all for a task.
            OSError: it could not be read to its end; another try may.
        """
        answer = self._get(MANIFEST_FILE)
        if answer is None:
            raise self._gone()
        manifest = ExportManifest.parse(answer["Body"].read(), month=self.month)
        try:
            content = measure(self._chunks(), taxonomy)
        except MailroomError:
            raise
        except Exception as error:
            # A traceback can show variables, and here they hold mails: what went wrong goes on without it.
            raise OSError(f"The export of {self.month} could not be read: {type(error).__name__}.") from None
        check(content, manifest)
        check_labels(content, self.month)
        return content

    def taxonomy(self, shipped: Path) -> Taxonomy:
        """The taxonomy that the training will use.

        Test data may bring one of their own, ``taxonomy.toml`` beside the export, as the pipeline's first step has it;
        everything else is labelled under the ``shipped`` one.

        Raises:
            TaxonomyError: the taxonomy contradicts itself.
        """
        if self.prefix != TEST_DATA:
            return load_taxonomy(shipped)
        answer = self._get(shipped.name)
        if answer is None:
            return load_taxonomy(shipped)
        with TemporaryDirectory() as folder:
            own = Path(folder) / shipped.name
            own.write_bytes(answer["Body"].read())
            return load_taxonomy(own)

    def _get(self, name: str) -> Mapping[str, Any] | None:
        return self._found(self.s3.get_object, name)

    def _head(self, name: str) -> Mapping[str, Any] | None:
        return self._found(self.s3.head_object, name)

    def _found(self, ask: Callable[..., Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
        try:
            return ask(Bucket=self.bucket, Key=f"{self.prefix}/{self.month}/{name}")
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def _chunks(self) -> Iterator[bytes]:
        answer = self._get(EXPORT_FILE)
        if answer is None:
            raise self._gone()
        yield from answer["Body"].iter_chunks(_CHUNK)

    def _gone(self) -> ExportError:
        return ExportError(f"The export of {self.month} was there and is gone; upload it again.")
