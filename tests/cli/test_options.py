"""The table of options."""

from dataclasses import fields

from emulator.cli.options import OPTIONS
from emulator.settings import Settings


def test_every_setting_has_an_option() -> None:
    """Whatever may be chosen for an emulator can be chosen on the command line, and nothing else."""
    assert set(OPTIONS) == {field.name for field in fields(Settings)}
