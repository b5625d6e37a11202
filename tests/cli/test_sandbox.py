"""`serve --sandbox`, as a process."""

import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from tests.cli.conftest import END_SECONDS, Run, endpoint
from tests.conftest import CREDENTIALS

pytestmark = pytest.mark.process


def test_one_process_serves_all(run: Run) -> None:
    """Ledgers and other services answer at the endpoint that is printed, and the process ends well."""
    process = run("serve", "--sandbox", "--in-memory", "--port", "0")
    options = {"endpoint_url": endpoint(process), "region_name": "us-east-1", **CREDENTIALS}
    boto3.client("s3", **options).create_bucket(Bucket="journal")
    boto3.client("qldb", **options).create_ledger(Name="first", PermissionsMode="ALLOW_ALL")

    process.terminate()
    _, complaints = process.communicate(timeout=END_SECONDS)
    assert (process.returncode, complaints) == (0, "")


def test_start_does_not_wait_for_moto() -> None:
    """What the start reads has nothing of moto and Flask in it."""
    starting = (
        "import sys; from emulator.api.app import create_app; from emulator.runtime import Emulator; "
        "from emulator.sandbox.sandbox import Sandbox; from emulator.settings import Settings; "
        "settings = Settings(in_memory=True, sandbox=True); create_app(Emulator(settings), Sandbox(settings)); "
        "print([name for name in sys.modules if name.split('.')[0] in ('moto', 'flask', 'boto3', 'prometheus_client')])"
    )
    told = subprocess.run([sys.executable, "-c", starting], capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"


def test_packages_that_are_missing_are_named(run: Run, tmp_path: Path) -> None:
    """Without what the sandbox needs the server does not start, and says in a sentence what to install."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['moto'] = None\n")
    package = Path(__file__).resolve().parents[2]
    process = run("serve", "--sandbox", "--in-memory", "--port", "0", PYTHONPATH=f"{tmp_path}:{package}")
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1
    assert complaints == (
        "qldb-emulator: The sandbox needs packages that are not installed: pip install 'qldb-emulator[sandbox]'.\n"
    )
