"""Writing what people read into a bucket."""

from typing import Any

JSON = "application/json"
HTML = "text/html; charset=utf-8"


def put_text(s3: Any, *, bucket: str, key: str, text: str, content_type: str) -> str:
    """Write ``text``, over what is there; returns its S3 URI. ``s3`` is a boto3 client."""
    s3.put_object(Bucket=bucket, Key=key, Body=text.encode("utf-8"), ContentType=content_type)
    return f"s3://{bucket}/{key}"
