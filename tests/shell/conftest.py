"""A conversation with a real server, whose clock the tests move."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.client.driver import Driver
from emulator.client.transport import HttpTransport
from emulator.shell.conversation import Conversation, Place, lifetime_ms
from emulator.shell.output import Output
from emulator.testing.controls import Clock


@pytest.fixture
def said() -> io.StringIO:
    """All that the shell has said."""
    return io.StringIO()


@pytest.fixture
def transport(server: str) -> Iterator[HttpTransport]:
    transport = HttpTransport(server)
    yield transport
    transport.close()


@pytest.fixture
def place(qldb_client: Any, transport: HttpTransport) -> Place:
    """With the ledgers `first` and `second`."""
    for name in ("first", "second"):
        qldb_client.create_ledger(Name=name, PermissionsMode="STANDARD")
    return Place(transport.url, lambda name: Driver(transport, name, pause=lambda _: None), lifetime_ms(transport))


@pytest.fixture
def conversation(place: Place, clock: Clock, said: io.StringIO) -> Conversation:
    """With the ledger `first`, which has the table Person and an index on `name`."""
    conversation = Conversation(place, "first", clock, Output(said))
    conversation.take("CREATE TABLE Person; CREATE INDEX ON Person (name);")
    return conversation


@pytest.fixture
def answer(conversation: Conversation, said: io.StringIO) -> Callable[[str], str]:
    """What the shell says to a text."""

    def answer(text: str) -> str:
        said.seek(0)
        said.truncate()
        conversation.take(text)
        return said.getvalue()

    return answer
