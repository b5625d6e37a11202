"""Laws of the control plane: whatever comes, the answer is the service's to give."""

import json
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    [
        "Name",
        "PermissionsMode",
        "Tags",
        "DeletionProtection",
        "KmsKey",
        "BlockAddress",
        "DigestTipAddress",
        "DocumentId",
        "InclusiveStartTime",
        "ExclusiveEndTime",
        "S3ExportConfiguration",
        "RoleArn",
        "OutputFormat",
    ]
)
BODIES = st.dictionaries(MEMBERS, JSON | st.dictionaries(st.sampled_from(["IonText", "a"]), JSON), max_size=4)
ROUTES = st.sampled_from(
    [
        ("POST", "/ledgers"),
        ("PATCH", "/ledgers/first"),
        ("PATCH", "/ledgers/first/permissions-mode"),
        ("POST", "/ledgers/first/block"),
        ("POST", "/ledgers/first/revision"),
        ("POST", "/ledgers/first/journal-s3-exports"),
        ("POST", "/tags/arn:aws:qldb:us-east-1:123456789012:ledger/first"),
    ]
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def well_formed(response: httpx.Response) -> bool:
    """Whether an answer is a success, or a client's mistake in AWS form."""
    if response.status_code == 200:
        return True
    body: dict[str, Any] = response.json()
    return 400 <= response.status_code < 500 and "x-amzn-ErrorType" in response.headers and len(body) > 0


@MANY
@given(route=ROUTES, request=BODIES)
def test_any_members_are_answered(http: httpx.Client, route: tuple[str, str], request: dict[str, Any]) -> None:
    """Members of whatever type and value are accepted or refused, and no more than that."""
    http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})

    assert well_formed(http.request(*route, content=json.dumps(request)))


@MANY
@given(route=ROUTES, content=st.binary(max_size=200))
def test_any_bytes_are_answered(http: httpx.Client, route: tuple[str, str], content: bytes) -> None:
    """Nor does it matter whether a body is JSON."""
    assert well_formed(http.request(*route, content=content))


@MANY
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    start=st.sampled_from(["", "ledgers/", "tags/", "ledgers/first/"]),
    rest=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    key=st.sampled_from(["max_results", "next_token", "tagKeys"]),
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_any_path_is_answered(http: httpx.Client, *, method: str, start: str, rest: str, key: str, value: str) -> None:
    """Paths and queries may say anything."""
    assert well_formed(http.request(method, f"/{start}{quote(rest)}?{key}={quote(value)}"))
