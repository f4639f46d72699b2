"""A base model staged in S3 (moto's server) is downloaded once, checked, and followed when it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from model.base_model import BaseModelError, resolve
from model.base_model.folder import model_files
from model.base_model.s3 import StagedFile, _download
from tests.support.tiny_models import make_tiny_encoder

pytestmark = pytest.mark.slow

BUCKET, PREFIX = "base-models", "encoders/tiny"
SPEC = f"s3://{BUCKET}/{PREFIX}"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def s3(server: str, encoder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 that holds the tiny encoder, and the environment every AWS tool reads."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for file in encoder.iterdir():
        client.upload_file(str(file), BUCKET, f"{PREFIX}/{file.name}")
    yield client
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.mark.usefixtures("s3")
def test_the_staged_model_arrives_as_it_was_staged(encoder: Path, tmp_path: Path) -> None:
    model = resolve(SPEC, cache=tmp_path, progress=False)
    assert {file.name: file.read_bytes() for file in model_files(model.path)} == {
        file.name: file.read_bytes() for file in model_files(encoder)
    }
    assert (model.name, model.source) == ("tiny", SPEC)
    assert model.fingerprint == resolve(str(encoder), cache=tmp_path).fingerprint


def test_what_is_not_the_model_stays_there(s3: Any, tmp_path: Path) -> None:
    for name in ("README.md", "pytorch_model.bin", "older/config.json"):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}", Body=b"{}")
    model = resolve(SPEC, cache=tmp_path, progress=False)
    assert not {"README.md", "pytorch_model.bin", "older"} & {path.name for path in model.path.iterdir()}


@pytest.mark.usefixtures("s3")
def test_an_unchanged_model_is_not_downloaded_again(tmp_path: Path) -> None:
    first = resolve(SPEC, cache=tmp_path, progress=False)
    (first.path / "mark").touch()
    assert resolve(f"{SPEC}/", cache=tmp_path, progress=False) == first
    assert (first.path / "mark").exists()


def test_a_model_that_changed_there_is_downloaded_again(s3: Any, tmp_path: Path) -> None:
    first = resolve(SPEC, cache=tmp_path, progress=False)
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/special_tokens_map.json", Body=b"{}")
    assert resolve(SPEC, cache=tmp_path, progress=False).fingerprint != first.fingerprint


def test_an_incomplete_model_is_refused(s3: Any, tmp_path: Path) -> None:
    s3.delete_object(Bucket=BUCKET, Key=f"{PREFIX}/model.safetensors")
    with pytest.raises(BaseModelError, match=r"encoders/tiny is not a base model, it lacks model\.safetensors"):
        resolve(SPEC, cache=tmp_path, progress=False)


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (f"s3://{BUCKET}/nothing/here", "holds no base model"),
        ("s3://no-such-bucket/tiny", "cannot be read .*NoSuchBucket"),
        ("s3:///tiny", "names no bucket"),
    ],
)
def test_a_missing_model_is_one_sentence(spec: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(BaseModelError, match=reason) as missing:
        resolve(spec, cache=tmp_path, progress=False)
    assert "\n" not in str(missing.value) and "the hub (hub:" in str(missing.value)


@pytest.mark.usefixtures("s3")
def test_an_unreachable_endpoint_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(BaseModelError, match="cannot be read") as unreachable:
        resolve(SPEC, cache=tmp_path, progress=False)
    assert "\n" not in str(unreachable.value)


class DamagingS3:
    """Answers with other bytes than the entity tag promises, as a broken proxy would."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": self}

    def iter_chunks(self, _: int) -> Iterator[bytes]:
        yield self.content


@pytest.mark.parametrize("content", [b"short", b"weights in the wrong"])
def test_a_download_whose_size_or_entity_tag_differs_is_refused(content: bytes, tmp_path: Path) -> None:
    promised = b"weights as they were"
    etag = hashlib.md5(promised, usedforsecurity=False).hexdigest()
    staged = StagedFile(name="model.safetensors", key="k", size=len(promised), etag=etag)
    with pytest.raises(BaseModelError, match=r"tiny/model\.safetensors arrived damaged"):
        _download(DamagingS3(content), [staged], tmp_path, bucket=BUCKET, url=SPEC, progress=False)
