"""What stands before every command: its name, its help, and mistakes in either."""

import pytest

from emulator import __version__
from emulator.cli import COMMANDS
from tests.cli.conftest import Command, Run


@pytest.mark.parametrize("argument", ["version", "--version"])
def test_version_is_printed(command: Command, argument: str) -> None:
    """`version`, and `--version` as everybody tries first."""
    assert command(argument) == (0, f"{__version__}\n", "")


@pytest.mark.process
def test_module_is_the_command(run: Run) -> None:
    """`python -m emulator` is what `qldb-emulator` is."""
    assert run("version").communicate()[0].strip() == __version__


def test_help_lists_every_command(command: Command) -> None:
    """`--help` names all there is, although a command alone is imported when it is asked for."""
    assert set(COMMANDS) <= set(command("--help")[1].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_of_its_own(command: Command, name: str) -> None:
    """Each command explains itself, and its usage line is what one types."""
    status, said, _ = command(name, "--help")

    assert status == 0
    assert said.startswith(f"Usage: qldb-emulator {name} ")


def test_unknown_command_is_a_usage_error(command: Command) -> None:
    """A command that is none is called that, with the one that was perhaps meant."""
    status, _, complaints = command("serv")

    assert status == 2
    assert "No such command 'serv'. Did you mean 'serve'?" in complaints
