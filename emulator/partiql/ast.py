"""The tree of a statement. Every node that an error can point at carries its `position` in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

from emulator.ion.values import Value

N = TypeVar("N")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(kind: type[N]) -> type[N]:
    """A dataclass whose values nobody changes.

    The type checker sees to that: to see to it at run time as well would cost the parser a quarter of its time.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)


@node
class Position:
    """Where in the statement, both counted from 1."""

    line: int
    column: int


NOWHERE = Position(0, 0)


# Expressions


@node
class Literal:
    """A value written down: `'text'`, `5`, `5.0`, `true`, `null`, or Ion in backticks."""

    value: Value
    position: Position = field(default=NOWHERE, compare=False)


@node
class Missing:
    position: Position = field(default=NOWHERE, compare=False)


@node
class Parameter:
    """A `?`; `index` counts them from 0."""

    index: int
    position: Position = field(default=NOWHERE, compare=False)


@node
class Identifier:
    """A name. `lexical` where written `@name`: an alias, even when a table has that name."""

    name: str
    quoted: bool = False
    lexical: bool = False
    position: Position = field(default=NOWHERE, compare=False)


@node
class Field:
    """The step `.name`."""

    name: str
    quoted: bool = False


@node
class Subscript:
    """The step `[expression]`: an index or a field's name."""

    expression: Expression


@node
class EachField:
    """The step `.*`."""


@node
class EachElement:
    """The step `[*]`."""


Step = Field | Subscript | EachField | EachElement


@node
class Path:
    root: Expression
    steps: tuple[Step, ...]
    position: Position = field(default=NOWHERE, compare=False)


@node
class StructConstructor:
    """`{key: value, …}`; keys are expressions that must give text."""

    fields: tuple[tuple[Expression, Expression], ...]
    position: Position = field(default=NOWHERE, compare=False)


@node
class ListConstructor:
    """`[…]`, or the parenthesised list after IN."""

    items: tuple[Expression, ...]
    position: Position = field(default=NOWHERE, compare=False)


@node
class BagConstructor:
    """`<< … >>`."""

    items: tuple[Expression, ...]
    position: Position = field(default=NOWHERE, compare=False)


@node
class Unary:
    """`operator` is `-`, `+` or `NOT`."""

    operator: str
    operand: Expression
    position: Position = field(default=NOWHERE, compare=False)


@node
class Binary:
    """`operator` is one of `+ - * / % || = <> < <= > >= AND OR`."""

    operator: str
    left: Expression
    right: Expression
    position: Position = field(default=NOWHERE, compare=False)


@node
class In:
    operand: Expression
    collection: Expression
    negated: bool = False
    position: Position = field(default=NOWHERE, compare=False)


@node
class Between:
    operand: Expression
    low: Expression
    high: Expression
    negated: bool = False
    position: Position = field(default=NOWHERE, compare=False)


@node
class Like:
    operand: Expression
    pattern: Expression
    escape: Expression | None = None
    negated: bool = False
    position: Position = field(default=NOWHERE, compare=False)


@node
class TypeName:
    """A type in IS or CAST, in lower case, with its numbers: `decimal(5,2)`."""

    name: str
    arguments: tuple[int, ...] = ()


@node
class Is:
    operand: Expression
    type_name: TypeName
    negated: bool = False
    position: Position = field(default=NOWHERE, compare=False)


@node
class Cast:
    operand: Expression
    type_name: TypeName
    position: Position = field(default=NOWHERE, compare=False)


@node
class Case:
    """`CASE [operand] WHEN … THEN … [ELSE …] END`."""

    operand: Expression | None
    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None
    position: Position = field(default=NOWHERE, compare=False)


@node
class Call:
    """A function; its name in lower case.

    Keyword forms become plain arguments: `EXTRACT(year FROM t)` is `extract` of Literal("year"), t;
    `DATE_ADD(month, 1, t)` likewise; `TRIM(BOTH '1' FROM s)` is `trim` of Literal("both"), '1', s, always all three;
    `SUBSTRING(s FROM i FOR n)` is `substring` of s, i, n.
    """

    name: str
    arguments: tuple[Expression, ...]
    position: Position = field(default=NOWHERE, compare=False)


@node
class Aggregate:
    """COUNT, SUM, AVG, MIN or MAX, in lower case; `operand` is None for `COUNT(*)`."""

    name: str
    operand: Expression | None
    position: Position = field(default=NOWHERE, compare=False)


# Queries


@node
class Star:
    """`*`, or `alias.*` (and longer paths) where `of` is given."""

    of: Expression | None = None


@node
class Projection:
    expression: Expression
    alias: str | None = None


@node
class SelectValue:
    expression: Expression


@node
class SelectList:
    """One `Star(None)` alone, or any number of projections and `alias.*`."""

    items: tuple[Projection | Star, ...]


@node
class Source:
    """One item of FROM. `expression` is an Identifier, a Path, a `Call` of history, a Select or any collection."""

    expression: Expression
    alias: str | None = None
    at: str | None = None
    by: str | None = None
    position: Position = field(default=NOWHERE, compare=False)


@node
class Select:
    """`sources` in the order written; ON conditions are ANDed into `where` by the parser."""

    projection: SelectValue | SelectList
    sources: tuple[Source, ...]
    where: Expression | None = None
    position: Position = field(default=NOWHERE, compare=False)


Expression = (
    Literal
    | Missing
    | Parameter
    | Identifier
    | Path
    | StructConstructor
    | ListConstructor
    | BagConstructor
    | Unary
    | Binary
    | In
    | Between
    | Like
    | Is
    | Cast
    | Case
    | Call
    | Aggregate
    | Select
)


# Statements


@node
class Insert:
    """`INSERT INTO table [VALUE] expression`."""

    table: Identifier
    expression: Expression


@node
class SetItem:
    target: Identifier | Path
    expression: Expression


@node
class SetFields:
    items: tuple[SetItem, ...]


@node
class InsertInto:
    """`INSERT INTO path VALUE expression [AT key]`, inside a document."""

    target: Identifier | Path
    expression: Expression
    at: Expression | None = None


@node
class Remove:
    target: Identifier | Path


@node
class Modify:
    """UPDATE, DELETE and FROM are one: find documents of the first source, change each.

    `DELETE FROM t AS a` is a Modify whose operation removes the alias (or the table's name).
    """

    sources: tuple[Source, ...]
    where: Expression | None
    operation: SetFields | InsertInto | Remove


@node
class CreateTable:
    name: Identifier
    tags: Value | None = None


@node
class CreateIndex:
    table: Identifier
    field: Identifier


@node
class DropIndex:
    index_id: Identifier
    table: Identifier
    purge: bool


@node
class DropTable:
    table: Identifier


@node
class UndropTable:
    table_id: Identifier


@node
class Exec:
    """`EXEC procedure argument, …`; the procedure's name in lower case."""

    procedure: str
    arguments: tuple[Expression, ...]
    position: Position = field(default=NOWHERE, compare=False)


Statement = Select | Insert | Modify | CreateTable | CreateIndex | DropIndex | DropTable | UndropTable | Exec
