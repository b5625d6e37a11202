"""The official Python driver, one insert in each transaction, one transaction after the other.

Beside it stands the most that a durable server could reach: one that does nothing but append.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from statistics import median

from bench.connections import play
from bench.conversation import statements
from bench.documents import SET_UP
from bench.measuring import Bench
from bench.report import Row, at_least, plain
from bench.servers import REPOSITORY, create_ledger, emulator, fixed_server, running

_LEDGER = "driven"
_TRANSACTIONS = 60
_ROUNDS = 15


def measure(bench: Bench) -> Iterator[Row]:
    least = fixed_server("appending_server")
    with (
        running(emulator(bench.folder / "data")) as server,
        running(fixed_server()) as floor,
        running(least, bench.folder) as appending,
    ):
        create_ledger(server, _LEDGER)
        play(server.port, [statements(_LEDGER, *SET_UP)])
        client = subprocess.run(
            [
                *(str(bench.driver_python), str(REPOSITORY / "bench" / "driver_client.py")),
                *(_LEDGER, str(_TRANSACTIONS), str(_ROUNDS), server.endpoint, appending.endpoint, floor.endpoint),
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
    rates, appending_rates, floors = map(median, json.loads(client.stdout))
    yield at_least("pyqldb, sequential inserts, durable", rates, floors, 0.90, "tx/s")
    yield plain("pyqldb, fixed answers after one synced append", appending_rates, floors, "tx/s")
