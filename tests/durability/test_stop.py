"""Ends a server politely in the middle of its work, and keeps others out while it runs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.durability.client import Control, Session
from tests.durability.examination import Examiner
from tests.durability.load import Load, acknowledged, set_up
from tests.durability.process import ServerProcess, start

pytestmark = pytest.mark.process

LOAD_SECONDS = 1.0

Start = Callable[[], ServerProcess]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """A way to start servers on one data directory; those left running are killed."""
    servers: list[ServerProcess] = []

    def begin() -> ServerProcess:
        servers.append(ServerProcess(tmp_path / "data"))
        servers[-1].wait_until_healthy()
        return servers[-1]

    yield begin
    for server in servers:
        server.kill()


def test_sigterm_under_load_ends_well_and_loses_nothing(started: Start) -> None:
    """Asked to end under load, the server does, with status 0, and all it acknowledged is there afterwards."""
    server = started()
    Control(server.port).create_ledger()
    set_up(Session(server.port))
    with Load(server.port, 0, "stop") as load:
        time.sleep(LOAD_SECONDS)
        status = server.terminate()

    assert status == 0
    assert not load.failures
    assert acknowledged(load.attempts)
    server = started()
    examiner = Examiner(server.data_dir)
    examiner.examine_documents(Session(server.port), 0, load.attempts)
    examiner.examine_journal(Control(server.port))


def test_data_directory_has_one_server(started: Start) -> None:
    """A second server on a data directory ends with one sentence that says why; the first one carries on."""
    server = started()
    second = start(server.data_dir, 0, subprocess.PIPE)
    output, _ = second.communicate(timeout=60)

    assert second.returncode not in (0, None)
    assert "is in use by another qldb-emulator" in output.decode()
    assert "Traceback" not in output.decode()
    Control(server.port).create_ledger()
