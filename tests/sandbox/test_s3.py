"""S3 as its clients really speak it: buckets in host names, presigned and unsigned requests, uploads of every kind."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import patient_http
from tests.sandbox.conftest import Client

BUCKET = "my-journal"
MEGABYTE = 1024 * 1024


@pytest.fixture
def s3(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    return s3


@pytest.fixture
def port(server: str) -> int:
    return urlsplit(server).port or 0


def stored(s3: Any, key: str, bucket: str = BUCKET) -> bytes:
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


@pytest.mark.parametrize(
    "host",
    [
        "{bucket}.localhost",
        "{bucket}.s3.localhost",
        "{bucket}.s3.eu-west-1.localhost",
        "{bucket}.s3.localhost.localstack.cloud",
        "{bucket}.s3.amazonaws.com",
        "{bucket}.s3.us-east-1.amazonaws.com",
    ],
)
@pytest.mark.parametrize("bucket", [BUCKET, "my.dotted.journal", "www.journal"])
def test_bucket_may_be_in_the_host(s3: Any, server: str, port: int, host: str, bucket: str) -> None:
    """A bucket in the host's name is the bucket, whatever the name's rest and with dots in it."""
    if bucket != BUCKET:
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="ledgers/a b", Body=b"block", ACL="public-read")

    got = patient_http.get(f"{server}/ledgers/a%20b", headers={"Host": f"{host.format(bucket=bucket)}:{port}"})

    assert (got.status_code, got.content) == (200, b"block")


def test_clients_may_put_the_bucket_in_the_host(client: Client, s3: Any, port: int, monkeypatch: Any) -> None:
    """boto3 with virtual addressing finds bucket and key, once the name of the host leads here."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **options: resolve("127.0.0.1", *rest, **options))
    from tests.sandbox.conftest import _made

    virtual = _made(f"http://localhost:{port}", "s3", "us-east-1", (("addressing_style", "virtual"),))
    virtual.put_object(Bucket=BUCKET, Key="a/b", Body=b"block")

    assert stored(s3, "a/b") == b"block"
    assert [found["Key"] for found in virtual.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["a/b"]


def test_any_name_of_the_server_serves_paths(s3: Any, server: str) -> None:
    """A server that is reached by a name with dots takes the bucket from the path all the same."""
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"block", ACL="public-read")

    assert patient_http.get(f"{server}/{BUCKET}/a", headers={"Host": "qldb.internal.example:8000"}).content == b"block"


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_requests_are_answered(server: str, s3: Any, version: str) -> None:
    """A presigned URL of either signature version writes and reads its object."""
    import boto3
    from botocore.config import Config

    signer = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(signature_version=version),
    )
    place = {"Bucket": BUCKET, "Key": "a/b c"}

    assert patient_http.put(signer.generate_presigned_url("put_object", place), content=b"block").status_code == 200
    assert patient_http.get(signer.generate_presigned_url("get_object", place)).content == b"block"


def test_presigned_form_is_taken(s3: Any) -> None:
    """A browser's form upload with a presigned policy stores its file."""
    form = s3.generate_presigned_post(BUCKET, "form")

    response = patient_http.post(form["url"], data=form["fields"], files={"file": b"block"})

    assert (response.status_code, stored(s3, "form")) == (204, b"block")


def test_unsigned_reader_sees_public_objects_only(s3: Any, server: str) -> None:
    """Without a signature a public object is read and a private one is not."""
    s3.put_object(Bucket=BUCKET, Key="public", Body=b"block", ACL="public-read")
    s3.put_object(Bucket=BUCKET, Key="private", Body=b"block")

    assert patient_http.get(f"{server}/{BUCKET}/public").content == b"block"
    assert patient_http.get(f"{server}/{BUCKET}/private").status_code == 403


def test_unsigned_requests_for_ledgers_are_still_ours(server: str) -> None:
    """Paths of the control plane and of the emulator's own pages stay what they are without a signature."""
    assert patient_http.get(f"{server}/ledgers").json() == {"Ledgers": []}
    assert patient_http.get(f"{server}/_qldb/health").json()["status"] == "ok"


@pytest.mark.parametrize("key", ["a%2Fb", "a//b", "ключ", "a+b c", "?x=1#y", "..%2f"])
def test_keys_are_kept_as_they_are(s3: Any, key: str) -> None:
    """A key comes back as it was sent, whatever is in it."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"block")

    assert [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == [key]
    assert stored(s3, key) == b"block"


def test_metadata_keeps_its_underscores(s3: Any) -> None:
    """A user's metadata keeps its names as they were spelled, which WSGI alone would not."""
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"", Metadata={"strand_id": "1", "tip-no": "2"})

    assert s3.head_object(Bucket=BUCKET, Key="a")["Metadata"] == {"strand_id": "1", "tip-no": "2"}


def test_length_of_an_object_is_told_without_it(s3: Any) -> None:
    """HEAD tells the length that GET would send."""
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"block")

    assert s3.head_object(Bucket=BUCKET, Key="a")["ContentLength"] == 5


def test_large_upload_is_taken(s3: Any) -> None:
    """An object larger than any request of QLDB may be comes back whole."""
    data = bytes(range(256)) * (40 * MEGABYTE // 256)
    s3.put_object(Bucket=BUCKET, Key="large", Body=data)

    assert stored(s3, "large") == data


def test_parts_are_put_together(s3: Any) -> None:
    """boto3's transfer of a large file, in parts and on several threads, arrives whole."""
    import io

    data = bytes(range(251)) * (17 * MEGABYTE // 251)
    s3.upload_fileobj(io.BytesIO(data), BUCKET, "parts")

    assert stored(s3, "parts") == data


@pytest.mark.parametrize("signed", ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_chunks_within_a_body_are_unpacked(s3: Any, server: str, signed: str) -> None:
    """The chunked encoding of AWS, with and without signatures, is taken apart, whichever way HTTP sends it."""
    mark = ";chunk-signature=" + "0" * 64 if "HMAC" in signed else ""
    trailer = "" if mark else "x-amz-checksum-crc32:AAAAAA==\r\n"
    body = f"5{mark}\r\nblock\r\n0{mark}\r\n{trailer}\r\n".encode()
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20250701/us-east-1/s3/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "x-amz-content-sha256": signed,
        "x-amz-decoded-content-length": "5",
        "Content-Encoding": "aws-chunked",
    }

    for name, content in (("length", body), ("chunked", iter([body[:7], body[7:]]))):
        assert patient_http.put(f"{server}/{BUCKET}/{name}", headers=headers, content=content).status_code == 200
        assert stored(s3, name) == b"block"


def test_client_that_waits_is_told_to_continue(s3: Any, server: str, port: int) -> None:
    """`Expect: 100-continue` is answered before the body is sent."""
    url = urlsplit(s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "patient"}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: localhost:{port}\r\n"
        connection.sendall(f"{head}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"block")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")

    assert stored(s3, "patient") == b"block"


def test_upload_that_breaks_off_stores_nothing(s3: Any, port: int) -> None:
    """A client that leaves in the middle of its body has stored nothing, though others are served meanwhile."""
    url = urlsplit(s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "broken"}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: localhost:{port}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode() + b"5\r\nblock\r\n")
        s3.put_object(Bucket=BUCKET, Key="other", Body=b"block")

    assert [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["other"]


def test_many_clients_lose_nothing(s3: Any) -> None:
    """What many threads store and delete at the same time is there, and gone, in the end."""

    def work(number: int) -> None:
        s3.put_object(Bucket=BUCKET, Key=f"kept-{number}", Body=b"%d" % number)
        s3.put_object(Bucket=BUCKET, Key=f"gone-{number}", Body=b"")
        s3.delete_object(Bucket=BUCKET, Key=f"gone-{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(80)))

    keys = {found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {f"kept-{number}" for number in range(80)}
