"""A server that stops: who is told, and when."""

from __future__ import annotations

import asyncio

from emulator.api.app import create_app
from emulator.api.server import Server
from emulator.runtime import Emulator
from emulator.settings import Settings


class Connection:
    """One that ends when it is told to for the `tellings`th time, as one does that answers first."""

    def __init__(self, server: Server, tellings: int) -> None:
        self._connections = server.server_state.connections
        self._connections.add(self)  # type: ignore[arg-type]  # as much of one as is asked for
        self._tellings = tellings

    def shutdown(self) -> None:
        self._tellings -= 1
        if not self._tellings:
            self._connections.remove(self)  # type: ignore[arg-type]


def test_connections_that_come_while_it_stops_are_told() -> None:
    """One that was accepted just before may get its protocol only afterwards."""
    emulator = Emulator(Settings())

    async def scenario() -> bool:
        server = Server(create_app(emulator), [])
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup()
        Connection(server, tellings=2)
        asyncio.get_running_loop().call_soon(Connection, server, 1)
        await server.shutdown()
        return not server.server_state.connections

    try:
        assert asyncio.run(scenario())
    finally:
        emulator.close()
