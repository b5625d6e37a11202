"""Asynchronous clients, of unmodified aioboto3: in the process of the test, and at a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aioboto3
import pytest

from emulator.testing import AsyncEmulator, Qldb, mock_qldb
from emulator.testing.environment import at_endpoint

EARLY = aioboto3.Session()
"""As programs have one in a module."""
SESSIONS = pytest.mark.parametrize("session", [EARLY, None])


@asynccontextmanager
async def clients(session: aioboto3.Session | None) -> AsyncIterator[tuple[Any, Any]]:
    """Of both services, from a session that was there before or a new one."""
    session = session or aioboto3.Session()
    async with session.client("qldb") as control, session.client("qldb-session") as ledgers:
        yield control, ledgers


async def started(session: aioboto3.Session | None) -> list[str]:
    """The names of the ledgers, after one was made and a session of it begun."""
    async with clients(session) as (control, ledgers):
        await control.create_ledger(Name="accounts", PermissionsMode="ALLOW_ALL")
        begun = await ledgers.send_command(StartSession={"LedgerName": "accounts"})
        assert begun["StartSession"]["SessionToken"]
        return [ledger["Name"] for ledger in (await control.list_ledgers())["Ledgers"]]


@SESSIONS
@mock_qldb
def test_in_the_process(session: aioboto3.Session | None) -> None:
    """Whether the session is older than the mock or not."""
    assert asyncio.run(started(session)) == ["accounts"]


@pytest.mark.qldb(ledger="accounts")
def test_refusals_and_faults(qldb: Qldb) -> None:
    """They come as to any other client, and are repeated or not as it is used to."""

    async def conversation() -> str:
        async with clients(None) as (control, ledgers):
            with pytest.raises(control.exceptions.ResourceAlreadyExistsException):
                await control.create_ledger(Name="accounts", PermissionsMode="ALLOW_ALL")
            with pytest.raises(ledgers.exceptions.InvalidSessionException):
                await ledgers.send_command(SessionToken="none", StartTransaction={})
            begun = await ledgers.send_command(StartSession={"LedgerName": "accounts"})
            return str(begun["StartSession"]["SessionToken"])

    rules = [qldb.faults.once("StartSession", fault) for fault in ("ConnectionReset", "InternalFailure")]

    assert asyncio.run(conversation())
    assert [rule.fired for rule in rules] == [1, 1]


def test_at_a_server() -> None:
    """Of the test's own."""

    async def conversation() -> list[str]:
        async with AsyncEmulator() as server:
            with at_endpoint(server.url):
                return await started(None)

    assert asyncio.run(conversation()) == ["accounts"]
