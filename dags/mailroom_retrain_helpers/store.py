"""Where the reports lie: ``reports/retrain/MONTH.json`` and ``.html`` in the bucket of artefacts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailroom_dags.bucket import HTML, JSON, put_text
from mailroom_retrain_helpers.labels import unknown_document
from mailroom_retrain_helpers.page import page
from mailroom_retrain_helpers.report import Document

PREFIX = "reports/retrain"


@dataclass(frozen=True, kw_only=True)
class RetrainReports:
    """``s3`` is a boto3 client."""

    s3: Any
    bucket: str

    def put(self, document: Document) -> str:
        """Write both files, over those of an earlier run on the month; returns the page's S3 URI."""
        self._put_json(f"{document['month']}.json", document)
        key = f"{PREFIX}/{document['month']}.html"
        return put_text(self.s3, bucket=self.bucket, key=key, text=page(document), content_type=HTML)

    def put_unknown_labels(self, month: str, labels: Mapping[str, Mapping[str, int]]) -> str:
        """Write the whole list of labels that the taxonomy lacks; returns its S3 URI."""
        return self._put_json(f"{month}-unknown-labels.json", unknown_document(month, labels))

    def _put_json(self, name: str, document: Mapping[str, Any]) -> str:
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        return put_text(self.s3, bucket=self.bucket, key=f"{PREFIX}/{name}", text=text, content_type=JSON)
