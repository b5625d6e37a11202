"""Interleaved transactions against a serial model.

Up to four transactions run at once. Each remembers what it did and what it saw. When one commits, the model does the
same, alone, on the state left by the commits before it: it must see the same. And a transaction that nobody committed
beside must not be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from emulator.clock import ManualClock
from emulator.errors import OccConflictException
from emulator.ids import RandomIds
from emulator.ledger.ledger import Ledger
from emulator.ledger.transaction import Transaction
from tests.ledger.driving import create_table, rows, run, struct, table

Documents = dict[str, tuple[Any, Any]]
"""The model: the indexed field `a` and the other field `b` of each document."""

_small = st.integers(0, 3)
_slots = st.integers(0, 3)


@dataclass(eq=False)
class Running:
    transaction: Transaction
    commits_before: int
    did: list[tuple[str, tuple[Any, ...], Any]] = field(default_factory=list)


def _act(documents: Documents, action: str, arguments: tuple[Any, ...], saw: Any) -> Any:
    """What the action does to the model, and what it sees there."""
    if action == "insert":
        documents[saw] = arguments
        return saw
    if action == "scan":
        return dict(documents)
    if action == "find":
        return {id_: values for id_, values in documents.items() if values[0] == arguments[0]}
    if action == "get":
        return {id_: values for id_, values in documents.items() if id_ == arguments[0]}
    found = {id_ for id_, values in documents.items() if values[0] == arguments[0]}
    for id_ in found:
        if action == "delete":
            del documents[id_]
        else:
            documents[id_] = arguments[1:]
    return found


class Interleaving(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.clock = ManualClock(tick_ms=1)
        self.ledger = Ledger.open(None, self.clock, RandomIds())
        create_table(self.ledger, "T", "a")
        self.model: Documents = {}
        self.commits = 0
        self.running: dict[int, Running] = {}

    def _it(self, slot: int) -> Running:
        """The transaction in a slot, begun at its first use."""
        if slot not in self.running:
            self.running[slot] = Running(run(self.ledger.begin()), self.commits)
        return self.running[slot]

    @rule(slot=_slots, a=_small, b=_small)
    def insert(self, slot: int, a: int, b: int) -> None:
        it = self._it(slot)
        it.did.append(("insert", (a, b), it.transaction.insert(table(self.ledger, "T"), struct(a=a, b=b))))

    @rule(slot=_slots)
    def scan(self, slot: int) -> None:
        it = self._it(slot)
        it.did.append(("scan", (), self._saw(it.transaction.user_view(table(self.ledger, "T")).scan())))

    @rule(slot=_slots, a=_small)
    def find(self, slot: int, a: int) -> None:
        it = self._it(slot)
        it.did.append(("find", (a,), self._saw(it.transaction.user_view(table(self.ledger, "T")).find("a", a))))

    @rule(slot=_slots, data=st.data())
    def get(self, slot: int, data: st.DataObject) -> None:
        it = self._it(slot)
        if self.model:
            id_ = data.draw(st.sampled_from(sorted(self.model)))
            it.did.append(("get", (id_,), self._saw(it.transaction.user_view(table(self.ledger, "T")).get(id_))))

    @rule(slot=_slots, a=_small, new_a=_small, b=_small)
    def update(self, slot: int, a: int, new_a: int, b: int) -> None:
        it = self._it(slot)
        target = table(self.ledger, "T")
        found = self._saw(it.transaction.user_view(target).find("a", a))
        for id_ in found:
            it.transaction.replace(target, id_, struct(a=new_a, b=b))
        it.did.append(("update", (a, new_a, b), set(found)))

    @rule(slot=_slots, a=_small)
    def delete(self, slot: int, a: int) -> None:
        it = self._it(slot)
        target = table(self.ledger, "T")
        found = self._saw(it.transaction.user_view(target).find("a", a))
        for id_ in found:
            it.transaction.delete(target, id_)
        it.did.append(("delete", (a,), set(found)))

    @rule(slot=_slots)
    def abort(self, slot: int) -> None:
        self._it(slot).transaction.abort()
        del self.running[slot]

    @rule(slot=_slots)
    def commit(self, slot: int) -> None:
        it = self._it(slot)
        del self.running[slot]
        self._settle(it, lambda: self.ledger.commit(it.transaction))

    @rule()
    def commit_all_together(self) -> None:
        commits = [(it, self.ledger.submit(it.transaction)) for it in self.running.values()]
        self.running.clear()
        self.ledger.write()
        for it, commit in commits:
            self._settle(it, commit.result)

    def _settle(self, it: Running, result: Callable[[], object]) -> None:
        try:
            result()
        except OccConflictException:
            assert self.commits > it.commits_before, "refused although nobody committed beside it"
            return
        alone = dict(self.model)
        for action, arguments, saw in it.did:
            assert _act(alone, action, arguments, saw) == saw
        self.model = alone
        self.commits += 1

    @staticmethod
    def _saw(records: Any) -> Documents:
        return {it.document_id: (it.value["a"], it.value["b"]) for it in rows(records)}

    @invariant()
    def the_ledger_is_the_model(self) -> None:
        if hasattr(self, "ledger"):
            view = self.ledger.begin()
            assert self._saw(view.user_view(table(self.ledger, "T")).scan()) == self.model
            view.abort()


Interleaving.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestInterleaving = Interleaving.TestCase
