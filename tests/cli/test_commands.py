"""What stands before every command: its name, its help, and mistakes in either."""

import pytest

from emulator import __version__
from emulator.cli import COMMANDS
from tests.cli.conftest import END_SECONDS, Run

pytestmark = pytest.mark.process


def test_version_is_printed(run: Run) -> None:
    """`version`, and `--version` as everybody tries first."""
    for argument in ("version", "--version"):
        assert run(argument).communicate()[0].strip() == __version__


def test_help_lists_every_command(run: Run) -> None:
    """`--help` names all there is, although a command alone is imported when it is asked for."""
    words = run("--help").communicate()[0].split()

    assert set(COMMANDS) <= set(words)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_of_its_own(run: Run, name: str) -> None:
    """Each command explains itself, and its usage line is what one types."""
    process = run(name, "--help")

    assert process.communicate()[0].startswith(f"Usage: qldb-emulator {name} ")
    assert process.returncode == 0


def test_unknown_command_is_a_usage_error(run: Run) -> None:
    """A command that is none is called that, with the one that was perhaps meant."""
    process = run("serv")
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 2
    assert "No such command 'serv'. Did you mean 'serve'?" in complaints
