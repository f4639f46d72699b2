"""Where the reports lie: ``reports/feedback/MONTH.json`` and ``.html`` in the bucket of artefacts."""

import json
from dataclasses import dataclass
from typing import Any

from mailroom_dags.bucket import HTML, JSON, put_text
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
        put_text(self.s3, bucket=self.bucket, key=f"{stem}.json", text=data, content_type=JSON)
        return put_text(self.s3, bucket=self.bucket, key=f"{stem}.html", text=page(document), content_type=HTML)
