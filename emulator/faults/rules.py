"""Rules: at which calls something goes wrong, and what.

The first rule that a call matches and that fires is the one that counts; rules after it do not see the call. Chance is
seeded, so that a run with a fault in it can be had again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random

from emulator.faults import kinds
from emulator.faults.kinds import FAULTS, LATENCY, WITH_STATEMENTS, WITHOUT_LEDGER, Ends
from emulator.frozen import frozen

ANY = "*"
"""The command of a rule for all of them."""
COMMANDS = (ANY, *kinds.COMMANDS)
_SHOWN_CHARACTERS = 60


@frozen
class Call:
    """What a client asks for: a command of the session protocol or an operation of the control plane.

    `statements` are the one that is to run, or those of the transaction that is to be committed.
    """

    command: str
    ledger: str | None = None
    statements: tuple[str, ...] = ()


@frozen
class Rule:
    """What goes wrong (`fault`, a key of `kinds.FAULTS`), at which calls, and how often.

    `statement` is a pattern in which `*` stands for any text and case does not matter. `after` lets the command be
    done, durably, before its answer gets lost. Of the calls that match, it is the `nth` alone, the first `times` of
    them, or each by chance.
    """

    command: str
    fault: str
    ledger: str | None = None
    statement: str | None = None
    after: bool = False
    latency_ms: int = 0
    nth: int | None = None
    times: int | None = None
    probability: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """ValueError for a rule that could never fire, or that nobody could tell what it does.

        What a ledger may be called is not known here: whoever reads a rule from a client refuses other names.
        """
        for holds, wanted in self._conditions():
            if not holds:
                raise ValueError(wanted)

    def _conditions(self) -> Iterator[tuple[bool, str]]:
        """What has to be, in the order in which it is asked, and what to say where it is not."""
        yield self.command in COMMANDS, f"command: one of {', '.join(COMMANDS)} is wanted, got {_shown(self.command)}"
        yield self.fault in FAULTS, f"fault: one of {', '.join(FAULTS)} is wanted, got {_shown(self.fault)}"
        fault = FAULTS[self.fault]
        commands = (ANY, *fault.commands)
        yield self.command in commands, f"command: {self.fault} is a fault of {', '.join(commands)}, not {self.command}"
        reached = {self.command} if self.command != ANY else set(fault.commands)
        has_ledger, has_statement = reached.difference(WITHOUT_LEDGER), reached.intersection(WITH_STATEMENTS)
        yield self.ledger is None or bool(has_ledger), f"ledger: {self.command} does not name a ledger"
        yield self.statement is None or bool(has_statement), f"statement: {self.command} is not about a statement"
        is_told = fault.ends is Ends.NOTHING and fault.strikes
        yield not self.after or is_told, f"after: {self.fault} does not come after the command was done"
        yield self.latency_ms >= 0, f"latency: a duration is not negative, got {self.latency_ms}"
        yield self.fault != LATENCY or self.latency_ms > 0, "latency: how late an answer is, such as '250ms', is wanted"
        yield self.nth is None or self.nth > 0, f"nth: a number from 1 is wanted, got {self.nth}"
        yield self.times is None or self.times > 0, f"times: a number from 1 is wanted, got {self.times}"
        chance = self.probability
        yield 0 < chance <= 1, f"probability: a number above 0, up to 1, is wanted, got {chance}"


def _shown(came: str) -> str:
    """What came, at a length that leaves room for what is wanted."""
    return repr(came if len(came) <= _SHOWN_CHARACTERS else f"{came[:_SHOWN_CHARACTERS]}…")


@dataclass(slots=True)
class Standing:
    """A rule in force, and what came of it so far."""

    rule_id: int
    rule: Rule
    matched: int = 0
    fired: int = 0
    _chance: Random = field(init=False)
    _pattern: re.Pattern[str] | None = field(init=False)
    _late: list[Callable[[], None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        rule = self.rule
        self._chance = Random(rule.seed)
        self._pattern = None if rule.statement is None else _compiled(rule.statement)

    def fires(self, call: Call) -> bool:
        """Whether this call goes wrong; it is counted either way."""
        if not self._matches(call):
            return False
        self.matched += 1
        if not self._is_its_turn():
            return False
        self.fired += 1
        return True

    @contextmanager
    def holding_up(self, let_go: Callable[[], None]) -> Iterator[None]:
        """A call is late by this rule, until somebody calls `let_go`: whoever takes the rule back does."""
        self._late.append(let_go)
        try:
            yield
        finally:
            self._late.remove(let_go)

    def release(self) -> None:
        """Let go of the calls that are late by this rule."""
        for let_go in self._late:
            let_go()

    def _matches(self, call: Call) -> bool:
        rule = self.rule
        return (
            rule.command in (ANY, call.command)
            and call.command in FAULTS[rule.fault].commands
            and rule.ledger in (None, call.ledger)
            and (self._pattern is None or any(map(self._pattern.fullmatch, map(_on_one_line, call.statements))))
        )

    def _is_its_turn(self) -> bool:
        rule = self.rule
        if rule.nth is not None and self.matched != rule.nth:
            return False
        if rule.times is not None and self.fired >= rule.times:
            return False
        return rule.probability >= 1.0 or self._chance.random() < rule.probability


def _compiled(pattern: str) -> re.Pattern[str]:
    """`*` is any text; all else, brackets and question marks too, stands for itself.

    What is between two `*` is looked for once: where it comes first, all that follows has most room.
    """
    first, *between = map(re.escape, _on_one_line(pattern).split("*"))
    if not between:
        return re.compile(first, re.IGNORECASE)
    *between, last = between
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in between)}.*{last}", re.IGNORECASE)


def _on_one_line(statement: str) -> str:
    return " ".join(statement.split())


class Faults:
    """The rules in force, in the order in which they were added."""

    def __init__(self) -> None:
        self._standing: dict[int, Standing] = {}
        self._ids = count(1)

    def __bool__(self) -> bool:
        """Whether there are any: to be asked first, as there mostly are none."""
        return bool(self._standing)

    def __iter__(self) -> Iterator[Standing]:
        return iter(list(self._standing.values()))

    def add(self, rule: Rule) -> Standing:
        standing = Standing(next(self._ids), rule)
        self._standing[standing.rule_id] = standing
        return standing

    def remove(self, rule_id: int) -> bool:
        """False when there is no such rule. Calls that are late by it are so no longer."""
        standing = self._standing.pop(rule_id, None)
        if standing is None:
            return False
        standing.release()
        return True

    def clear(self) -> None:
        for rule_id in list(self._standing):
            self.remove(rule_id)

    def release(self) -> None:
        """Let go of all calls that are late, and keep the rules."""
        for standing in self._standing.values():
            standing.release()

    def draw(self, call: Call) -> Standing | None:
        """The rule by which this call goes wrong, if one does."""
        return next((standing for standing in self._standing.values() if standing.fires(call)), None)
