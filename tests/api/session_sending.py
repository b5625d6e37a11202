"""Sends SendCommand requests to the session application without a network, as ASGI sees them."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.api.session import SessionApplication
from emulator.ion.hashing import ion_hash
from tests.session.conversation import dot

TARGET = "QLDBSession.SendCommand"


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


async def send(
    app: SessionApplication, body: object, *, target: str = TARGET, headers: Mapping[str, str] | None = None
) -> Answered:
    """The answer to a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await send_messages(
        app, [{"type": "http.request", "body": data}], {"x-amz-target": target, **(headers or {})}
    )


async def send_messages(
    app: SessionApplication, messages: Iterable[dict[str, Any]], headers: Mapping[str, str]
) -> Answered:
    """The answer to a request that arrives as these ASGI messages."""
    waiting, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else await asyncio.Future()

    async def collect(message: Any) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": pairs}
    await app(scope, receive, collect)
    if not sent:
        return Answered(0, {}, {})
    start, content = sent
    return Answered(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        json.loads(content["body"]),
    )


class Client:
    """A session that sends real bodies; digests are kept as drivers keep them."""

    def __init__(self, app: SessionApplication, token: str) -> None:
        self.app = app
        self.token = token
        self.transaction_id = ""
        self.digest = b""

    @classmethod
    async def start_session(cls, app: SessionApplication, ledger_name: str = "ledger") -> Client:
        answered = await send(app, {"StartSession": {"LedgerName": ledger_name}})
        assert answered.status == 200, answered
        return cls(app, answered.body["StartSession"]["SessionToken"])

    async def command(self, name: str, **members: object) -> Answered:
        return await send(self.app, {"SessionToken": self.token, name: members})

    async def start(self) -> None:
        answered = await self.command("StartTransaction")
        assert answered.status == 200, answered
        self.transaction_id = answered.body["StartTransaction"]["TransactionId"]
        self.digest = ion_hash(self.transaction_id)

    async def execute(self, statement: str, *texts: str) -> Answered:
        """Run a statement; parameters, in Ion text, are left out of the digest."""
        self.digest = dot(self.digest, ion_hash(statement))
        parameters = [{"IonText": text} for text in texts]
        return await self.command(
            "ExecuteStatement", TransactionId=self.transaction_id, Statement=statement, Parameters=parameters
        )

    async def fetch(self, token: str) -> Answered:
        return await self.command("FetchPage", TransactionId=self.transaction_id, NextPageToken=token)

    async def commit(self) -> Answered:
        digest = b64encode(self.digest).decode()
        return await self.command("CommitTransaction", TransactionId=self.transaction_id, CommitDigest=digest)

    async def transact(self, *statements: str) -> None:
        await self.start()
        for statement in statements:
            assert (await self.execute(statement)).status == 200
        assert (await self.commit()).status == 200
