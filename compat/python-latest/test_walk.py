"""The newest botocore with the kit's descriptions does what the last botocore with AWS's own did."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from emulator_process import CLIENT_ENVIRONMENT, REPOSITORY

LAST_WITH_QLDB = (1, 40, 60)
EARLIER_PYTHON = os.environ.get("COMPAT_EARLIER_PYTHON", str(REPOSITORY / ".venv-compat/bin/python"))
WALKER = Path(__file__).with_name("walker.py")


def walked(python: str, *arguments: str) -> Any:
    """Run the walker with a Python, and give its transcript."""
    environment = {**os.environ, **CLIENT_ENVIRONMENT}
    if python != sys.executable:
        environment.pop("AWS_DATA_PATH", None)
    done = subprocess.run(
        [python, str(WALKER), *arguments], capture_output=True, text=True, timeout=120, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_two_are_what_they_are_said_to_be() -> None:
    """This botocore is newer than the last with QLDB, and that one is the last."""
    assert version(EARLIER_PYTHON) == LAST_WITH_QLDB
    assert version(sys.executable) > LAST_WITH_QLDB


@pytest.mark.usefixtures("endpoint")
def test_walk_through_the_server_is_alike(tmp_path: Path) -> None:
    """Every operation sends the same request, and the server's answer is parsed into the same."""
    tape = str(tmp_path / "tape.json")

    recorded, replayed = walked(sys.executable, "record", tape), walked(EARLIER_PYTHON, "replay", tape)

    assert recorded == replayed
    assert {step["operation"] for step in recorded} == set(operations())
    assert commands() <= {name for step in recorded for name in step["answer"]}


def test_all_members_are_alike() -> None:
    """With every member of every request, answer and error filled in, the same is sent and the same is parsed."""
    ours, theirs = walked(sys.executable, "shapes"), walked(EARLIER_PYTHON, "shapes")

    assert ours == theirs
    assert {step["operation"] for step in ours} == set(operations())


def test_endpoints_are_alike() -> None:
    """In every Region that both know: plain, FIPS and dual-stack, with an endpoint of one's own, and with no Region."""
    ours, theirs = walked(sys.executable, "endpoints"), walked(EARLIER_PYTHON, "endpoints")
    common = ours.keys() & theirs.keys()

    assert {case: ours[case] for case in common} == {case: theirs[case] for case in common}
    assert {"https://session.qldb-fips.us-east-1.amazonaws.com", "http://127.0.0.1:8000", "none"} <= set(ours.values())
    assert len(common) > 400


def test_descriptions_are_alike_but_for_their_words() -> None:
    """Operations, shapes, members in their order, bounds and errors."""
    ours, theirs = walked(sys.executable, "description"), walked(EARLIER_PYTHON, "description")

    assert ours == theirs
    assert [list(shape) for shape in members(ours)] == [list(shape) for shape in members(theirs)]


def members(description: Any) -> list[dict[str, Any]]:
    """Give the members of every structure, by the names of services and shapes."""
    shapes = (shape for _, service in sorted(description.items()) for _, shape in sorted(service["shapes"].items()))
    return [shape["members"] for shape in shapes if "members" in shape]


def version(python: str) -> tuple[int, ...]:
    """Give the version of the botocore that a Python has."""
    command = [python, "-c", "import botocore; print(botocore.__version__)"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(map(int, printed.split(".")))


def commands() -> set[str]:
    """Give the names of the commands of a session."""
    shapes = walked(sys.executable, "description")["qldb-session"]["shapes"]
    return set(shapes["SendCommandResult"]["members"])


def operations() -> list[str]:
    """Give the names of all operations of both services."""
    return [name for service in walked(sys.executable, "description").values() for name in service["operations"]]
