"""The bucket that the CRM uploads to: ``PREFIX/MONTH/manifest.json`` and ``PREFIX/MONTH/export.jsonl``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from mailroom_retrain_helpers.content import ExportContent, check, measure
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.manifest import EXPORT_FILE, MANIFEST_FILE, ExportManifest

TEST_DATA = "test"
"""The prefix of test data; production's is ``production``."""
_CHUNK = 1 << 20
_MISSING = {"404", "NoSuchKey", "NotFound"}


@dataclass(frozen=True, kw_only=True)
class MonthFolder:
    """One month's upload; ``s3`` is a boto3 client."""

    s3: Any
    bucket: str
    prefix: str
    month: str

    def awaited(self) -> str | None:
        """What has not arrived yet, as a sentence; None if the export is as long as its manifest says.

        Length alone, so that asking every few minutes costs nothing; ``validate`` reads what has arrived.

        Raises:
            ExportError: waiting would not mend it: the manifest is wrong, or came after an export that is longer than
                it says.
        """
        manifest = self._manifest()
        if manifest is None:
            return f"There is no manifest of {self.month} yet."
        export = self._head(EXPORT_FILE)
        if export is None:
            return f"The manifest of {self.month} is there, its export is not yet."
        size = int(export["ContentLength"])
        if size == manifest.bytes:
            return None
        said = f"{size} of the {manifest.bytes} bytes that its manifest says"
        if size < manifest.bytes:
            return f"The export of {self.month} has {said}."
        if self._is_newer(export):
            return f"The export of {self.month} is newer than its manifest and has {said}."
        raise ExportError(f"The export of {self.month} has {said}; upload both again.")

    def arrived(self) -> bool:
        """Whether nothing is awaited any more; raises as ``awaited`` does."""
        return self.awaited() is None

    def validate(self, taxonomy: Taxonomy) -> ExportContent:
        """Read the whole export and hold it against its manifest and the taxonomy.

        Raises:
            ExportError: it is not there, does not match, or has labels that the taxonomy lacks.
            OSError: it could not be read to its end; another try may.
        """
        manifest = self._manifest()
        if manifest is None:
            raise self._gone()
        try:
            content = measure(self._chunks(), taxonomy)
        except MailroomError:
            raise
        except Exception as error:
            # A traceback can show variables, and here they hold mails: what went wrong goes on without it.
            raise OSError(f"The export of {self.month} could not be read: {type(error).__name__}.") from None
        check(content, manifest)
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
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self._key(shipped.name))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return load_taxonomy(shipped)
            raise
        with TemporaryDirectory() as folder:
            own = Path(folder) / shipped.name
            own.write_bytes(answer["Body"].read())
            return load_taxonomy(own)

    def _manifest(self) -> ExportManifest | None:
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self._key(MANIFEST_FILE))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return ExportManifest.parse(answer["Body"].read(), month=self.month)

    def _head(self, name: str) -> Mapping[str, Any] | None:
        try:
            head: Mapping[str, Any] = self.s3.head_object(Bucket=self.bucket, Key=self._key(name))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return head

    def _is_newer(self, export: Mapping[str, Any]) -> bool:
        """Whether the export came after the manifest, so that another manifest may follow."""
        manifest = self._head(MANIFEST_FILE)
        return manifest is None or bool(export["LastModified"] > manifest["LastModified"])

    def _chunks(self) -> Iterator[bytes]:
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self._key(EXPORT_FILE))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise self._gone() from None
            raise
        yield from answer["Body"].iter_chunks(_CHUNK)

    def _gone(self) -> ExportError:
        return ExportError(f"The export of {self.month} was there and is gone; upload it again.")

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{self.month}/{name}"
