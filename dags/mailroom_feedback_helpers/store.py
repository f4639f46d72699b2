"""Where the reports lie: ``reports/feedback/MONTH.json`` and ``.html`` in the bucket of artefacts."""

import json
from dataclasses import dataclass
from typing import Any

from mailroom_feedback_helpers.page import page
from mailroom_feedback_helpers.summary import Document

PREFIX = "reports/feedback"


@dataclass(frozen=True, kw_only=True)
class ReportStore:
    """``s3`` is a boto3 client."""

    s3: Any
    bucket: str

    def put(self, document: Document) -> str:
        """Write both files, over those of an earlier try; returns the page's S3 URI."""
        stem = f"{PREFIX}/{document['month']}"
        data = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        self._put(f"{stem}.json", data, "application/json")
        self._put(f"{stem}.html", page(document), "text/html; charset=utf-8")
        return f"s3://{self.bucket}/{stem}.html"

    def _put(self, key: str, text: str, content_type: str) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=text.encode("utf-8"), ContentType=content_type)
