"""The clock and the faults of an emulator, for a test to play with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from emulator.client.transport import Transport, ask
from emulator.clock import SystemClock
from emulator.faults.kinds import WITHOUT_LEDGER
from emulator.times import duration_ms

_CLOCK, _FAULTS = "/_qldb/clock", "/_qldb/faults"
_NEAR_MS = 1_000
"""A clock that is no further from that of the machine runs as the machine's."""


class Clock:
    """Times are datetimes or ISO 8601 text, durations timedeltas, milliseconds or text such as "30s"."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._is_changed = False

    def now(self) -> datetime:
        """The emulator's time, in UTC."""
        return datetime.fromisoformat(self.told()["now"])

    def told(self) -> dict[str, Any]:
        """How the clock stands: `now`, `nowMs`, `frozen`, `tickMs`."""
        told: dict[str, Any] = ask(self._transport, "GET", _CLOCK)
        return told

    def now_ms(self) -> int:
        """The same in milliseconds since 1970."""
        return int(ask(self._transport, "GET", _CLOCK)["nowMs"])

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stand still, at that time or at the one that is."""
        self._change(**({} if at is None else {"now": _time(at)}), frozen=True)

    def run(self) -> None:
        """Go on from where it stands."""
        self._change(frozen=False)

    def set(self, to: datetime | str) -> None:
        self._change(now=_time(to))

    def advance(self, by: timedelta | float | str) -> None:
        self._change(advance=_duration(by))

    def tick(self, by: timedelta | float | str) -> None:
        """Stand still, but move by so much with every request."""
        self._change(frozen=True, tick=_duration(by))

    def reset(self) -> None:
        """Be the machine's clock."""
        self._change(reset=True)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Where it is changed inside, it stands or goes on afterwards as if it had not been."""
        told, began, machine_ms = self.told(), monotonic(), SystemClock().now_ms()
        try:
            yield
        finally:
            if not self._is_changed:
                pass
            elif not told["frozen"] and abs(told["nowMs"] - machine_ms) < _NEAR_MS:
                self.reset()
            else:
                passed_ms = 0 if told["frozen"] else round((monotonic() - began) * 1000)
                self._change(now=told["nowMs"] + passed_ms, frozen=told["frozen"], tick=told["tickMs"])
            self._is_changed = False

    def _change(self, **members: object) -> None:
        self._is_changed = True
        ask(self._transport, "PUT", _CLOCK, members)


def _time(at: datetime | str) -> str:
    return at.isoformat() if isinstance(at, datetime) else at


def _duration(by: timedelta | float | str) -> int:
    return round(by / timedelta(milliseconds=1)) if isinstance(by, timedelta) else duration_ms(by)


class FaultRule:
    """A rule in force."""

    def __init__(self, rules: FaultRules, rule_id: int) -> None:
        self._rules = rules
        self.rule_id = rule_id

    @property
    def matched(self) -> int:
        """How many calls it was about."""
        return int(self._told()["matched"])

    @property
    def fired(self) -> int:
        """How many calls went wrong by it."""
        return int(self._told()["fired"])

    def remove(self) -> None:
        """Take it back."""
        self._rules.remove(self.rule_id)

    def _told(self) -> dict[str, Any]:
        for rule in self._rules.told():
            if rule["id"] == self.rule_id:
                return rule
        raise LookupError(f"the fault rule {self.rule_id} was taken back")


class FaultRules:
    """`command`, `fault` and the members of a rule are those of the page on faults. Rules are about `ledger`, that of
    the test, where it has one and no other is named; those for operations without a ledger are about all."""

    def __init__(self, transport: Transport, ledger: str | None) -> None:
        self._transport = transport
        self.ledger = ledger
        self._added: list[int] = []

    def always(self, command: str, fault: str, **members: Any) -> FaultRule:
        """At every call."""
        return self._add(command=command, fault=fault, **members)

    def once(self, command: str, fault: str, **members: Any) -> FaultRule:
        """At the next call."""
        return self._add(command=command, fault=fault, times=1, **members)

    def nth(self, number: int, command: str, fault: str, **members: Any) -> FaultRule:
        """At that call alone, counted from 1."""
        return self._add(command=command, fault=fault, nth=number, **members)

    def probability(self, chance: float, command: str, fault: str, seed: int = 0, **members: Any) -> FaultRule:
        """At each call by chance, the same ones for the same seed."""
        return self._add(command=command, fault=fault, probability=chance, seed=seed, **members)

    def told(self) -> list[dict[str, Any]]:
        """The rules in force, with how often each matched and fired."""
        rules: list[dict[str, Any]] = ask(self._transport, "GET", _FAULTS)["faults"]
        return rules

    def remove(self, rule_id: int) -> None:
        ask(self._transport, "DELETE", f"{_FAULTS}/{rule_id}")

    def take_back(self) -> None:
        """Take back the rules that were added here, as far as they are still in force."""
        if not self._added:
            return
        in_force = {rule["id"] for rule in self.told()}
        for rule_id in in_force.intersection(self._added):
            self.remove(rule_id)
        self._added.clear()

    def clear(self) -> None:
        """Take back all rules, whoever added them."""
        ask(self._transport, "DELETE", _FAULTS)

    def _add(self, **members: Any) -> FaultRule:
        if self.ledger is not None and members["command"] not in WITHOUT_LEDGER:
            members.setdefault("ledger", self.ledger)
        wanted = {name: value for name, value in members.items() if value is not None}
        if isinstance(wanted.get("latency"), timedelta):
            wanted["latency"] = _duration(wanted["latency"])
        rule_id = ask(self._transport, "POST", _FAULTS, wanted)["id"]
        self._added.append(rule_id)
        return FaultRule(self, rule_id)
