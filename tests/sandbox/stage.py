"""One server for all tests of the sandbox, as its clients are slow to make. Each test puts an emulator behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.api.asgi import Application, Receive, Response, Scope, Send


class Stage:
    """The application of the test that runs."""

    app: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await self._app(scope, receive, send)

    async def answer_for_sessions(self, headers: Mapping[bytes, bytes], body: bytes) -> Response:
        return await self._app.answer_for_sessions(headers, body)

    @property
    def _app(self) -> Application:
        assert self.app is not None, "no test has put an emulator behind the server"
        return self.app


@dataclass(frozen=True, slots=True)
class Served:
    """The server that runs for all tests: where it is and what is behind it."""

    url: str
    stage: Stage
