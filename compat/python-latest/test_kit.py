"""The kit as a user has it: from a shell to a first answer of a client that had no QLDB."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from emulator_process import SERVER_COMMAND

ASK = "import boto3; print(boto3.client('qldb').list_ledgers()['ResponseMetadata']['HTTPStatusCode'])"
PYTHON_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
PRIVATE = ("AWS_", "PYTHONPATH")


def shell(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a bash that knows of nothing: no variables of AWS, and a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    return subprocess.run(
        ["bash", "-c", script],
        env={**environment, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_the_kit_there_is_no_such_service(tmp_path: Path) -> None:
    """The newest boto3 alone does not know QLDB: what the tests after this show is the kit's doing."""
    assert "UnknownServiceError" in shell(f'"{sys.executable}" -c "{ASK}"', tmp_path).stderr


def test_env_is_all_a_shell_needs(endpoint: str, tmp_path: Path) -> None:
    """After `eval "$(qldb-emulator env)"` a client answers; after `qldb_emulator_off` boto3 is what it was."""
    ask = f'"{sys.executable}" -c "{ASK}"'
    done = shell(f'eval "$("{SERVER_COMMAND}" env --endpoint {endpoint})"; {ask}; qldb_emulator_off; {ask}', tmp_path)

    assert done.stdout == "200\n"
    assert "UnknownServiceError" in done.stderr


def test_installed_descriptions_need_no_variable(endpoint: str, tmp_path: Path) -> None:
    """`models install` puts them where boto3 looks by itself, and `models uninstall` takes them away."""
    where = f"AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=a AWS_DEFAULT_REGION=us-east-1"
    ask = f'{where} "{sys.executable}" -c "{ASK}"'
    done = shell(f'"{SERVER_COMMAND}" models install; {ask}; "{SERVER_COMMAND}" models uninstall; {ask}', tmp_path)

    assert done.stdout.splitlines()[1] == "200"
    assert "UnknownServiceError" in done.stderr
    assert list((tmp_path / ".aws/models").iterdir()) == []


def test_doctor_prints_what_brings_qldb_back(endpoint: str, tmp_path: Path) -> None:
    """In a shell that knows nothing, the doctor finds that this boto3 has no QLDB; after its commands, nothing."""
    examine = f'"{SERVER_COMMAND}" doctor --python "{sys.executable}" --endpoint {endpoint}'
    before = shell(examine, tmp_path)
    commands = [line.strip() for line in before.stdout.splitlines() if line.startswith(" " * 23 + "eval")]

    after = shell("\n".join([*commands, examine]), tmp_path)

    assert before.returncode == 1
    assert "raises UnknownServiceError" in before.stdout
    assert (after.returncode, after.stdout.splitlines()[-1]) == (0, "No problem was found.")


def test_doctor_knows_a_boto3_that_is_pinned_alone(tmp_path: Path) -> None:
    """boto3 1.40.60 beside the newest botocore is told to be pinned with it."""
    metadata = tmp_path / "boto3-1.40.60.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: boto3\nVersion: 1.40.60\n")

    done = shell(f'PYTHONPATH="{tmp_path}" "{SERVER_COMMAND}" doctor --python "{sys.executable}"', tmp_path)

    assert "-m pip install boto3==1.40.60 botocore==1.40.60" in done.stdout


@pytest.mark.usefixtures("endpoint")
def test_page_about_the_newest_python_runs() -> None:
    """The waiters and the paginator of the page do what it says."""
    source = "\n".join(PYTHON_BLOCK.findall(Path(__file__).with_name("README.md").read_text()))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr) == ("['waited']\n", "")
