"""Ion text, read with amazon.ion."""

import tracemalloc
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import limits
from emulator.ion import codec
from emulator.ion.codec import read_all, read_text
from emulator.ion.errors import IonError
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value
from tests.ion.strategies import same
from tests.timing import soon

TABLE = "$ion_symbol_table"
READERS = [read_text, lambda text: next(codec._read_slowly(text))]


@pytest.mark.parametrize("read", READERS, ids=["usual", "python"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", Null()),
        ("null.blob", Null("blob")),
        ("1_000", 1000),
        ("0xff", 255),
        ("-0b101", -5),
        ("1.50", Decimal("1.50")),
        ("-0d-3", Decimal("-0.000")),
        ("1d2000000000", Decimal("1e2000000000")),
        ("1" * 60 + ".5", Decimal("1" * 60 + ".5")),
        ("1.5e3", 1500.0),
        ("-inf", float("-inf")),
        ("2017-08-21T", Timestamp(2017, 8, 21)),
        ("2017-08-21", Timestamp(2017, 8, 21)),
        ("2017T", Timestamp(2017)),
        ("2017-08-21T10:30-00:00", Timestamp(2017, 8, 21, 10, 30)),
        ("2017-08-21T10:30:05.120+05:30", Timestamp(2017, 8, 21, 10, 30, 5, (120, 3), 330)),
        ("2017-08-21T10:30:05.123456789012Z", Timestamp(2017, 8, 21, 10, 30, 5, (123456789012, 12), 0)),
        ("2017-08-21T10:30:05.000000Z", Timestamp(2017, 8, 21, 10, 30, 5, (0, 6), 0)),
        ("'a b'", Symbol("a b")),
        ("'$10'", Symbol("$10")),
        ("$4", Symbol("name")),
        ("$0", SYMBOL_ZERO),
        ("'''a''' '''b'''", "ab"),
        ('"\\u00e9\\ud83d\\ude00\\x41\\\n"', "é😀A"),
        ('"' + "x" * 20_000 + '"', "x" * 20_000),
        ("{{ aGVs bG8= }}", b"hello"),
        ('{{"a\\xff"}}', Clob(b"a\xff")),
        ("(a + [1, /* no */ 2,])", Sexp([Symbol("a"), Symbol("+"), [1, 2]])),
        ("{a:1, 'b':2, \"c\":3, $0:4}", Struct([("a", 1), ("b", 2), ("c", 3), (SYMBOL_ZERO, 4)])),
        ("{a:1,b:2,a:3}", Struct([("a", 1), ("b", 2), ("a", 3)])),
        ("a::'b'::$0::1", Annotated(("a", "b", SYMBOL_ZERO), 1)),
        ("a::" * 20 + "1", Annotated(("a",) * 20, 1)),
        (
            "a::[b::{c:d::null.int}]",
            Annotated(("a",), [Annotated(("b",), Struct([("c", Annotated(("d",), Null("int")))]))]),
        ),
        ("$ion_1_0 // marker\n 5", 5),
        (f'{TABLE}::{{symbols:["x","y"]}} {{$10:$11}}', Struct([("x", Symbol("y"))])),
        (
            '$3::{symbols:["x",1]} [$10,$11,$7::$1]',
            [Symbol("x"), SYMBOL_ZERO, Annotated(("symbols",), Symbol("$ion"))],
        ),
        (
            f'{TABLE}::{{symbols:["x"]}} {TABLE}::{{imports:{TABLE},symbols:["y"]}} [$10,$11]',
            [Symbol("x"), Symbol("y")],
        ),
        (f'{TABLE}::{{symbols:["x"]}} {TABLE}::{{symbols:["y"]}} $10', Symbol("y")),
        (f'{TABLE}::{{symbols:["x"]}} $ion_1_0 $4', Symbol("name")),
        (f'{TABLE}::{{imports:[{{name:"$ion"}},{{name:"x",max_id:0}}],symbols:["x"]}} $10', Symbol("x")),
        (f"{TABLE}::null.struct", Annotated((TABLE,), Null("struct"))),
    ],
    ids=lambda item: item[:40] if isinstance(item, str) else "",
)
def test_values_of_each_type(read: Any, text: str, value: Value) -> None:
    """Each reader of the library gives the value that the text spells, nothing lost."""
    assert same(read(text), value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  // nothing\n",
        "1 2",
        "[1",
        "{a:1",
        "(",
        "[,]",
        "{a}",
        "{1:2}",
        '"abc',
        "'abc",
        '"\\ud800"',
        '"a\x00b"',
        '"\ud800"',
        "{{ab}}",
        "{{",
        "1d99999999999",
        "9" * 5000,
        "1." + "9" * 50_000,
        "2017-02-30",
        "2017-08-21T24:00Z",
        "2017-08-21T10:30:60Z",
        "2017-08-21T10:30",
        "2017-08-21T10:30+24:00",
        "2017-08-21T10:30:05." + "0" * 200 + "Z",
        "0001-01-01T00:00+01:00",
        "null.what",
        "$10",
        "$ion_2_0 5",
        f'{TABLE}::{{symbols:["x"]}} $11',
        f'{TABLE}::{{symbols:["x"]}} $ion_1_0 $10',
        f'{TABLE}::{{symbols:["x"],symbols:["y"]}} $10',
        f'{TABLE}::{{symbols:["x"',
        '$ion_symbol_table::{imports:[{name:"x",version:1,max_id:9}]} $10',
        '$ion_symbol_table::{imports:[{name:"x",version:1,max_id:9}]} {$10:1}',
        '$ion_symbol_table::{imports:[{name:"x",version:1,max_id:9}]} $10::1',
        '$ion_symbol_table::{imports:[{name:"x",version:1,max_id:2000000000}]} 1',
        "9" * 1_000_000,
        "-0x" + "f" * 1_000_000,
        "$" + "9" * 1_000_000,
        "2017-08-21T10:30:05." + "9" * 1_000_000 + "Z",
        '["' + '\\"' * 20_000,
        "[" * 300 + '"' + '\\"' * 500_000,
        "[" * 100_000,
        "{a:" * 100_000,
        "a::" * 1000,
        "a::" * 300_000 + "1",
        "01",
        "]",
    ],
    ids=lambda text: text[:40],
)
def test_what_is_not_one_value_is_refused(text: str) -> None:
    """Whatever is wrong with the text, it is an IonError with a short message, and soon."""
    with soon(), pytest.raises(IonError) as raised:
        read_text(text)

    assert 0 < len(str(raised.value)) < 160


def test_symbol_tables_take_as_much_memory_as_they_are_long() -> None:
    """Tables that add to each other are not each a copy of those before."""
    tables = f'{TABLE}::{{imports:{TABLE},symbols:["a"]}} ' * 1_000
    tracemalloc.start()
    try:
        assert read_text(tables + "$1009") == "a"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20 * len(tables)


def test_several_values_are_read_together() -> None:
    """`read_all` gives the values of a file of test cases."""
    assert read_all("$ion_1_0 1 [2] // three\n a") == [1, [2], "a"]
    assert read_all("") == []


@pytest.mark.parametrize("opening", ["[", "(", "{a:", "b::["])
def test_depth_is_limited(opening: str) -> None:
    """Values nested up to the limit are read, deeper ones are refused."""
    closing = {"[": "]", "(": ")", "{": "}"}["[" if "[" in opening else opening[0]]
    depth = limits.ION_DEPTH
    inner = "1" if ":" in opening else ""

    read_text(opening * depth + inner + closing * depth)
    with pytest.raises(IonError, match="deep"):
        read_text(opening * (depth + 1) + inner + closing * (depth + 1))


@pytest.mark.parametrize("text", ['"{}"', "'{}'", "'''{}'''", "a{}", "// {}\n1", "/*{}*/1"])
def test_only_real_numbers_are_too_long(text: str) -> None:
    """Digits in texts, names and comments may be as many as they like."""
    read_text(text.format("7" * 4000))


@pytest.mark.parametrize(
    "item",
    ['"[[["', "'((('", "'''[['[''[\\'[['''", "/* [[[ */ 1", "{{aa//}}", '{{"[[{{"}}', '"\\"["', "[[]]", "// [[[\n1"],
)
def test_only_real_brackets_count(item: str) -> None:
    """Brackets in texts, lobs and comments, and those closed again, do not add up."""
    value = read_text("[" + ",".join([item] * limits.ION_DEPTH) + "]")

    assert isinstance(value, list)
    assert len(value) == limits.ION_DEPTH


@given(st.text(alphabet="[]{}()'\",:/*\\ \na1$.-eTd+0xnul", max_size=40))
def test_any_text_is_a_value_or_an_ion_error(text: str) -> None:
    """No text makes the reader fail in another way."""
    with suppress(IonError):
        read_text(text)
