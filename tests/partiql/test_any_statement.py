"""Whatever statement comes, whole or mangled, the client gets rows or an error it is told about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.errors import BadRequestException
from emulator.ion.binary import encode
from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.compiler import compile
from emulator.partiql.host import TURN
from emulator.partiql.printer import to_text
from tests.partiql import trees
from tests.partiql.little_host import LittleHost
from tests.partiql.statement_cases import STATEMENTS
from tests.partiql.trees import statements

ENVELOPE = re.compile(r"(Lexer|Parser|Semantic|Evaluator) Error: at line \S+, column \S+: .", re.DOTALL)
OTHERS = re.compile("Table with name|No dropped table|No index has the id|Redaction|The .*revision")
"""What the host says of its tables, which is no matter of the language."""

SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answer(text: str) -> None:
    """Run a statement on a host that has two tables; fails unless it ends as statements may."""
    host = LittleHost()
    for statement in ("CREATE TABLE t", "CREATE INDEX ON t (a)", "CREATE TABLE a", "INSERT INTO t {'a': 1, 'b': [2]}"):
        host.execute(statement)
    host.commit()
    try:
        plan = compile(text, host.catalog)
        rows = [row for row in plan.run(host, [Struct([("a", 1)])] * plan.parameter_count) if row is not TURN]
    except BadRequestException as refused:
        assert ENVELOPE.match(refused.message) or OTHERS.match(refused.message), refused.message
        return
    for row in rows:
        encode(row)


@SETTINGS
@given(statements)
def test_any_statement_is_answered(tree: ast.Statement) -> None:
    """A statement of any form runs, or is refused."""
    answer(to_text(tree))


TOKEN = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\w+|<<|>>|\S")


@SETTINGS
@given(st.one_of(statements.map(to_text), st.sampled_from(sorted(STATEMENTS))), st.data())
def test_any_mangled_statement_is_answered(text: str, data: st.DataObject) -> None:
    """A statement with words taken away, doubled, or put elsewhere runs, or is refused."""
    tokens = TOKEN.findall(text)
    for _ in range(data.draw(st.integers(1, 3))):
        taken = data.draw(st.integers(0, len(tokens) - 1)) if tokens else None
        if taken is not None:
            token = tokens[taken]
            if data.draw(st.booleans()):
                del tokens[taken]
            if data.draw(st.booleans()):
                tokens.insert(data.draw(st.integers(0, len(tokens))), token)

    answer(" ".join(tokens))


def test_trees_have_every_kind_of_node() -> None:
    """The statements that are made up have every node that a tree can have."""
    source = Path(trees.__file__).read_text()
    kinds = {*get_args(ast.Statement), *get_args(ast.Expression), *get_args(ast.Step)}

    assert [kind.__name__ for kind in kinds if f"ast.{kind.__name__}" not in source] == []
