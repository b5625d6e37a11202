"""What becomes of a conformance test here, and whether that is what it asserts.

The suite's global names are neither tables nor parameters. They become aliases around the statement, which is then an
expression; where that does not give what is asserted they become tables, if they are collections of structs.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from emulator.errors import BadRequestException
from emulator.ion.text import write_text
from emulator.ion.values import NULL, Annotated, Sexp, Struct
from emulator.partiql.parser import parse
from emulator.partiql.values import MISSING, Bag
from tests.partiql.conformance.suite import Assertion
from tests.partiql.little_host import LittleHost

SYNTAX = ("SyntaxSuccess", "SyntaxFail")
NOTHING = "missing"


def outcome(assertion: Assertion) -> tuple[bool, str]:
    """Whether the assertion holds, and what was found: a value's text, `missing`, or an error's message."""
    try:
        if assertion.result in SYNTAX:
            _parse(assertion.statement)
            return assertion.result == "SyntaxSuccess", "it is read"
        found = _evaluated(assertion)
    except BadRequestException as error:
        return assertion.result not in ("SyntaxSuccess", "EvaluationSuccess"), error.message
    holds = assertion.result == "EvaluationSuccess" and same(converted(assertion.output), found)
    return holds, NOTHING if found is MISSING else write_text(found)


def _parse(statement: str) -> None:
    """Read a statement, or an expression in the place of one."""
    try:
        parse(statement)
    except BadRequestException:
        parse(f"SELECT VALUE ({statement}\n) FROM << 0 >>")


def _evaluated(assertion: Assertion) -> Any:
    wanted = converted(assertion.output)
    try:
        found = _among_aliases(assertion)
    except BadRequestException:
        with suppress(BadRequestException):
            return _over_tables(assertion)
        raise
    if assertion.result == "EvaluationSuccess" and not same(wanted, found):
        with suppress(BadRequestException):
            rows = _over_tables(assertion)
            return rows if same(wanted, rows) else found
    return found


def _among_aliases(assertion: Assertion) -> Any:
    sources = [f'<< ? >> AS "{name}"' for name, _ in assertion.globals]
    sources.append(f'<< ({assertion.statement}\n) >> AS "$result"')
    rows = LittleHost().execute(
        f'SELECT VALUE "$result" FROM {", ".join(sources)}', *(_ordered(value) for _, value in assertion.globals)
    )
    return rows[0] if rows else MISSING


def _over_tables(assertion: Assertion) -> list[Any]:
    host = LittleHost()
    for name, value in assertion.globals:
        documents = _ordered(value)
        if isinstance(documents, list) and all(isinstance(each, Struct) for each in documents):
            with suppress(BadRequestException):  # one whose name no table can have
                host.execute(f'CREATE TABLE "{name}"')
                host.execute(f'INSERT INTO "{name}" ?', documents)
    return Bag(host.execute(assertion.statement))


def _ordered(value: Any) -> Any:
    """A value of the suite as a parameter, which can be no bag."""
    value = converted(value)
    return list(value) if type(value) is Bag else value


def converted(value: Any) -> Any:
    """A value as the suite writes it: `$bag` and `$missing` are annotations there, `$ion` is one of no interest."""
    if isinstance(value, Annotated):
        return _annotated(value)
    if isinstance(value, Struct):
        fields = [(name, converted(part)) for name, part in value]
        return Struct([(name, part) for name, part in fields if part is not MISSING])
    if isinstance(value, list):
        return type(value)(NULL if part is MISSING else part for part in map(converted, value))
    return value


def _annotated(value: Annotated) -> Any:
    kind = value.annotations[0]
    if kind == "$missing":
        return MISSING
    if kind == "$bag":
        return Bag(map(converted, value.value))
    rest = value.annotations[1:] if kind == "$ion" else value.annotations
    return Annotated(rest, converted(value.value)) if rest else converted(value.value)


def same(wanted: Any, found: Any) -> bool:
    """Whether both are one value. Numbers keep their type but not their precision; a bag comes out as a list."""
    if wanted is MISSING or found is MISSING:
        return wanted is found
    if type(wanted) is Bag:
        return type(found) in (list, Bag) and _same_items(wanted, found)
    if isinstance(wanted, Struct) and isinstance(found, Struct):
        return _same_items([list(pair) for pair in wanted], [list(pair) for pair in found])
    if type(wanted) in (list, Sexp):
        return type(found) is type(wanted) and len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(wanted, Annotated) and isinstance(found, Annotated):
        return wanted.annotations == found.annotations and same(wanted.value, found.value)
    return type(wanted) is type(found) and bool(wanted == found or (wanted != wanted and found != found))  # noqa: PLR0124


def _same_items(wanted: Any, found: Any) -> bool:
    """Whether there are the same items, in any order; MISSING is null where a bag became a list."""
    left = list(found)
    for item in wanted:
        item = NULL if item is MISSING else item
        place = next((place for place, other in enumerate(left) if same(item, other)), None)
        if place is None:
            return False
        del left[place]
    return not left
