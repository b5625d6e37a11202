"""What a plan is built with. Each node of the tree becomes a closure, once; to run a plan is to call closures.

The closures share an environment, a list. First stand the host and the effort; then come the slots of what the
statement's sources bind (a record's value, its id, an ordinal) and of finished aggregates; the parameters stand at the
end, the last one first, so that parameter i is `environment[-1 - i]` however many slots a statement turns out to need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from emulator.partiql.ast import Expression, Select
from emulator.partiql.host import Catalog
from emulator.partiql.plan.scope import Scope

Environment = list[Any]
Evaluate = Callable[[Environment], Any]
Loop = Callable[[Environment], Iterator[Any]]
"""Goes through rows or bindings; what it yields between them as TURN is passed on."""

HOST, EFFORT = range(2)

N = TypeVar("N")
R = TypeVar("R")


class Measured(NamedTuple):
    """An expression with the slots it reads, whether its evaluation may raise, and the queries in it."""

    evaluate: Evaluate
    slots: set[int]
    may_fail: bool
    queries: tuple[int, ...]


class Builder:
    """The state of one compilation."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.slot_count = EFFORT + 1
        self.parameter_count = 0
        self.scope = Scope()
        self.slots_read: set[int] = set()
        self.may_fail = False
        self.path_count = 0
        self.queries: list[int] = []
        """Slots of queries inside of the expressions compiled so far, which must be made ready, see `nested`."""
        self.steps: list[str] = []
        """What the statement does, one source or change after the other, in words for people."""

    def new_slot(self) -> int:
        self.slot_count += 1
        return self.slot_count - 1

    def parameter(self, index: int) -> int:
        """The place of a parameter in the environment."""
        self.parameter_count = max(self.parameter_count, index + 1)
        return -1 - index

    def expression(self, node: Expression) -> Evaluate:
        return _EXPRESSIONS[type(node)](self, node)

    def rows(self, node: Select) -> Loop:
        """What yields the rows of a query."""
        return _QUERIES[type(node)](self, node)

    def with_queries(self, compile: Callable[[], R]) -> tuple[R, tuple[int, ...]]:
        """What is compiled, and the slots of the queries in it, which whoever evaluates it has to make ready."""
        before, self.queries = self.queries, []
        made = compile()
        queries, self.queries = tuple(self.queries), before
        return made, queries

    def measured(self, node: Expression) -> Measured:
        """The expression, and what can be said about it without running it."""
        before = self.slots_read, self.may_fail, self.queries
        self.slots_read, self.may_fail, self.queries = set(), False, []
        evaluate = self.expression(node)
        measured = Measured(evaluate, self.slots_read, self.may_fail, tuple(self.queries))
        self.slots_read, self.may_fail, self.queries = (
            before[0] | measured.slots,
            before[1] or measured.may_fail,
            before[2],
        )
        return measured


_QUERIES: dict[type, Callable[[Builder, Select], Loop]] = {}
_EXPRESSIONS: dict[type, Callable[[Builder, Any], Evaluate]] = {}


def expression(kind: type[N]) -> Callable[[Callable[[Builder, N], Evaluate]], Callable[[Builder, N], Evaluate]]:
    """Marks the function that compiles expressions of one kind of node."""

    def register(compile_node: Callable[[Builder, N], Evaluate]) -> Callable[[Builder, N], Evaluate]:
        _EXPRESSIONS[kind] = compile_node
        return compile_node

    return register


def query_compiler(compile_query: Callable[[Builder, Select], Loop]) -> Callable[[Builder, Select], Loop]:
    """Marks the function that compiles queries."""
    _QUERIES[Select] = compile_query
    return compile_query
