"""Two hundred small tests, each with its own ledger, through pyqldb: in process, and on a server of each test's own.

The floors are pyqldb alone, whose answers are always the same. They are given by a server, as pyqldb is used; what is
left when they are given in the process, too, is told beside.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from functools import partial

from bench.measuring import Bench, interleaved
from bench.report import Row, at_most, bounded, plain
from bench.servers import REPOSITORY, fixed_server, running

_PYTHON = REPOSITORY / ".venv-compat-testing" / "bin" / "python"
_ROUNDS = 3
_GOAL_MS = 10.0


def measure(bench: Bench) -> Iterator[Row]:
    with running(fixed_server()) as fixed:
        run = partial(_measured, "test_small.py", "seconds", fixed.endpoint)
        for what, kind, goal in (("in process", "in_process", 1.3), ("on a port", "on_a_port", 1.5)):
            value, floor = interleaved(partial(run, kind), partial(run, "fixed_on_a_port"), _ROUNDS)
            yield at_most(f"200 small tests, {what}", value, floor, goal, "s")
        value, floor = interleaved(partial(run, "in_process"), partial(run, "fixed"), _ROUNDS)
        yield plain("200 small tests, in process, answers too", value, floor, "s")
        around = partial(_measured, "test_empty.py", "around", fixed.endpoint)
        value, floor = (it * 1000 for it in interleaved(partial(around, "ledger"), partial(around, "nothing"), _ROUNDS))
        yield bounded("fixture with an empty ledger, in process", value, floor, _GOAL_MS, "ms")


def _measured(suite: str, what: str, fixed: str, kind: str) -> float:
    """What the plugin prints of a run of a suite."""
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "BENCH_DRIVER": kind,
        "BENCH_FIXED": fixed,
    }
    options = ("-q", "-c", os.devnull, "--rootdir=bench/suites", "-p", "no:cacheprovider", "-p", "bench.suites.timing")
    command = [str(_PYTHON), "-m", "pytest", *options, f"bench/suites/{suite}"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    printed = next(line for line in done.stdout.splitlines() if '{"seconds"' in line)
    measured: dict[str, float] = json.loads(printed[printed.index("{") :])
    return measured[what]
