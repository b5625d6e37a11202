"""`serve`, as a process: what it prints, how it starts, and how it ends."""

import os
import re
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests import patient_http
from tests.cli.conftest import END_SECONDS, Run, endpoint

pytestmark = pytest.mark.process


def test_serving_is_the_default(run: Run, tmp_path: Path) -> None:
    """Without a command it serves, in ./qldb-data, and prints where: port 0 is a free one."""
    url = endpoint(run("--port", "0"))

    assert patient_http.get(f"{url}/_qldb/health").status_code == 200
    assert patient_http.get(f"{url}/_qldb/info").json()["data_dir"] == str(tmp_path / "qldb-data")


def test_the_line_to_copy_works_in_any_shell(run: Run) -> None:
    """The command that leads clients here is found, though no environment is activated and the folder is another."""
    elsewhere = {"PATH": os.defpath, "HOME": "/"}
    process = run("--port", "0", "--in-memory", **elsewhere)
    assert process.stdout is not None
    line = next(line for line in process.stdout if line.startswith("eval "))
    url = endpoint(process)

    script = f"{line}printf %s $AWS_ENDPOINT_URL"
    assert subprocess.check_output(["bash", "-c", script], env=elsewhere, cwd="/", text=True) == url


def test_what_is_asked_for_at_once_is_answered(run: Run) -> None:
    """The first requests do not find less than later ones, though most of the server is read only then."""
    url = endpoint(run("--port", "0", "--in-memory"))
    to_sessions = {"X-Amz-Target": "QLDBSession.SendCommand", "Content-Type": "application/x-amz-json-1.0"}
    requests = [
        httpx.Request("POST", url, headers=to_sessions, json={"StartSession": {"LedgerName": "none"}}),
        httpx.Request("GET", f"{url}/_qldb/faults"),
        httpx.Request("GET", f"{url}/ledgers/none/journal-s3-exports"),
        httpx.Request("POST", f"{url}/ledgers/none/digest"),
        httpx.Request("PUT", f"{url}/nowhere"),
        httpx.Request("POST", f"{url}/ledgers", json={"Name": "a", "PermissionsMode": "STANDARD"}),
    ]

    with httpx.Client(timeout=END_SECONDS) as client, ThreadPoolExecutor(len(requests)) as threads:
        statuses = [answer.status_code for answer in threads.map(client.send, requests)]

    assert statuses == [400, 200, 404, 404, 404, 200]


def test_options_come_from_the_environment(run: Run, tmp_path: Path) -> None:
    """Every option has a variable."""
    variables = {"PORT": "0", "IN_MEMORY": "true", "REGION": "eu-west-1", "ACCOUNT_ID": "000000000000"}
    url = endpoint(run("serve", **{f"QLDB_EMULATOR_{name}": value for name, value in variables.items()}))

    info = patient_http.get(f"{url}/_qldb/info").json()

    assert (info["in_memory"], info["region"], info["account"]) == (True, "eu-west-1", "000000000000")
    assert list(tmp_path.iterdir()) == []


def test_ledgers_outlast_the_process(run: Run) -> None:
    """What was made before the end is there after the next start."""
    first = run("--port", "0")
    url = endpoint(first)
    patient_http.post(f"{url}/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})
    first.kill()
    first.wait()

    url = endpoint(run("--port", "0"))

    assert patient_http.get(f"{url}/ledgers/first").json()["State"] == "ACTIVE"
    assert patient_http.post(f"{url}/ledgers/first/digest").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it(run: Run, number: signal.Signals) -> None:
    """Also while clients keep their connections open, or never finish what they ask."""
    process = run("--port", "0", "--in-memory")
    url = endpoint(process)
    port = int(url.rpartition(":")[2])
    with httpx.Client() as idle, socket.create_connection(("127.0.0.1", port)) as stuck:
        idle.get(f"{url}/_qldb/health")
        stuck.sendall(b"POST /ledgers HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
        idle.get(f"{url}/_qldb/health")  # by now the server has the beginning of the other request

        process.send_signal(number)
        _, complaints = process.communicate(timeout=END_SECONDS)
        assert stuck.recv(12) == b"HTTP/1.1 503"

    assert process.returncode == 0
    assert "Traceback" not in complaints


def test_directory_in_use_is_said_in_a_sentence(run: Run) -> None:
    """Two processes cannot have one data directory."""
    first = run("--port", "0")
    endpoint(first)

    process = run("--port", "0")
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1
    assert complaints == (
        f"qldb-emulator: The data directory qldb-data is in use by another qldb-emulator, process {first.pid}.\n"
    )


def test_seed_and_clock_make_it_repeatable(run: Run) -> None:
    """Two servers that are started alike give the same digest for the same calls."""
    digests = set()
    for _ in range(2):
        url = endpoint(run("--port", "0", "--in-memory", "--seed", "42", "--clock", "2024-01-01T00:00:00Z,tick=1ms"))
        patient_http.post(f"{url}/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})
        digests.add(patient_http.post(f"{url}/ledgers/first/digest").json()["Digest"])

    assert len(digests) == 1


def test_unusable_directory_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    """A data directory that is a file cannot be used."""
    (tmp_path / "qldb-data").write_text("")

    process = run("--port", "0")
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1
    assert re.fullmatch(r"qldb-emulator: The data directory qldb-data cannot be written: .*\.\n", complaints)
