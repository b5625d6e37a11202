"""Settings as tests write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from emulator.clock import ClockStart
from emulator.settings import Settings

_NOT_HERE = frozenset({"host", "port", "sandbox", "log_level", "seed_file", "seed_ledger", "sample"})
"""What only a server that is started by the command has a use for."""
_NAMES = frozenset(field.name for field in fields(Settings)) - _NOT_HERE


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Settings from keywords; a clock may be its text, a seed a number. TypeError names what is no setting."""
    unknown = sorted(given.keys() - _NAMES)
    if unknown:
        raise TypeError(f"no setting is called {', '.join(unknown)}; there are {', '.join(sorted(_NAMES))}")
    options = dict(given)
    if isinstance(options.get("clock"), str):
        options["clock"] = ClockStart.of(options["clock"])
    if isinstance(options.get("seed"), int):
        options["seed"] = str(options["seed"])
    return Settings(**options)
