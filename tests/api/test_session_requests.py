"""What a request must look like. Every way to get it wrong is a client's error that says what was wanted."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import limits
from emulator.api.session_requests import Request, read_request
from emulator.errors import AwsError, BadRequestException, SerializationException
from emulator.session.commands import (
    AbortTransaction,
    CommitTransaction,
    EndSession,
    ExecuteStatement,
    FetchPage,
    IonBinary,
    IonText,
    StartSession,
    StartTransaction,
)

DIGEST = b64encode(bytes(32)).decode()
TOKEN = "A" * 64
ID = "x" * 22


def read(body: object) -> Request:
    return read_request(json.dumps(body).encode())


def execute(**members: object) -> dict[str, Any]:
    return {"SessionToken": TOKEN, "ExecuteStatement": {"TransactionId": ID, "Statement": "s", **members}}


@pytest.mark.parametrize(
    ("name", "members", "command"),
    [
        ("StartTransaction", {}, StartTransaction()),
        ("ExecuteStatement", {"TransactionId": ID, "Statement": "s"}, ExecuteStatement(ID, "s")),
        ("FetchPage", {"TransactionId": ID, "NextPageToken": "AAAA"}, FetchPage(ID, "AAAA")),
        ("CommitTransaction", {"TransactionId": ID, "CommitDigest": DIGEST}, CommitTransaction(ID, bytes(32))),
        ("AbortTransaction", {}, AbortTransaction()),
        ("EndSession", {}, EndSession()),
    ],
)
def test_command_is_read(name: str, members: object, command: object) -> None:
    """Each command in its proper form."""
    assert read({"SessionToken": TOKEN, name: members}) == Request(TOKEN, command)  # type: ignore[arg-type]


def test_start_session_needs_no_token() -> None:
    """It is the one command without."""
    assert read({"StartSession": {"LedgerName": "l"}}) == Request("", StartSession("l"))


def test_null_is_absent() -> None:
    """SDKs may send members they have nothing for as null."""
    body = {**execute(Parameters=None), "StartTransaction": None}
    assert read(body).command == ExecuteStatement(ID, "s")


def test_parameters_are_read() -> None:
    """Either encoding, in order."""
    command = read(execute(Parameters=[{"IonText": "1"}, {"IonBinary": "4AEA6g=="}])).command
    assert isinstance(command, ExecuteStatement)
    assert list(command.parameters) == [IonText("1"), IonBinary(b"\xe0\x01\x00\xea")]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"a": "\xed\xa0\x80"}', b"[" * 100_000, b"[]", b"null", b'"text"', b"1", b"1" * 10_000],
    ids=lambda body: repr(body[:12]),
)
def test_body_that_is_no_json_object(body: bytes) -> None:
    """It cannot be read at all."""
    with pytest.raises(SerializationException, match=r"The body is"):
        read_request(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a":', r"is not JSON in UTF-8: Expecting value: line 1 column 6"),
        (b'{"a": 1} {}', r"is not JSON in UTF-8: Extra data: line 1 column 9"),
        (b'{"a": "\xff"}', r"is not JSON in UTF-8: .* byte 0xff in position 7"),
        (b"\x1f\x8b\x08", r"is not JSON in UTF-8: .* byte 0x8b in position 1"),
        (b"[" * 100_000, r"is not JSON in UTF-8: values are nested too deeply$"),
        (b"9" * 5_000, r"is not JSON in UTF-8: a number is too long$"),
        (b"[]", r"is a JSON object, got a list$"),
        (b"null", r"is a JSON object, got nothing$"),
    ],
    ids=lambda item: repr(item[:12]) if isinstance(item, bytes) else "",
)
def test_body_that_is_no_json_object_is_told_why(body: bytes, message: str) -> None:
    """Where it stops being one, in few words."""
    with pytest.raises(SerializationException, match=message) as raised:
        read_request(body)
    assert len(raised.value.message) < 150


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Exactly one command is wanted, got none"),
        ({"SessionToken": TOKEN}, "got none"),
        ({"SessionToken": TOKEN, "StartTransaction": {}, "EndSession": {}}, "got StartTransaction, EndSession"),
        ({"SessionToken": TOKEN, "Nonsense": {}}, "A command is one of StartSession, .*, got Nonsense"),
        ({"StartTransaction": {}}, "SessionToken is missing: StartTransaction goes to a session"),
        ({"SessionToken": 5, "StartTransaction": {}}, "^The parameter SessionToken is not valid$"),
        ({"SessionToken": TOKEN, "StartSession": {"LedgerName": "l"}}, "StartSession makes a SessionToken"),
        ({"SessionToken": TOKEN, "StartTransaction": []}, "StartTransaction is not valid: an object .* got a list"),
        ({"SessionToken": TOKEN, "StartTransaction": {"A": 1}}, "StartTransaction is not valid: it has none, got A"),
        ({"StartSession": {}}, "StartSession.LedgerName is not valid: a string is wanted, got nothing"),
        ({"StartSession": {"LedgerName": ""}}, "LedgerName is not valid: 1 to 32 characters are wanted, got 0"),
        ({"StartSession": {"LedgerName": "l" * 33}}, "1 to 32 characters are wanted, got 33"),
        ({"StartSession": {"LedgerName": "\ud800"}}, "Unicode"),
        (execute(Statement=""), "Statement is not valid: 1 to 100000 characters are wanted, got 0"),
        (execute(Statement="x" * 100_001), "Statement is not valid: 1 to 100000 characters .* got 100001"),
        (execute(Statement=True), "Statement is not valid: a string is wanted, got a boolean"),
        (execute(Statement="\ud800"), "Statement is not valid: Unicode"),
        (execute(TransactionId=1.5), "TransactionId is not valid: a string is wanted, got a number"),
        (execute(Surplus=1), "ExecuteStatement is not valid: it has .*Parameters, got .*Surplus"),
        (execute(Parameters={}), "Parameters is not valid: a list is wanted, got an object"),
        (execute(Parameters=["1"]), r"Parameters\[0\] is not valid: .* either .* got a string"),
        (execute(Parameters=[{}]), r"Parameters\[0\] is not valid: .* got none"),
        (execute(Parameters=[{"IonText": "1", "IonBinary": DIGEST}]), "got IonText, IonBinary"),
        (execute(Parameters=[{"IonText": "1"}, {"Ion": "1"}]), r"Parameters\[1\] is not valid"),
        (execute(Parameters=[{"IonText": ""}]), r"Parameters\[0\].IonText is not valid: 1 to 1048576 characters"),
        (execute(Parameters=[{"IonBinary": ""}]), r"Parameters\[0\].IonBinary is not valid: 1 to 131072 bytes"),
        (execute(Parameters=[{"IonBinary": "?"}]), "base64 is wanted, got "),
        (execute(Parameters=[{"IonBinary": "4AEA6g="}]), "base64 is wanted"),
        (execute(Parameters=[{"IonBinary": "ä"}]), "base64 is wanted"),
        (execute(Parameters=[{"IonBinary": 1}]), "base64 in a string is wanted, got a number"),
        (
            execute(Parameters=[{"IonBinary": b64encode(bytes(limits.PARAMETER_BYTES + 1)).decode()}]),
            "1 to 131072 bytes are wanted, got 131073",
        ),
        (
            {"SessionToken": TOKEN, "CommitTransaction": {"TransactionId": ID, "CommitDigest": None}},
            "CommitDigest is not valid: base64 in a string is wanted, got nothing",
        ),
        (
            {"SessionToken": TOKEN, "FetchPage": {"TransactionId": ID, "NextPageToken": ""}},
            "NextPageToken is not valid: 4 to 1024 characters",
        ),
    ],
    ids=lambda item: str(item)[:60] if isinstance(item, str) else "",
)
def test_body_that_is_no_command(body: object, message: str) -> None:
    """It is refused, and the message says what came and what was wanted."""
    with pytest.raises(BadRequestException, match=message):
        read(body)


def test_commands_without_number_are_not_all_listed() -> None:
    """A message has no more than the first of a client's names."""
    with pytest.raises(BadRequestException, match=r"wanted, got c0, c1, .*, c9 and 990 more$"):
        read({f"c{number}": {} for number in range(1000)})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
names = st.sampled_from(["SessionToken", "StartSession", "ExecuteStatement", "CommitTransaction", "FetchPage"])
members = st.sampled_from(["LedgerName", "TransactionId", "Statement", "Parameters", "CommitDigest", "IonText"])
bodies = st.dictionaries(names | st.text(), st.dictionaries(members, json_values) | json_values)


@settings(max_examples=40)
@given(bodies | json_values)
def test_any_json_is_a_request_or_a_client_error(body: object) -> None:
    """Nothing else can come of reading one."""
    try:
        read(body)
    except AwsError as error:
        assert error.status == 400


@given(st.binary())
def test_any_bytes_are_a_request_or_a_client_error(body: bytes) -> None:
    """Not even of bytes that are no JSON."""
    try:
        read_request(body)
    except AwsError as error:
        assert error.status == 400
