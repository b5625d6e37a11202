"""Kills a server in the middle of its work, again and again, and looks at what is left."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.durability.client import Control, Session
from tests.durability.examination import Examiner
from tests.durability.load import Attempt, Load, acknowledged, set_up
from tests.durability.process import ServerProcess

pytestmark = pytest.mark.process

ROUNDS = 20
VIEW_EVERY = 5
SAMPLE = 10
LOAD_SECONDS = (0.1, 0.8)
START_SECONDS = (0.0, 0.8)


def test_kill_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After each of many kills under load, all that was acknowledged is there, provably, and nothing by halves."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chosen = random.Random(seed)
    data_dir = tmp_path / "data"
    examiner = Examiner(data_dir)
    attempts: list[Attempt] = []
    _create(data_dir)
    for round_no in range(ROUNDS):
        if round_no % 4 == 3:
            _kill_while_starting(data_dir, chosen)
        server = _started(data_dir)
        _examine(examiner, server, round_no - 1, attempts)
        examiner.examine_proofs(Control(server.port), chosen.choices(range(len(examiner.blocks)), k=SAMPLE))
        if round_no % VIEW_EVERY == VIEW_EVERY - 1:
            examiner.examine_view(_empty(tmp_path / f"view-{round_no}"))
        attempts = _kill_under_load(server, round_no, chosen)
    server = _started(data_dir)
    _examine(examiner, server, ROUNDS - 1, attempts)
    examiner.examine_proofs(Control(server.port), range(len(examiner.blocks)))
    examiner.examine_view(_empty(tmp_path / "view"))
    assert server.terminate() == 0
    assert len(examiner.survivors) >= ROUNDS


def _create(data_dir: Path) -> None:
    server = _started(data_dir)
    Control(server.port).create_ledger()
    set_up(Session(server.port))
    server.kill()


def _started(data_dir: Path) -> ServerProcess:
    server = ServerProcess(data_dir)
    server.wait_until_healthy()
    return server


def _kill_while_starting(data_dir: Path, chosen: random.Random) -> None:
    server = ServerProcess(data_dir)
    time.sleep(chosen.uniform(*START_SECONDS))
    server.kill()


def _kill_under_load(server: ServerProcess, round_no: int, chosen: random.Random) -> list[Attempt]:
    with Load(server.port, round_no, chosen.random()) as load:
        time.sleep(chosen.uniform(*LOAD_SECONDS))
        server.kill()
    assert not load.failures, load.failures
    return load.attempts


def _examine(examiner: Examiner, server: ServerProcess, round_no: int, attempts: list[Attempt]) -> None:
    examiner.examine_documents(Session(server.port), round_no, attempts)
    examiner.examine_journal(Control(server.port))
    print(f"round {round_no}: {len(attempts)} attempts, {len(acknowledged(attempts))} acknowledged")


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder
