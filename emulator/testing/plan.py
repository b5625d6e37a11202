"""What a test says of how its QLDB begins: the members of a marker, or of `qldb_options`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from secrets import token_hex
from typing import Any

from emulator.frozen import frozen
from emulator.testing.options import IN_PROCESS, refuse_unknown, settings_of

_OWN = ("ledger", "clock", "statements", "seed_file", "sample")
_SEEDED = "test"
"""The ledger of a test with a seed, in every run and under every worker: ids hang on its name."""
_numbers = itertools.count(1)


class PlanError(Exception):
    """A test cannot begin as its marker or an option says; the message is one sentence for whoever wrote that."""


@frozen
class Plan:
    """What the marker of a test says. `ledger` is the name of the test's own, None where it makes its own."""

    ledger: str | None
    clock: Any = None
    statements: Sequence[str] = ()
    seed_files: Sequence[Path] = ()
    samples: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, marked: Mapping[str, Any], folder: Path | None = None, where: str = "of the marker qldb") -> Plan:
        """A ledger that is given no name gets one; seed files are found from the folder of the test. `where` says in
        errors whose members these are.

        PlanError for what is wrong.
        """
        rest = {name: value for name, value in marked.items() if name not in _OWN}
        try:
            refuse_unknown(f"member {where}", marked, IN_PROCESS.union(_OWN))
            settings_of({name: value for name, value in marked.items() if name in IN_PROCESS})
            ledger = marked["ledger"] if "ledger" in marked else _name(marked.get("seed"))
            if not isinstance(ledger, str | None):
                raise TypeError(f"ledger: the name of a ledger is wanted, got {ledger!r}")
            files = tuple(
                (folder or Path()) / file for file in _several("seed_file", marked.get("seed_file"), str, Path)
            )
            statements = _several("statements", marked.get("statements"), str)
            samples = _several("sample", marked.get("sample"), str)
            if ledger is None and (files or statements or samples):
                raise ValueError("ledger=None is for a test without a ledger, and here is what one would begin with")
        except (TypeError, ValueError) as error:
            raise PlanError(str(error)) from None
        return cls(ledger, marked.get("clock"), statements, files, samples, rest)

    @property
    def all_settings(self) -> dict[str, Any]:
        return {**self.settings, **({} if self.clock is None else {"clock": self.clock})}


def _name(seed: object) -> str:
    """For the ledger of one test: nobody else's at the same server, where others may have the same process id."""
    return f"test-{next(_numbers)}-{token_hex(4)}" if seed is None else _SEEDED


def _several(name: str, given: Any, *kinds: type) -> tuple[Any, ...]:
    """One, several or none. ValueError for what is neither."""
    if given is None:
        return ()
    several = (given,) if isinstance(given, kinds) else given
    if not isinstance(several, list | tuple) or not all(isinstance(one, kinds) for one in several):
        raise ValueError(f"{name}: a text or a list of texts is wanted, got {given!r}")
    return tuple(several)
