"""Run suites of clients, each against servers of its own, and say in a line each how that went.

    python compat/run.py            all suites
    python compat/run.py go node    these

A suite whose tools are not on this machine is skipped, with the reason; with CI=true that is a failure. What a suite
prints is in compat/.logs, and shown when it fails.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from emulator_process import client_environment, free_port, running_emulator
from suites import SUITES, Suite, Tool

FOLDER = Path(__file__).resolve().parent
LOGS = Path(os.environ.get("COMPAT_LOGS", FOLDER / ".logs"))
SUITES_AT_ONCE = 2
LAST_LINES = 80
HASTY_TRANSACTIONS_MS = 3000
"""How long transactions live on the second server of a suite, the one to let some expire on."""

_INSTALLING = threading.Lock()

TRUSTING = ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""The variables that name a certificate to clients: those of the SDKs, and Node's."""

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Outcome:
    """How a suite went."""

    suite: Suite
    word: str
    reason: str

    def __str__(self) -> str:
        return f"{self.suite.name:<14} {self.word:<8} {self.reason}"


class SuiteFailed(Exception):
    """A command of the suite did not succeed; the message says which."""


def main(names: Sequence[str]) -> int:
    """Run the named suites, or all, and give the exit status."""
    known = {suite.name: suite for suite in SUITES}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no suite {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    LOGS.mkdir(exist_ok=True)
    with ThreadPoolExecutor(SUITES_AT_ONCE) as threads:
        outcomes = list(map(_told, threads.map(_outcome, [known[name] for name in names or known])))
    count = [sum(outcome.word == word for outcome in outcomes) for word in (PASSED, FAILED, SKIPPED)]
    print(f"suites: {count[0]} passed, {count[1]} failed, {count[2]} skipped")
    return 1 if count[1] else 0


def _outcome(suite: Suite) -> Outcome:
    missing = [reason for tool in suite.needs if (reason := why_missing(tool))]
    if missing:
        return Outcome(suite, FAILED if os.environ.get("CI") == "true" else SKIPPED, "; ".join(missing))
    started = time.monotonic()
    try:
        with _log(suite).open("w") as log:
            _run(suite, log)
        tests = tests_passed(suite, _log(suite).read_text())
    except (SuiteFailed, RuntimeError) as error:
        return Outcome(suite, FAILED, str(error))
    if not tests:
        return Outcome(suite, FAILED, "no test was run")
    return Outcome(suite, PASSED, f"{tests} tests in {time.monotonic() - started:.0f} s: {suite.clients}")


def _told(outcome: Outcome) -> Outcome:
    if outcome.word == FAILED and _log(outcome.suite).exists():
        print(f"--- the end of {_log(outcome.suite)}")
        print("\n".join(_log(outcome.suite).read_text().splitlines()[-LAST_LINES:]))
        print("---")
    print(outcome, flush=True)
    return outcome


def why_missing(tool: Tool) -> str | None:
    """Say why a tool does not do, or nothing if it does."""
    try:
        asked = subprocess.run(tool.asks, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return f"{tool.wanted} is needed, and there is none"
    found = re.search(r"\d+(\.\d+)+", asked.stdout + asked.stderr)
    if found is None:
        return f"{tool.wanted} is needed, and `{' '.join(tool.asks)}` tells no version"
    version = tuple(map(int, found[0].split(".")))
    return None if version >= tool.at_least else f"{tool.wanted} is needed, and here is {found[0]}"


def tests_passed(suite: Suite, output: str) -> int:
    """Count the tests that passed, from what the suite's own tool printed."""
    found = re.findall(suite.counts, output)
    return sum(map(int, found)) if re.compile(suite.counts).groups else len(found)


def _run(suite: Suite, log: IO[str]) -> None:
    with _INSTALLING:  # suites may share what they install
        for command in suite.install:
            _execute(suite, command, dict(os.environ), log)
    with nullcontext(dict(os.environ)) if suite.starts_servers else _servers() as environment:
        for command in suite.run:
            _execute(suite, command, environment, log)


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Start a suite's servers, and give the environment that leads its clients to them."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        many = ("--max-ledgers", "100")  # tests that run beside each other each have some
        short = ("--transaction-lifetime-ms", str(HASTY_TRANSACTIONS_MS))
        https = free_port()
        safe = ("--tls", "self-signed", "--tls-port", str(https))
        durable = running_emulator(own / "durable.log", "--data-dir", str(own / "data"), *many, *safe)
        hasty = running_emulator(own / "hasty.log", "--in-memory", *many, *short)
        with durable as endpoint, hasty as hasty_endpoint:
            yield {
                **client_environment(endpoint),
                "COMPAT_ENDPOINT": endpoint,
                "COMPAT_HASTY_ENDPOINT": hasty_endpoint,
                "COMPAT_HTTPS_ENDPOINT": f"https://localhost:{https}",
                **dict.fromkeys(TRUSTING, str(own / "data/tls/certificate.pem")),
            }


def _execute(suite: Suite, command: Sequence[str], environment: dict[str, str], log: IO[str]) -> None:
    log.write(f"$ {' '.join(command)}\n")
    log.flush()
    done = subprocess.run(
        command,
        cwd=FOLDER / suite.name,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise SuiteFailed(f"`{' '.join(command)}` ended with status {done.returncode}")


def _log(suite: Suite) -> Path:
    return LOGS / f"{suite.name}.log"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
