"""The floor of the session protocol: a bare ASGI application that answers its commands with fixed bytes.

It keeps nothing and checks nothing. The one thing it looks for is the commit digest, which drivers want echoed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

TRANSACTION_ID = b"0" * 22
_DIGEST_CHARACTERS = 44
_TIMING = b'"TimingInformation":{"ProcessingTimeMilliseconds":1}'
_IOS = b'"ConsumedIOs":{"ReadIOs":0,"WriteIOs":1}'
# {documentId: "0000000000000000000000"}
_ROW = b"4AEA6u6QgYPdh7uKZG9jdW1lbnRJZN6Zio6WMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA=="

_ANSWERS = (
    (b'"StartTransaction"', b'{"StartTransaction":{"TransactionId":"%b",%b}}' % (TRANSACTION_ID, _TIMING)),
    (
        b'"ExecuteStatement"',
        b'{"ExecuteStatement":{"FirstPage":{"Values":[{"IonBinary":"%b"}]},%b,%b}}' % (_ROW, _IOS, _TIMING),
    ),
    (b'"StartSession"', b'{"StartSession":{"SessionToken":"0000",%b}}' % _TIMING),
    (b'"AbortTransaction"', b'{"AbortTransaction":{%b}}' % _TIMING),
    (b'"EndSession"', b'{"EndSession":{%b}}' % _TIMING),
)
_COMMITTED = (
    b'{"CommitTransaction":{"TransactionId":"%b","CommitDigest":"' % TRANSACTION_ID,
    b'",%b,%b}}' % (_IOS, _TIMING),
)
_HEADERS = [
    (b"content-type", b"application/x-amz-json-1.0"),
    (b"x-amzn-requestid", b"0" * 22),
]


def answering(before_commit: Callable[[], None]) -> Application:
    """An application to be run by uvicorn without a lifespan; `before_commit` is what it does before it answers one."""

    async def answer_one(scope: Message, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        if b'"CommitTransaction"' in body:
            before_commit()
        answered = answer(body)
        headers = [*_HEADERS, (b"content-length", b"%d" % len(answered))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answered})

    return answer_one


def answer(body: bytes) -> bytes:
    """The answer to a command; to anything else, as a health check is, an empty object."""
    at = body.find(b'"CommitDigest"')
    if at >= 0:
        start = body.index(b'"', at + 15) + 1
        return _COMMITTED[0] + body[start : start + _DIGEST_CHARACTERS] + _COMMITTED[1]
    return next((fixed for name, fixed in _ANSWERS if name in body), b"{}")


app = answering(lambda: None)
