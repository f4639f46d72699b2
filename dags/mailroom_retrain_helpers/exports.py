"""The bucket that the CRM uploads to: ``PREFIX/MONTH/manifest.json`` and ``PREFIX/MONTH/export.jsonl``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from mailroom.taxonomy import Taxonomy
from mailroom_retrain_helpers.content import ExportContent, check, measure
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.manifest import EXPORT_FILE, MANIFEST_FILE, ExportManifest

_CHUNK = 1 << 20
_MISSING = {"404", "NoSuchKey", "NotFound"}


@dataclass(frozen=True, kw_only=True)
class MonthFolder:
    """One month's upload; ``s3`` is a boto3 client."""

    s3: Any
    bucket: str
    prefix: str
    month: str

    def arrived(self) -> bool:
        """Whether the manifest is there and the export is as long as it says.

        Raises:
            ExportError: the manifest is there and wrong: waiting would not mend it.
        """
        manifest = self._manifest()
        return manifest is not None and self._size() == manifest.bytes

    def validate(self, taxonomy: Taxonomy) -> ExportContent:
        """Read the whole export and hold it against its manifest and the taxonomy.

        Raises:
            ExportError: it is not there, does not match, or has labels that the taxonomy lacks.
        """
        manifest = self._manifest()
        if manifest is None:
            raise self._gone()
        content = measure(self._chunks(), taxonomy)
        check(content, manifest)
        return content

    def _manifest(self) -> ExportManifest | None:
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self._key(MANIFEST_FILE))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return ExportManifest.parse(answer["Body"].read(), month=self.month)

    def _size(self) -> int | None:
        try:
            answer = self.s3.head_object(Bucket=self.bucket, Key=self._key(EXPORT_FILE))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return int(answer["ContentLength"])

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
