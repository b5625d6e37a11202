"""Settings as tests write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from emulator.clock import ClockStart
from emulator.settings import Settings

_COMMANDS = frozenset(
    {"host", "port", "tls", "tls_cert", "tls_key", "tls_port", "log_level", "seed_file", "seed_ledger", "sample"}
    | {"sandbox", "check_roles"}
)
"""What only a server that is started by the command has a use for."""
_FROM_ONE = frozenset({"max_ledgers", "transaction_lifetime_ms", "page_values", "page_bytes", "export_object_blocks"})
NAMES = frozenset(field.name for field in fields(Settings)) - _COMMANDS
"""The settings of a server of a test's own."""
IN_PROCESS = NAMES - {"in_memory", "data_dir"}
"""Those of an emulator in the process, which is in memory."""


def settings_of(given: Mapping[str, Any], known: Iterable[str] = NAMES) -> Settings:
    """Settings from keywords; a clock may be its text or a time, a seed a number.

    TypeError names what is no setting, ValueError the setting that is wrong: what came and what is wanted.
    """
    refuse_unknown("setting", given, known)
    return Settings(**{name: _read(name, value) for name, value in given.items()})


def refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """TypeError for names that are none."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise TypeError(f"no {what} is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")


def _read(name: str, came: object) -> Any:
    read, wanted = _READERS[name]
    if came is None and _DEFAULTS[name] is None:
        return None
    try:
        return read(came)
    except TypeError:
        raise ValueError(f"{name}: {wanted} is wanted, got {came!r}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _whole(least: int) -> Callable[[object], int]:
    def read(came: object) -> int:
        if not isinstance(came, int) or isinstance(came, bool) or came < least:
            raise TypeError
        return came

    return read


def _flag(came: object) -> bool:
    if not isinstance(came, bool):
        raise TypeError
    return came


def _text(came: object) -> str:
    if not isinstance(came, str) or not came:
        raise TypeError
    return came


def _seed(came: object) -> str:
    if not isinstance(came, str | int) or isinstance(came, bool):
        raise TypeError
    return str(came)


def _path(came: object) -> Path:
    return came if isinstance(came, Path) else Path(_text(came))


def _clock(came: object) -> ClockStart:
    if isinstance(came, ClockStart):
        return came
    return ClockStart.of(came.isoformat() if isinstance(came, datetime) else _text(came))


_DEFAULTS = MappingProxyType({field.name: field.default for field in fields(Settings)})


def _reader(name: str) -> tuple[Callable[[object], Any], str]:
    """How the value of a setting is read, and what is wanted; by its default, or by name where that is None."""
    by_name: dict[str, tuple[Callable[[object], Any], str]] = {
        "seed": (_seed, "a text or a whole number"),
        "clock": (_clock, "a time such as '2024-01-01T00:00:00Z,tick=1ms'"),
        "data_dir": (_path, "a path"),
        "export_dir": (_path, "a path"),
    }
    if name in by_name:
        return by_name[name]
    if isinstance(_DEFAULTS[name], bool):
        return _flag, "True or False"
    if isinstance(_DEFAULTS[name], int):
        least = 1 if name in _FROM_ONE else 0
        return _whole(least), f"a whole number from {least} on"
    return _text, "a text"


_READERS = MappingProxyType({name: _reader(name) for name in NAMES})
