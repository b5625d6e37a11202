"""Requests that go wrong in ways nobody thought of: statements and bodies that are right, with something changed.

All that a run does comes from its seed, so a run that found something can be run again.
"""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final

from emulator.partiql.keywords import KEYWORDS
from tests.partiql.case_files import is_expression, member, read_cases

FILES: Final = ("examples", "text", "dates", "casts", "operators", "queries", "changes", "refusals")

_TOKEN: Final = re.compile(
    r"\s+|[A-Za-z_$][\w$]*|\d[\d.]*|'[^']*'|\"[^\"]*\"|`[^`]*`|<<|>>|\|\||<=|>=|<>|!=|.", re.DOTALL
)

_NASTY_VALUES: Final = (
    *("null", "missing", "true", "0", "-1", "1e2147483647", "1e-2147483647", "9223372036854775807", "7" * 2_400),
    *("''", "'%_'", "'\U0001f600'", f"'{'x' * 5_000}'", "[]", "<<>>", "{}", "[[[[[]]]]]", "<<1, missing, null>>"),
    *("`nan`", "`-inf`", "`null.list`", "`a::b::{}`", "`$0`", "`(a b)`", "`{{aGk=}}`", '`{{"c"}}`', "`0001T`"),
    *(
        "`9999-12-31T23:59:59.999999999Z`",
        "`2020-01-01T00:00-00:00`",
        "`{a: 1, a: 2, '': 3}`",
        "`1d-99`",
        '`"\\ud800"`',
    ),
    *("?", "x", "a", "*", "p.*", "p[*]", "@p", "People", "_ql_committed_People", "information_schema.user_tables"),
    *("history(People)", "history(People, `2000T`)", "SELECT VALUE 1 FROM <<1>> z", "(SELECT * FROM People)"),
    *(
        "COUNT(*)",
        "SUM(x)",
        "TXID()",
        "UTCNOW()",
        "CAST(x AS INT)",
        "SIZE(x)",
        "EXISTS(x)",
        "TRIM(x)",
        "NOT",
        "LIKE '%'",
    ),
    *("DATE_ADD(year, 1, x)", "TO_STRING(x, 'y')", "TO_TIMESTAMP(x, 'y')", "CASE WHEN x THEN x END", "BY id", "AT i"),
)
_MARKS: Final = (*"()[]{}<>.,:;?@*/%+-=|`'\"\\\0\n \u2028\u00e9\U0001f600", "<<", ">>", "--", "/*", "*/", "||")
_ION_TEXTS: Final = (
    *(
        "1",
        "null",
        '"a"',
        "{a: 1}",
        "[1, 2]",
        "a::{}",
        "1d2147483647",
        "nan",
        "2020T",
        "{{aGk=}}",
        "$0",
        "",
        "{",
        "1 2",
    ),
    *("$ion_1_0", "$10", '"\\ud800"', '$ion_symbol_table::{symbols:["a"]} $10', "[" * 300, "7" * 2_000, "'' ", "a::b"),
)

Mutation = Callable[[random.Random, list[str]], list[str]]


def statements_to_begin_with() -> list[str]:
    """Those of all cases, expressions in a query."""
    written = [str(member(case, "statement", "")) for name in FILES for case in read_cases(name)]
    return [f"SELECT VALUE {text} FROM <<1>> x" if is_expression(text) else text for text in written if text]


# Statements


def _dropped(chosen: random.Random, tokens: list[str]) -> list[str]:
    start = chosen.randrange(len(tokens))
    return tokens[:start] + tokens[start + chosen.randint(1, 3) :]


def _doubled(chosen: random.Random, tokens: list[str]) -> list[str]:
    start = chosen.randrange(len(tokens))
    stop = start + chosen.randint(1, 6)
    return tokens[:stop] + tokens[start:stop] * chosen.choice((1, 1, 2, 40)) + tokens[stop:]


def _swapped(chosen: random.Random, tokens: list[str]) -> list[str]:
    one, other = chosen.randrange(len(tokens)), chosen.randrange(len(tokens))
    changed = list(tokens)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def _replaced(chosen: random.Random, tokens: list[str]) -> list[str]:
    place = chosen.randrange(len(tokens))
    return [*tokens[:place], _piece(chosen), *tokens[place + 1 :]]


def _inserted(chosen: random.Random, tokens: list[str]) -> list[str]:
    place = chosen.randrange(len(tokens) + 1)
    return [*tokens[:place], " ", _piece(chosen), " ", *tokens[place:]]


def _wrapped(chosen: random.Random, tokens: list[str]) -> list[str]:
    start = chosen.randrange(len(tokens))
    stop = min(len(tokens), start + chosen.randint(1, 8))
    opening, closing = chosen.choice(
        (("(", ")"), ("[", "]"), ("<<", ">>"), ("{'k': ", "}"), ("(SELECT VALUE ", " FROM x)"))
    )
    times = chosen.choice((1, 1, 1, 30))
    return [*tokens[:start], opening * times, *tokens[start:stop], closing * times, *tokens[stop:]]


def _piece(chosen: random.Random) -> str:
    pools: tuple[Sequence[str], ...] = (_NASTY_VALUES, _NASTY_VALUES, tuple(KEYWORDS), _MARKS)
    return chosen.choice(chosen.choice(pools))


_MUTATIONS: Final[Sequence[Mutation]] = (_dropped, _doubled, _swapped, _replaced, _replaced, _inserted, _wrapped)


def mutated(chosen: random.Random, known: Sequence[str]) -> str:
    """One of the known statements, or the beginning of one and the end of another, changed in a few places."""
    tokens = _TOKEN.findall(chosen.choice(known))
    if chosen.random() < 0.2:
        others = _TOKEN.findall(chosen.choice(known))
        tokens = tokens[: chosen.randrange(len(tokens)) + 1] + others[chosen.randrange(len(others)) :]
    for _ in range(chosen.choice((0, 1, 1, 2, 3, 5))):
        tokens = chosen.choice(_MUTATIONS)(chosen, tokens) or ["SELECT"]
    return "".join(tokens)[:100_000] or ";"


def parameters(chosen: random.Random, count: int) -> list[dict[str, str]]:
    """Holders of values, most of them of Ion."""
    made = []
    for _ in range(count):
        if chosen.random() < 0.8:
            made.append({"IonText": chosen.choice(_ION_TEXTS)})
        else:
            data = b"\xe0\x01\x00\xea" + chosen.randbytes(chosen.randrange(12))
            made.append({"IonBinary": b64encode(data).decode()})
    return made


# Bodies

_JSON_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    1e308,
    2**70,
    "",
    "x",
    "\ud800",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"a": None},
)


def changed_body(chosen: random.Random, body: Any) -> bytes:
    """A request's body with a member changed, taken away or put in, or with some of its bytes changed."""
    if chosen.random() < 0.7:
        return json.dumps(_changed(chosen, body)).encode()
    data = bytearray(json.dumps(body).encode())
    for _ in range(chosen.randint(1, 4)):
        place = chosen.randrange(len(data) or 1)
        data[place : place + chosen.randrange(3)] = chosen.choice((b"", b"\0", b"\xff", b'"', b"}", b"[" * 50, b"\\u"))
    return bytes(data)


def _changed(chosen: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and chosen.random() < 0.8:
        name = chosen.choice(list(value))
        changed = dict(value)
        if chosen.random() < 0.2:
            changed[chosen.choice((name + "x", "", "Extra"))] = changed.pop(name)
        else:
            changed[name] = _changed(chosen, value[name])
        return changed
    if isinstance(value, list) and value and chosen.random() < 0.5:
        place = chosen.randrange(len(value))
        return [*value[:place], _changed(chosen, value[place]), *value[place + 1 :]]
    return chosen.choice(_JSON_VALUES)
