"""Redactions on a real server that is killed: the data goes, though nobody asks for anything any more."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.ion.values import Struct
from tests.durability.client import Control, Session
from tests.durability.process import ServerProcess

pytestmark = pytest.mark.process

SOON_MS, LATER_MS = 150, 600_000
KILL_SECONDS = (0.0, 0.4)
PATIENCE_SECONDS = 30
ROUNDS = 6
PEOPLE = 12


Delay = Callable[[int], None]


@pytest.fixture
def delay(monkeypatch: pytest.MonkeyPatch) -> Delay:
    """Sets how long servers started from now on take to redact."""

    def set_delay(milliseconds: int) -> None:
        monkeypatch.setenv("QLDB_EMULATOR_REVISION_REDACTING_MS", str(milliseconds))

    set_delay(SOON_MS)
    return set_delay


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_nobody_needs_to_ask(data_dir: Path, delay: Delay) -> None:
    """The data is erased while the server idles, and after a kill once it is started again."""
    server = _started(data_dir)
    Control(server.port).create_ledger()
    session = Session(server.port)
    session.run("CREATE TABLE Person")
    for secret in _redacted(session, 1):
        _wait_until_gone(data_dir, secret)
    server.kill()
    delay(LATER_MS)
    server = _started(data_dir)
    secrets = _redacted(Session(server.port), 2)
    server.kill()
    assert all(_holds(data_dir, secret) for secret in secrets)
    delay(SOON_MS)
    _started(data_dir)
    for secret in secrets:
        _wait_until_gone(data_dir, secret)


@pytest.mark.usefixtures("delay")
def test_kills_while_erasing(data_dir: Path) -> None:
    """After kills at any moment of many redactions, all that were acknowledged are done after the last start."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chosen = random.Random(seed)
    server = _started(data_dir)
    Control(server.port).create_ledger()
    Session(server.port).run("CREATE TABLE Person")
    secrets: list[str] = []
    for round_no in range(ROUNDS):
        secrets += _redacted(Session(server.port), round_no)
        time.sleep(chosen.uniform(*KILL_SECONDS))
        server.kill()
        server = _started(data_dir)
        time.sleep(chosen.uniform(*KILL_SECONDS))
        server.kill()
        server = _started(data_dir)
    for secret in secrets:
        _wait_until_gone(data_dir, secret)
    shown = Session(server.port).run("SELECT * FROM history(Person) AS h WHERE h.metadata.version = 0")
    assert len(shown) == ROUNDS * PEOPLE
    assert all("dataHash" in dict(revision.fields()) for revision in shown)
    assert server.terminate() == 0


def _redacted(session: Session, round_no: int) -> list[str]:
    """Insert people, rename them and redact their first revisions; the names that are to go."""
    (row,) = session.run("SELECT tableId FROM information_schema.user_tables WHERE name = 'Person'")
    secrets = [f"Secret {round_no}-{number} of Ada" for number in range(PEOPLE)]
    for secret in secrets:
        (inserted,) = session.run("INSERT INTO Person ?", Struct([("name", secret), ("text", secret * 50)]))
        document_id = inserted["documentId"]
        session.run("UPDATE Person AS p BY id SET p = {'name': 'nobody'} WHERE id = ?", document_id)
        (revision,) = session.run(
            "SELECT * FROM history(Person) AS h WHERE h.metadata.id = ? AND h.metadata.version = 0", document_id
        )
        session.run(f"EXEC REDACT_REVISION ?, '{row['tableId']}', '{document_id}'", revision["blockAddress"])  # type: ignore[str-bytes-safe]
    return secrets


def _started(data_dir: Path) -> ServerProcess:
    server = ServerProcess(data_dir)
    server.wait_until_healthy()
    return server


def _wait_until_gone(data_dir: Path, secret: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _holds(data_dir, secret):
        assert time.monotonic() < deadline, f"{secret} is still in the files"
        time.sleep(0.05)


def _holds(data_dir: Path, text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in data_dir.rglob("*") if file.is_file())
