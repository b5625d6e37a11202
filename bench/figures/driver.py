"""The official Python driver, one insert in each transaction, one transaction after the other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from statistics import median

from bench.connections import play
from bench.conversation import statements
from bench.documents import SET_UP
from bench.measuring import Bench
from bench.report import Row, at_least
from bench.servers import REPOSITORY, create_ledger, emulator, fixed_server, running

_LEDGER = "driven"
_TRANSACTIONS = 60
_ROUNDS = 15


def measure(bench: Bench) -> Iterator[Row]:
    with running(emulator(bench.folder / "data")) as server, running(fixed_server()) as floor:
        create_ledger(server, _LEDGER)
        play(server.port, [statements(_LEDGER, *SET_UP)])
        client = subprocess.run(
            [
                *(str(bench.driver_python), str(REPOSITORY / "bench" / "driver_client.py")),
                *(_LEDGER, str(_TRANSACTIONS), str(_ROUNDS), server.endpoint, floor.endpoint),
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
    rates, floors = json.loads(client.stdout)
    yield at_least("pyqldb, sequential inserts, durable", median(rates), median(floors), 0.90, "tx/s")
