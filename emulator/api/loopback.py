"""The server as a client of itself: for threads that want of the control plane what any client could want.

A request goes through the same application as those that come from outside, on the event loop that owns the ledgers.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from emulator.api.asgi import App, Scope
from emulator.sandbox.host import Answer

_SIGNATURE = "AWS4-HMAC-SHA256 Credential=sandbox/00000000/{region}/qldb/aws4_request, SignedHeaders=host, Signature=0"


class Loopback:
    def __init__(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop

    def __call__(self, method: str, path: str, region: str, members: Mapping[str, Any] | None = None) -> Answer:
        """The answer to a request with a JSON body. Not for the thread of the event loop, which it would wait for."""
        content = b"" if members is None else json.dumps(members).encode()
        return asyncio.run_coroutine_threadsafe(self._ask(method, path, region, content), self._loop).result()

    async def _ask(self, method: str, path: str, region: str, content: bytes) -> Answer:
        received: list[Scope] = []

        async def receive() -> Scope:
            return {"type": "http.request", "body": content}

        async def send(message: Scope) -> None:
            received.append(message)

        await self._app(_scope(method, path, region), receive, send)
        body = b"".join(message.get("body", b"") for message in received)
        return Answer(received[0]["status"], json.loads(body or b"{}"))


def _scope(method: str, path: str, region: str) -> Scope:
    raw_path, _, query = path.partition("?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": raw_path,
        "raw_path": raw_path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"authorization", _SIGNATURE.format(region=region).encode("ascii")),
        ],
    }
