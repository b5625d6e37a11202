"""Whatever stands in an expression, the client gets an Ion value or an error it is told about."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.errors import BadRequestException
from emulator.ion.binary import decode, encode
from tests.partiql.little_host import LittleHost

ATOMS = st.sampled_from(
    [
        *("null", "missing", "true", "0", "1", "-1", "7", "9223372036854775807", "0.00", "1.50", "'a'", "''", "'12'"),
        *("`1e0`", "`nan`", "`+inf`", "`1d99999`", "`1d-99999`", "`null.int`", "`a::null`", "`x::5`", "`sym`", "'%_'"),
        *("`2017T`", "`0001-01-01T`", "`9999-12-31T23:59:59.999Z`", "`2017-01-02T03:04:05.1234567+07:08`", "'yyyy'"),
        *("`{{aGk=}}`", '`{{"c"}}`', "`(a b)`", "`[1, a::[]]`", "`{a: 1, a: {b: 2}}`", "[]", "<<>>"),
        *("{}", "x", "x.a", "x.l[0]", "x.l[*]", "x.*", "?", "9223372036854775808000"),
    ]
)
SCALAR_TYPES = ("bool", "int", "float", "decimal", "timestamp", "string", "symbol", "clob", "blob")
TYPES = (*SCALAR_TYPES, "struct", "list", "sexp", "bag", "missing", "null")
UNARY = [
    *("-({0})", "+({0})", "NOT {0}", "({0}).a", "({0})[0]", "[{0}]", "<<{0}>>", "{{'k': {0}}}", "{{{0}: 1}}"),
    *("CHAR_LENGTH({0})", "UPPER({0})", "SIZE({0})", "EXISTS({0})", "TRIM({0})", "TO_TIMESTAMP({0})"),
    *("EXTRACT(second FROM {0})", "EXTRACT(timezone_minute FROM {0})", "(SELECT VALUE y FROM {0} AS y)"),
    *("(SELECT COUNT(y), SUM(y), MIN(y) FROM {0} AS y)", "(SELECT AVG(y), MAX(y) FROM {0} AS y)"),
    *(f"CAST({{0}} AS {name})" for name in TYPES),
    *(f"{{0}} IS {name}" for name in TYPES),
]
BINARY = [
    *(f"({{0}} {sign} {{1}})" for sign in ("+", "-", "*", "/", "%", "||", "=", "<>", "<", ">=", "AND", "OR", "IN")),
    *("{0} LIKE {1}", "{0} LIKE {1} ESCAPE '%'", "COALESCE({0}, {1})", "NULLIF({0}, {1})", "({0})[{1}]"),
    *("SUBSTRING({0}, {1})", "TRIM(BOTH {0} FROM {1})", "TO_STRING({0}, {1})", "TO_TIMESTAMP({0}, {1})"),
    *("DATE_ADD(month, {0}, {1})", "DATE_ADD(hour, {0}, {1})", "DATE_DIFF(year, {0}, {1})"),
    *("DATE_DIFF(second, {0}, {1})", "CASE {0} WHEN {1} THEN 1 END", "{0} BETWEEN {1} AND 5", "{0} IN ({1}, 2)"),
]
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda form, part: f"({form.format(part)})", st.sampled_from(UNARY), inner),
        st.builds(lambda form, left, right: f"({form.format(left, right)})", st.sampled_from(BINARY), inner, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(EXPRESSIONS)
def test_any_expression(expression: str) -> None:
    """Every expression gives a value that can be encoded, nothing, or a BadRequestException."""
    statement = f"SELECT VALUE {expression} FROM <<{{'a': 1, 'l': [`2001T`, 'b']}}>> AS x"
    try:
        rows = LittleHost().execute(statement, *["p"] * expression.count("?"))
    except BadRequestException:
        return

    assert len(rows) <= 1
    for row in rows:
        decode(encode(row))
