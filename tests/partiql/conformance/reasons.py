"""Why a conformance test does not hold here: each that fails has one reason, the first of `reasons.ion` that fits it.

Of a reason's `kind`, out of scope means that the dialect has no such thing, and different that it has, but is another.
`failing` assertions fail for it, and `which` they are is told by a hash, so that none can begin to hold, or to fail,
unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from emulator.ion.codec import read_all
from emulator.ion.text import write_text
from emulator.ion.values import Struct
from emulator.partiql.values import MISSING
from tests.partiql.conformance.outcomes import NOTHING, converted, outcome
from tests.partiql.conformance.suite import Assertion

KINDS = ("out_of_scope", "different")
FIELDS = ("place", "statement", "modes", "wanted", "given")


@dataclass(frozen=True, slots=True)
class Reason:
    """`fits` has regular expressions, by the names in `FIELDS`, that are all found in what is known of a failure."""

    kind: str
    why: str
    fits: Mapping[str, re.Pattern[str]]
    failing: int
    which: str

    def explains(self, failure: Mapping[str, str]) -> bool:
        return all(pattern.search(failure[name]) for name, pattern in self.fits.items())


@dataclass(slots=True)
class Tally:
    """What became of the suite: how much holds, what fails for which reason, and what for none."""

    held: int = 0
    failures: dict[str, list[str]] = field(default_factory=dict)
    unexplained: list[dict[str, str]] = field(default_factory=list)

    def which(self, why: str) -> str:
        """What tells the assertions that fail for this reason from all others."""
        return sha256("\n".join(sorted(self.failures.get(why, []))).encode()).hexdigest()[:16]


def read_reasons() -> tuple[int, list[Reason]]:
    """How much of the suite holds, and the reasons for the rest, in their order."""
    head, *reasons = read_all(Path(__file__).with_name("reasons.ion").read_text())
    return _part(head, "held"), [_reason(each) for each in reasons]


def _part(struct: Any, name: str) -> Any:
    assert isinstance(struct, Struct)
    return struct[name]


def _reason(written: Any) -> Reason:
    fits = {name: re.compile(str(written[name]), re.I | re.S) for name in FIELDS if written.get(name, None)}
    return Reason(str(written["kind"]), written["why"], fits, written["failing"], written["which"])


def tally(assertions: Iterable[Assertion], reasons: Iterable[Reason]) -> Tally:
    """Check everything that the suite asserts."""
    found, reasons = Tally(), list(reasons)
    for assertion in assertions:
        holds, given = outcome(assertion)
        if holds:
            found.held += 1
            continue
        failure = _failure(assertion, given)
        reason = next((each for each in reasons if each.explains(failure)), None)
        if reason is None:
            found.unexplained.append(failure)
        else:
            found.failures.setdefault(reason.why, []).append(assertion.identity)
    return found


def _failure(assertion: Assertion, given: str) -> dict[str, str]:
    wanted = assertion.result
    if wanted == "EvaluationSuccess":
        wanted = NOTHING if converted(assertion.output) is MISSING else write_text(assertion.output)
    modes = " ".join(assertion.modes)
    return dict(zip(FIELDS, (assertion.place, assertion.statement, modes, wanted, given), strict=True))
