"""The source `history(table [, start [, end]])`."""

from __future__ import annotations

from collections.abc import Callable

from emulator.ion.timestamps import instant, to_text
from emulator.ion.values import Timestamp
from emulator.partiql import ast
from emulator.partiql.host import Collection, Host, Table
from emulator.partiql.messages import evaluation_error, semantic_error
from emulator.partiql.plan.builder import HOST, Builder, Environment, Evaluate
from emulator.partiql.plan.scope import unknown
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare

Open = Callable[[Environment], Collection]


def history(builder: Builder, node: ast.Call) -> tuple[Table, Open]:
    """The table, and what opens its history within the bounds, which are both inclusive.

    Running it raises BadRequestException where a bound is no timestamp, the start is after the end, or the end is in
    the future.
    """
    if not 1 <= len(node.arguments) <= 3:
        raise semantic_error("history_arguments", node.position)
    table = _table(builder, node.arguments[0], node.position)
    bounds = [_bound(builder.expression(argument), node.position) for argument in node.arguments[1:]]

    def open_history(environment: Environment) -> Collection:
        start, end = [*(bound(environment) for bound in bounds), None, None][:2]
        host: Host = environment[HOST]
        _check(start, end or host.now(), host.now(), node.position)
        return host.history(table, start, end)

    return table, open_history


def _table(builder: Builder, node: ast.Expression, position: ast.Position) -> Table:
    """An active table by its name, or any table by its id, which is written as a string."""
    if isinstance(node, ast.Identifier) and not node.lexical:
        table = builder.catalog.active_table(node.name)
        if table is None:
            raise unknown(node)
        return table
    if not isinstance(node, ast.Literal) or not isinstance(node.value, str):
        raise semantic_error("history_arguments", position)
    table = builder.catalog.table_with_id(str(node.value))
    if table is None:
        raise semantic_error("unknown_table_id", node.position, name=node.value)
    return table


def _bound(evaluate: Evaluate, position: ast.Position) -> Callable[[Environment], Timestamp]:
    def bound(environment: Environment) -> Timestamp:
        value = bare(evaluate(environment))
        if not isinstance(value, Timestamp):
            raise evaluation_error("history_type", position, came=display(value))
        return value

    return bound


def _check(start: Timestamp | None, end: Timestamp, now: Timestamp, position: ast.Position) -> None:
    if instant(end) > instant(now):
        raise evaluation_error("history_future", position, end=to_text(end), now=to_text(now))
    if start is not None and instant(start) > instant(end):
        raise evaluation_error("history_order", position, start=to_text(start), end=to_text(end))
