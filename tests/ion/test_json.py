"""Values as JSON, by the rules of the Ion Cookbook."""

import json
import math
from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from emulator.ion.codec import read_text
from emulator.ion.json import write_json
from emulator.ion.timestamps import to_text
from emulator.ion.values import Annotated, Clob, Null, Struct, Timestamp, Value
from tests.ion.strategies import values


def down(value: Value) -> Any:
    """A value with what JSON has of it: numbers are decimals, an object a tuple of its members."""
    if isinstance(value, Annotated):
        return down(value.value)
    if isinstance(value, Struct):
        return tuple((str(name), down(field)) for name, field in value)
    if isinstance(value, list):
        return list(map(down, value))
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Null) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, Timestamp):
        return to_text(value)
    if isinstance(value, bytes):
        return value.decode("latin-1") if isinstance(value, Clob) else b64encode(value).decode()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return str(value) if isinstance(value, str) else value


@given(values)
def test_json_has_all_that_json_can_hold(value: Value) -> None:
    """Any JSON reader finds the members in their order, the digits of numbers, and the rest as text or null."""
    text = write_json(value)

    read = json.loads(text, parse_int=Decimal, parse_float=Decimal, object_pairs_hook=tuple)

    assert read == down(value)
    assert "\n" not in text
    text.encode()


@pytest.mark.parametrize(
    ("ion", "expected"),
    [
        ("null.timestamp", "null"),
        ("+inf", "null"),
        ("nan", "null"),
        ("90.25", "90.25"),
        ("1d3", "1e3"),
        ("-0.", "-0"),
        ("0.0000001", "1e-7"),
        ("1.5e0", "1.5"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("2017-08-21", '"2017-08-21"'),
        ("2022-06-08T18:46:46.492Z", '"2022-06-08T18:46:46.492Z"'),
        ("'a b'", '"a b"'),
        ('"a\\"b"', '"a\\"b"'),
        ("{{aGVsbG8=}}", '"aGVsbG8="'),
        ('{{"a\\x7f\\xe9"}}', '"a\\u007f\\u00e9"'),
        ("(a 1)", '["a",1]'),
        ("a::{b:c::1}", '{"b":1}'),
        ("{}", "{}"),
        ("[]", "[]"),
    ],
)
def test_spelling(ion: str, expected: str) -> None:
    """One value of each kind, on one line and without spaces."""
    assert write_json(read_text(ion)) == expected
