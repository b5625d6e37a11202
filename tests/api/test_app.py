"""One port for everything: what goes where, and that nothing a client sends takes the server down."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from emulator import limits
from emulator.account.ledgers import Ledgers
from tests.api.raw_http import connected, raw
from tests.conftest import CREDENTIALS

REQUEST_ID = re.compile(r"[0-9A-Za-z]{22}")


def signed(service: str, region: str = "us-east-1") -> dict[str, str]:
    credential = f"local/20240101/{region}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00"}


@pytest.fixture(autouse=True)
def still_serves(http: httpx.Client) -> Iterator[None]:
    """Whatever a test here did, the server goes on."""
    yield
    assert http.get("/_qldb/health").status_code == 200


# What goes where


def test_health_is_told(http: httpx.Client) -> None:
    """Once requests are served, health is 200."""
    response = http.get("/_qldb/health")

    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_info_is_told(http: httpx.Client, qldb_client: Any) -> None:
    """Who runs here, where ledgers are kept, and which there are."""
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD")

    info = http.get("/_qldb/info").json()

    assert (info["region"], info["account"], info["in_memory"], info["data_dir"]) == (
        "us-east-1",
        "123456789012",
        True,
        None,
    )
    assert [(ledger["name"], ledger["state"]) for ledger in info["ledgers"]] == [("first", "ACTIVE")]


def test_both_services_share_the_port(qldb_client: Any, qldb_session_client: Any) -> None:
    """A session is started on a ledger that was made at the same endpoint."""
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD")

    assert qldb_session_client.send_command(StartSession={"LedgerName": "first"})["StartSession"]["SessionToken"]


def test_region_is_the_signature_s(server: str, qldb_client: Any) -> None:
    """Ledgers are of the Region a request is signed for, and so are their ARNs."""
    elsewhere = boto3.client("qldb", endpoint_url=server, region_name="eu-west-1", **CREDENTIALS)

    created = elsewhere.create_ledger(Name="first", PermissionsMode="STANDARD")

    assert created["Arn"] == "arn:aws:qldb:eu-west-1:123456789012:ledger/first"
    assert qldb_client.list_ledgers()["Ledgers"] == []


def test_partition_is_the_region_s(http: httpx.Client) -> None:
    """ARNs of other partitions name them."""
    request = {"Name": "first", "PermissionsMode": "STANDARD"}
    response = http.post("/ledgers", json=request, headers=signed("qldb", "us-gov-west-1"))

    assert response.json()["Arn"] == "arn:aws-us-gov:qldb:us-gov-west-1:123456789012:ledger/first"


def test_unsigned_request_is_of_the_settings_region(http: httpx.Client) -> None:
    """Without a signature, the Region is the one of the settings."""
    response = http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})

    assert ":us-east-1:" in response.json()["Arn"]


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic YTpi", "AWS4-HMAC-SHA256 Credential=a/b, x", "Credential=a/b/../qldb/aws4_request", "ÿ"],
)
def test_unreadable_signature_is_none(http: httpx.Client, authorization: str) -> None:
    """Signatures are not checked; one that says nothing counts as absent."""
    response = http.get("/ledgers", headers={b"Authorization": authorization.encode("latin-1")})

    assert response.status_code == 200


def test_other_service_is_told_so(http: httpx.Client) -> None:
    """Requests for other AWS services get an error that says what this endpoint is."""
    for method, path in (("GET", "/"), ("PUT", "/bucket/key"), ("POST", "/")):
        response = http.request(method, path, headers=signed("s3"))
        assert response.headers["x-amzn-ErrorType"] == "UnknownOperationException"
        assert 400 <= response.status_code < 500
        assert "'s3'" in response.json()["message"]


def test_presigned_request_names_its_service(http: httpx.Client) -> None:
    """The credential scope may stand in the query."""
    response = http.get("/bucket", params={"X-Amz-Credential": "local/20240101/us-east-1/s3/aws4_request"})

    assert "'s3'" in response.json()["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/"),
        ("GET", "/nowhere"),
        ("GET", "/ledgers/"),
        ("GET", "/ledgers/first/nowhere"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/%00"),
        ("GET", "/%ff%fe"),
        ("GET", "/ledgers/a/../../etc/passwd"),
        ("GET", "//ledgers"),
    ],
)
def test_unknown_path_is_no_operation(http: httpx.Client, server: str, method: str, path: str) -> None:
    """What no operation has is answered in AWS form."""
    answer = raw(server, f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"x-amzn-errortype: UnknownOperationException" in head
    assert "message" in json.loads(body)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/ledgers"), ("HEAD", "/ledgers/first"), ("POST", "/_qldb/health")]
)
def test_wrong_method_is_no_operation(http: httpx.Client, method: str, path: str) -> None:
    """A known path with another method is answered in AWS form, too."""
    response = http.request(method, path)

    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (405, "UnknownOperationException")


@pytest.mark.parametrize("name", ["%ff", "%00", "a%2fb", "..%2f..", "%", "%zz", "a%20b", "a%0d%0ab", "x" * 5_000])
def test_wild_name_in_path_is_not_valid(server: str, name: str) -> None:
    """A path's segments are decoded after they are divided, and checked after they are decoded."""
    answer = raw(server, f"GET /ledgers/{name} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"InvalidParameterException" in answer


# Request ids


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/ledgers"), ("GET", "/ledgers/x"), ("GET", "/x"), ("PUT", "/ledgers"), ("GET", "/_qldb/health")],
)
def test_every_response_has_its_id(http: httpx.Client, method: str, path: str) -> None:
    """Whatever comes back has one id, of 22 Base62 characters, that no other response has."""
    ids = [http.request(method, path).headers.get_list("x-amzn-RequestId") for _ in range(2)]

    assert all(len(found) == 1 and REQUEST_ID.fullmatch(found[0]) for found in ids)
    assert ids[0] != ids[1]


# Bodies


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"1", b"null", b'"a"', b"\xff\xfe", b"{'a':1}", b"[" * 100_000, b'{"Name":"\\ud800"}']
)
def test_malformed_body_is_refused(http: httpx.Client, body: bytes) -> None:
    """What is no JSON object is a client's mistake, and quickly said to be."""
    response = http.post("/ledgers", content=body)

    assert response.status_code == 400
    assert response.headers["x-amzn-ErrorType"] in ("SerializationException", "InvalidParameterException")


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * 100_000 + b"[]]",
        b'{"a":"\\\\","b":[' + b"{}," * 200_000 + b"{}]}",
        b'{"a":[' + b'"",' * 200_000 + b'""]}',
    ],
)
@pytest.mark.parametrize("target", ["", "QLDBSession.SendCommand"])
def test_crowded_body_is_refused(http: httpx.Client, body: bytes, target: str) -> None:
    """Very many small values would fill the memory and hold everybody up; they are not even read."""
    path, headers = ("/", {"X-Amz-Target": target}) if target else ("/ledgers", {})
    response = http.post(path, content=body, headers=headers)

    assert response.status_code == 400
    assert "at most 200000 strings, commas and brackets" in response.json()["message"]


def test_marks_in_strings_do_not_count(http: httpx.Client) -> None:
    """A long text may have as many commas, brackets and escaped quotes as it likes."""
    text = json.dumps('[{"a", "b\\"}, ' * 50_000)
    body = f'{{"Name":"first","PermissionsMode":"STANDARD","More":{text}}}'

    assert http.post("/ledgers", content=body).status_code == 200


def test_absent_body_lacks_members(http: httpx.Client) -> None:
    """No body is an object without members."""
    assert http.post("/ledgers").json()["ParameterName"] == "Name"


def test_media_type_does_not_matter(http: httpx.Client) -> None:
    """What somebody types on a command line works as well."""
    body = b'{"Name":"first","PermissionsMode":"STANDARD"}'
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert http.post("/ledgers", content=body, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/ledgers", "/"])
def test_announced_body_is_too_large(server: str, path: str) -> None:
    """A length over the limit is refused before anything of it comes."""
    target = "X-Amz-Target: QLDBSession.SendCommand\r\n" if path == "/" else ""
    length = limits.REQUEST_BODY_BYTES + 1
    answer = raw(server, f"POST {path} HTTP/1.1\r\nHost: a\r\n{target}Content-Length: {length}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"RequestEntityTooLargeException" in answer
    assert b"at most 16777216 bytes, got 16777217" in answer
    assert b"x-amzn-requestid" in answer


def test_chunked_body_is_too_large(http: httpx.Client) -> None:
    """Bytes are counted as they come when no length was announced."""
    chunk = b" " * 1_000_000

    def body() -> Iterator[bytes]:
        for _ in range(limits.REQUEST_BODY_BYTES // len(chunk) + 2):
            yield chunk

    try:
        response = http.post("/ledgers", content=body())
    except httpx.WriteError:
        return  # the server closed the connection before everything was sent
    assert response.status_code == 413


def test_client_leaves_in_the_middle(server: str, caplog: pytest.LogCaptureFixture) -> None:
    """A request that is never finished is no error of the server."""
    raw(server, b"POST /ledgers HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", end=True)

    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_sdk_is_told_that_a_body_is_too_large(qldb_client: Any) -> None:
    """A client that goes on to send what nobody reads gets to read the answer all the same."""
    with pytest.raises(ClientError, match="at most 16777216 bytes") as refused:
        qldb_client.get_block(Name="first", BlockAddress={"IonText": "x" * limits.REQUEST_BODY_BYTES})

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


# What is no HTTP


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x00\xff\xfe garbage\r\n\r\n", "method"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "method"),
        (b"GET / HTTP/9.9\r\n\r\n", "version"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"CONNECT a:80 HTTP/1.1\r\n\r\n", "URL"),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", "url"),
        (b"POST /ledgers HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "Content-Length"),
        (b"POST /ledgers HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "Content-Length"),
        (b"POST /ledgers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "Transfer-Encoding"),
        (b"GET / HTTP/1.1\r\nA\x00B: c\r\n\r\n", "header"),
    ],
)
def test_garbage_is_answered_and_closed(server: str, data: bytes, reason: str) -> None:
    """What cannot be read is answered in AWS form, with a request id and the reason, and the connection ends."""
    answer = raw(server, data)
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 4")
    assert re.search(rb"x-amzn-requestid: [0-9A-Za-z]{22}\r\n", head + b"\r\n")
    assert json.loads(body)["message"].startswith("What came is no request in HTTP/1.1: ")
    assert reason.lower() in json.loads(body)["message"].lower()  # the words are httptools', and differ by version


def test_endless_head_is_cut_off(server: str) -> None:
    """A request's head has a limit, so a client cannot fill the memory with it."""
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        with pytest.raises(OSError):
            for _ in range(1_000):
                connection.sendall(b"x" * 65_536)


@pytest.mark.parametrize("part", [b"1;a=", b"0\r\nX: "], ids=["chunk", "trailer"])
def test_endless_part_is_cut_off(server: str, part: bytes) -> None:
    """What comes besides the body has a limit, too."""
    with connected(server) as connection:
        connection.sendall(b"POST /ledgers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + part)
        with pytest.raises(OSError):
            for _ in range(1_000):
                connection.sendall(b"x" * 65_536)


@pytest.mark.parametrize("data", [b"GET /led", b"POST /ledgers HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_request_that_does_not_go_on_is_ended(server: str, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Nobody is waited for without end."""
    monkeypatch.setattr(limits, "REQUEST_SILENCE_SECONDS", 0.1)
    answer = raw(server, data)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"did not come in 0.1 seconds" in answer


def test_connection_without_a_request_is_closed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor for those who never begin."""
    monkeypatch.setattr(limits, "REQUEST_SILENCE_SECONDS", 0.1)

    assert raw(server, b"") == b""


def test_response_to_head_is_a_head(server: str) -> None:
    """A response without a body is not kept waiting for one."""
    answer = raw(server, b"HEAD /_qldb/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert re.match(rb"HTTP/1.1 \d{3} ", answer)
    assert answer.endswith(b"\r\n\r\n")


UPGRADE = b"Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: %b\r\nHTTP2-Settings: AAMAAABk\r\n"
NEXT = b"GET /_qldb/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c", b"TLS/1.0"])
def test_upgrade_is_not_followed(server: str, protocol: bytes) -> None:
    """There is no other protocol here, and the next request on the connection is answered, too."""
    answer = raw(server, b"GET /_qldb/health HTTP/1.1\r\n" + UPGRADE % protocol + b"\r\n" + NEXT)

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200"]


@pytest.mark.parametrize("in_one", [True, False], ids=["together", "apart"])
@pytest.mark.parametrize(
    ("start", "body"),
    [
        (b"POST /ledgers HTTP/1.1\r\n", b'{"Name":"second","PermissionsMode":"STANDARD"}'),
        (b"POST / HTTP/1.1\r\nX-Amz-Target: QLDBSession.SendCommand\r\n", b'{"StartSession":{"LedgerName":"first"}}'),
    ],
    ids=["control", "session"],
)
def test_request_that_offers_an_upgrade_keeps_its_body(
    server: str, http: httpx.Client, *, start: bytes, body: bytes, in_one: bool
) -> None:
    """Some clients, Java's and `curl --http2` among them, offer HTTP/2 with their first request, whatever it is."""
    http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})
    head = start + UPGRADE % b"h2c" + b"Content-Length: %d\r\n\r\n" % len(body)
    answer = raw(server, *([head + body + NEXT] if in_one else [head, body, NEXT]))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200"]


def test_tunnels_are_not_dug(server: str) -> None:
    """Nor is there anything else behind CONNECT."""
    answer = raw(server, b"CONNECT /ledgers HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n" + NEXT)

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"405", b"200"]


def test_pipelined_requests_are_answered_in_order(server: str) -> None:
    """Requests sent at once on one connection are answered one after the other."""
    answer = raw(
        server,
        b"GET /_qldb/health HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"404"]


# The unforeseen


def test_unforeseen_exception_is_an_internal_failure(
    http: httpx.Client, qldb_client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets InternalFailure, the log what happened."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(Ledgers, "describe", fail)
    response = http.get("/ledgers/first")

    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (500, "InternalFailure")
    assert REQUEST_ID.fullmatch(response.headers["x-amzn-RequestId"])
    assert "unforeseen" not in response.text
    assert "ZeroDivisionError: unforeseen" in caplog.text
    assert response.headers["x-amzn-RequestId"] in caplog.text


def test_engine_that_does_not_begin_is_an_internal_failure(
    qldb_session_client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also what goes wrong before there is anything that answers for sessions."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr("emulator.api.app._Sessions.app", property(fail))

    with pytest.raises(ClientError, match="InternalFailure") as failed:
        qldb_session_client.send_command(StartSession={"LedgerName": "first"})

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "ZeroDivisionError: unforeseen" in caplog.text


def test_deleted_ledger_ends_its_sessions(qldb_client: Any, qldb_session_client: Any) -> None:
    """A session of a ledger that is gone is gone, too."""
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False)
    token = qldb_session_client.send_command(StartSession={"LedgerName": "first"})["StartSession"]["SessionToken"]
    qldb_client.delete_ledger(Name="first")

    with pytest.raises(qldb_session_client.exceptions.InvalidSessionException):
        qldb_session_client.send_command(SessionToken=token, StartTransaction={})
