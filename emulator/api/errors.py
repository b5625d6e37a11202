"""Errors as bytes, for both protocols: the only place that knows how an `AwsError` looks to a client.

SDKs look for the name in different places, so it is sent in each: the header `x-amzn-ErrorType`, and for the session
protocol `__type` in the body, the only place botocore looks there. The text of a modelled error is in `Message`, that
of a common one in `message`.
"""

import json
from html import escape

from emulator import errors
from emulator.api.asgi import Response
from emulator.errors import AwsError

_REST_JSON = b"application/json"
_JSON_1_0 = b"application/x-amz-json-1.0"
_COMMON = (
    errors.AccessDeniedException,
    errors.UnknownOperationException,
    errors.UnsupportedOperationException,
    errors.SerializationException,
    errors.RequestEntityTooLargeException,
    errors.InternalFailure,
    errors.ServiceUnavailable,
    errors.ThrottlingException,
)
"""What no service model has; all others are some model's."""


def control_error(error: AwsError, request_id: str) -> Response:
    """An error as the control plane (rest-json) sends it."""
    return _rendered(error, _REST_JSON, {}, request_id)


def session_error(error: AwsError, request_id: str) -> Response:
    """An error as the session protocol (JSON 1.0) sends it."""
    return _rendered(error, _JSON_1_0, {"__type": error.code}, request_id)


def xml_error(error: AwsError, request_id: str) -> Response:
    """An error as the older services send it: those of the query protocol, and S3."""
    message = escape(error.message, quote=False)
    body = (
        f"<ErrorResponse><Error><Code>{error.code}</Code><Message>{message}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode("ascii", "xmlcharrefreplace")
    return error.status, _headers(error, b"text/xml", request_id), body


def _rendered(error: AwsError, content_type: bytes, first: dict[str, str], request_id: str) -> Response:
    text = "message" if isinstance(error, _COMMON) else "Message"
    # Text may have lone surrogates, which JSON can escape and UTF-8 cannot write: so everything is ASCII.
    body = json.dumps({**first, text: error.message, **error.members}).encode("ascii")
    return error.status, _headers(error, content_type, request_id), body


def _headers(error: AwsError, content_type: bytes, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", content_type),
        (b"x-amzn-errortype", error.code.encode("ascii")),
        (b"x-amzn-requestid", request_id.encode("ascii")),
    ]
    if isinstance(error, errors.RequestEntityTooLargeException):
        # What is left of the request is not read, so the connection cannot be used again.
        headers.append((b"connection", b"close"))
    return headers
