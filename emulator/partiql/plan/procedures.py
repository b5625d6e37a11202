"""`EXEC procedure argument, …`. There is one stored procedure, REDACT_REVISION."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.host import Host
from emulator.partiql.messages import evaluation_error, semantic_error
from emulator.partiql.plan.builder import HOST, Builder, Environment, Loop
from emulator.partiql.plan.nested import ready
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare


def execute(builder: Builder, node: ast.Exec) -> Loop:
    procedure = PROCEDURES.get(node.procedure)
    if procedure is None:
        raise semantic_error("unknown_procedure", node.position, name=node.procedure)
    return procedure(builder, node)


def redact_revision(builder: Builder, node: ast.Exec) -> Loop:
    """One row, the request as it is journaled. Each argument is a literal or a parameter."""
    if len(node.arguments) != 3:
        raise semantic_error("procedure_arguments", node.position, came=len(node.arguments))
    arguments, queries = builder.with_queries(lambda: [builder.expression(argument) for argument in node.arguments])
    prepare = ready(lambda environment: [argument(environment) for argument in arguments], queries)
    address, table_id, document_id = arguments
    builder.steps.append("request a redaction")

    def rows(environment: Environment) -> Iterator[Any]:
        if prepare:
            yield from prepare(environment)
        host: Host = environment[HOST]
        yield host.redact_revision(
            *_block_address(address(environment), node),
            _id(table_id(environment), "table", node),
            _id(document_id(environment), "document", node),
        )

    return rows


def _block_address(value: Any, node: ast.Exec) -> tuple[str, int]:
    struct = bare(value)
    if isinstance(struct, Struct):
        strand_id, sequence_no = bare(struct.get("strandId", None)), bare(struct.get("sequenceNo", None))
        # A bool is an `int` to Python, and no number of a block.
        if isinstance(strand_id, str) and type(sequence_no) is int and sequence_no >= 0:
            return str(strand_id), sequence_no
    raise evaluation_error("block_address", node.position, came=display(value))


def _id(value: Any, wanted: str, node: ast.Exec) -> str:
    text = bare(value)
    if not isinstance(text, str):
        raise evaluation_error("procedure_id", node.position, wanted=wanted, came=display(value))
    return str(text)


PROCEDURES: Mapping[str, Callable[[Builder, ast.Exec], Loop]] = {"redact_revision": redact_revision}
