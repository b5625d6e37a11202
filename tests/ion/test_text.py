"""Ion text as the service prints it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.text import write_text
from emulator.ion.values import NULL, SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value
from tests.ion.strategies import same, values

VECTORS = Path(__file__).parent.parent / "vectors"


@given(values)
def test_what_is_written_is_read_again(value: Value) -> None:
    """Reading the text of a value gives the value."""
    assert same(read_text(write_text(value)), value)


@given(values)
def test_text_is_one_line(value: Value) -> None:
    """No character of a value breaks the line or needs another encoding than UTF-8."""
    assert not any(char < " " or char == "\x7f" for char in write_text(value))
    write_text(value).encode()


def test_a_published_block_is_printed_as_it_was() -> None:
    """aws-cli's example of GetBlock comes out character for character."""
    text = (VECTORS / "cli-vehicle-registration.ion").read_text()
    vector: Any = read_text(text)

    assert write_text(vector["block"]) in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NULL, "null"),
        (Null("blob"), "null.blob"),
        (True, "true"),
        (-5, "-5"),
        (0.0, "0e0"),
        (-0.0, "-0e0"),
        (1.0, "1e0"),
        (1.5, "1.5e0"),
        (100.0, "100e0"),
        (0.001, "0.001e0"),
        (0.0001, "1.0E-4"),
        (1e7, "1.0E7"),
        (1.25e-10, "1.25E-10"),
        (float("nan"), "nan"),
        (float("inf"), "+inf"),
        (float("-inf"), "-inf"),
        (Decimal("90.25"), "90.25"),
        (Decimal("5"), "5."),
        (Decimal("-0"), "-0."),
        (Decimal("0.0000"), "0.0000"),
        (Decimal("-0.5"), "-0.5"),
        (Decimal("1e3"), "1d3"),
        (Decimal("0e3"), "0d3"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("0.0000001"), "1d-7"),
        (Decimal("1.23e-10"), "123d-12"),
        (Decimal("1e2000000000"), "1d2000000000"),
        (Timestamp(2017), "2017T"),
        (Timestamp(2017, 8), "2017-08T"),
        (Timestamp(2017, 8, 21), "2017-08-21"),
        (Timestamp(2017, 8, 21, 10, 30, offset_minutes=0), "2017-08-21T10:30Z"),
        (Timestamp(2017, 8, 21, 10, 30, 5, (120, 3), 0), "2017-08-21T10:30:05.120Z"),
        (Timestamp(2017, 8, 21, 10, 30, 5, (7, 3), -90), "2017-08-21T10:30:05.007-01:30"),
        (Timestamp(17, 8, 21, 10, 30, 5), "0017-08-21T10:30:05-00:00"),
        (Symbol("a_$1"), "a_$1"),
        (Symbol("a b"), "'a b'"),
        (Symbol("1a"), "'1a'"),
        (Symbol("é"), "'é'"),
        (Symbol(""), "''"),
        (Symbol("+"), "'+'"),
        (Symbol("null"), "'null'"),
        (Symbol("nan"), "'nan'"),
        (Symbol("$10"), "'$10'"),
        (Symbol("$0"), "'$0'"),
        (Symbol('it\'s "so"'), "'it\\'s \"so\"'"),
        (SYMBOL_ZERO, "$0"),
        ("a\"b\\c\n\t\0\x01\x7f/é'", '"a\\"b\\\\c\\n\\t\\0\\x01\\x7f/é\'"'),
        (b"hello", "{{aGVsbG8=}}"),
        (b"", "{{}}"),
        (Clob(b'a"\xff\n'), '{{"a\\"\\xff\\n"}}'),
        ([1, [], "a"], '[1,[],"a"]'),
        (Sexp([1, Symbol("a"), Sexp()]), "(1 a ())"),
        (Struct(), "{}"),
        (Struct([("a", 1), ("b c", []), ("true", Struct([(SYMBOL_ZERO, NULL)]))]), "{a:1,'b c':[],'true':{$0:null}}"),
        (Struct([("9mov0fkSUqZ0wrn83488BF", 1)]), "{'9mov0fkSUqZ0wrn83488BF':1}"),
        (Annotated(("a", "b c", SYMBOL_ZERO), [Annotated(("d",), 1)]), "a::'b c'::$0::[d::1]"),
    ],
    ids=repr,
)
def test_spelling_of_each_type(value: Value, text: str) -> None:
    """Each value has one spelling, without spaces, the one ion-java gives it."""
    assert write_text(value) == text
    assert same(read_text(text), value)


def test_version_markers_are_quoted() -> None:
    """A symbol that would be a version marker is none in quotes."""
    assert write_text([Symbol("$ion_1_0")]) == "['$ion_1_0']"


def test_depth_and_types_are_checked() -> None:
    """Values nested too deeply, and what is no Ion value at all, are IonErrors."""
    deep: Any = []
    for _ in range(256):
        deep = [deep]
    wrong: list[Any] = [deep, object(), [Decimal("nan")], 1 << 10_000]
    for value in wrong:
        with pytest.raises(IonError):
            write_text(value)
