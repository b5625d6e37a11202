"""What a request's signature says about where it wants to go. Signatures are read, not checked.

Authorization: AWS4-HMAC-SHA256 Credential={access key}/{date}/{region}/{service}/aws4_request, SignedHeaders=…
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_REGION = re.compile(r"[a-z0-9-]{1,32}")


class CredentialScope(NamedTuple):
    access_key_id: str
    region: str
    service: str


def credential_scope(headers: Mapping[bytes, bytes], query_string: bytes = b"") -> CredentialScope | None:
    """The credential scope in the header or, of a presigned request, the query; None when there is none."""
    authorization = headers.get(b"authorization")
    if authorization is not None:
        credential = _CREDENTIAL.search(authorization.decode("latin-1"))
        return None if credential is None else _parsed(credential[1])
    if b"X-Amz-Credential=" in query_string:
        return _parsed(parse_qs(query_string.decode("latin-1")).get("X-Amz-Credential", [""])[0])
    return None


def region_of(headers: Mapping[bytes, bytes], query_string: bytes = b"") -> str | None:
    """The Region a request is signed for; None for an unsigned one."""
    signed = credential_scope(headers, query_string)
    return None if signed is None else signed.region


def _parsed(credential: str) -> CredentialScope | None:
    """The parts are counted from the end: an access key may have a slash."""
    access_key_id, *parts = credential.rsplit("/", 4)
    if len(parts) != 4 or parts[3] != "aws4_request" or not _REGION.fullmatch(parts[1]):
        return None
    return CredentialScope(access_key_id, parts[1], parts[2])
