"""Binary Ion, written and read."""

import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emulator import limits
from emulator.ion.binary import decode, encode
from emulator.ion.binary.layout import var_uint_bytes
from emulator.ion.binary.stream import values as read_stream
from emulator.ion.binary.writer import StreamWriter
from emulator.ion.errors import IonError
from emulator.ion.hashing import ion_hash
from emulator.ion.text import write_text
from emulator.ion.values import NULL, SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value
from tests.ion.strategies import REGISTRATION, same, structs, values
from tests.timing import soon

MARKER = bytes.fromhex("e00100ea")


def stream(text: str) -> bytes:
    """The bytes of a version marker and of hexadecimal digits."""
    return MARKER + bytes.fromhex(text)


@given(values)
@example([[]] * 3)
@example(Struct([("", True)]))
def test_what_is_written_is_read_again(value: Value) -> None:
    """Decoding gives back what was encoded, down to exponents, precision and annotations."""
    assert same(decode(encode(value)), value)


@given(st.lists(structs, max_size=4))
def test_structs_of_one_stream_are_read_again(written: list[Struct]) -> None:
    """A stream of several structs gives them back in order, whatever symbols they share."""
    writer = StreamWriter()
    for struct in written:
        writer.add(struct)

    data = writer.finish()

    assert same(list(read_stream(data)), written)
    assert writer.size <= len(data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0f", NULL),
        ("2f", Null("int")),
        ("df", Null("struct")),
        ("11", True),
        ("20", 0),
        ("31 05", -5),
        ("40", 0.0),
        ("48 3ff0000000000000", 1.0),
        ("52 c1 0f", Decimal("1.5")),
        ("65 c0 0fe1 88 95", Timestamp(2017, 8, 21)),
        ("69 80 0fe1 88 95 8a 80 80 c3", Timestamp(2017, 8, 21, 10, 0, 0, (0, 3), 0)),
        ("70", SYMBOL_ZERO),
        ("71 04", Symbol("name")),
        ("83 616263", "abc"),
        ("91 ff", Clob(b"\xff")),
        ("a1 ff", b"\xff"),
        ("b0", []),
        ("c1 11", Sexp([True])),
        ("d0", Struct()),
        ("d2 84 11", Struct([("name", True)])),
        ("e3 81 84 11", Annotated(("name",), True)),
    ],
)
def test_bytes_of_each_type(text: str, value: Value) -> None:
    """Each type is written as the specification lays it out, in the shortest way."""
    assert encode(value).hex() == stream(text).hex()
    assert same(decode(stream(text)), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3f", Null("int")),
        ("22 0005", 5),
        ("44 3f800000", 1.0),
        ("48 7ff8000000000001", float("nan")),
        ("53 c1 000f", Decimal("1.5")),
        ("52 80 80", Decimal("-0")),
        ("8e 81 61", "a"),
        ("8e 00 81 61", "a"),
        ("00 11 02 0000", True),
        ("b3 00 11 00", [True]),
        ("d4 84 00 84 11", Struct([("name", True)])),
        ("d1 82 84 11", Struct([("name", True)])),
        ("d3 00 84 11", Struct([("name", True)])),
        ("68 80 0fe1 88 95 8a 80 80", Timestamp(2017, 8, 21, 10, 0, 0, (0, 0), 0)),
        ("69 80 0fe1 88 95 8a 80 80 80", Timestamp(2017, 8, 21, 10, 0, 0, (0, 0), 0)),
        ("e00100ea 11 e00100ea", True),
        ("71 02 11", True),
    ],
)
def test_longer_spellings_are_read(text: str, value: Value) -> None:
    """Other writers may pad, repeat version markers, or use long forms; the value is the same."""
    assert same(decode(stream(text)), value)


def table(symbols: str, imports: str = "") -> str:
    """A symbol table in hexadecimal digits, from the bytes of its strings and of its import field."""
    strings = bytes.fromhex(symbols)
    struct = bytes.fromhex(imports) + b"\x87" + bytes([0xBE, 0x80 | len(strings)]) + strings
    body = b"\x81\x83" + bytes([0xDE, 0x80 | len(struct)]) + struct
    return (bytes([0xEE, 0x80 | len(body)]) + body).hex()


APPEND = "86 71 03"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (table("8161") + "71 0a", Symbol("a")),
        (table("8161") + table("8162", APPEND) + "b4 710a 710b", [Symbol("a"), Symbol("b")]),
        (table("8161") + table("8162") + "71 0a", Symbol("b")),
        (table("8161") + "e00100ea" + table("8162") + "71 0a", Symbol("b")),
        (table("8161 20 8162") + "b4 710b 710c", [SYMBOL_ZERO, Symbol("b")]),
        (table("8161") + "d2 8a 11", Struct([("a", True)])),
        (table("8161") + "e3 81 8a 11", Annotated(("a",), True)),
        (table("8161", "86 b0") + "71 0a", Symbol("a")),
        (table("8161", "86 b7 d6 84 84 24696f6e") + "71 0a", Symbol("a")),
        (table("8161", "86 b7 d6 84 82 7878 88 20") + "71 0a", Symbol("a")),
    ],
)
def test_symbol_tables(text: str, value: Value) -> None:
    """A table replaces the one before it or appends to it; a version marker takes all symbols away."""
    assert same(decode(stream(text)), value)


def test_shared_symbol_tables_are_refused() -> None:
    """There is no catalog of shared tables, so what imports one cannot be read."""
    imported = "86 be 88 de 86 84 81 78 88 21 05"

    with pytest.raises(IonError, match="shared"):
        decode(stream(table("8161", imported) + "71 0f"))


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("", "no value"),
        ("11 11", "two values"),
        ("21", "truncated int"),
        ("83 6161", "truncated string"),
        ("8e", "truncated length"),
        ("8e 7f7f7f7f7f7f7f7f7fff", "endless length"),
        ("8e 0000000000000000000081 61", "padded length"),
        ("8e 7fffff61", "huge length"),
        ("81 ff", "bad UTF-8"),
        ("83 eda080", "surrogate"),
        ("12", "bad bool"),
        ("30", "minus zero"),
        ("31 00", "minus zero"),
        ("41 00", "bad float"),
        ("f0", "bad type"),
        ("b1 83", "value past the end of its list"),
        ("b2 8161 61", "list cut short"),
        ("d1 80", "empty ordered struct"),
        ("d1 84", "field name without value"),
        ("d2 8a 11", "symbol id out of the table"),
        ("71 0a", "symbol id out of the table"),
        ("79 ffffffffffffffffff", "symbol id out of reason"),
        ("e0", "bad version marker"),
        ("e00200ea 11", "other version"),
        ("b4 e00100ea", "version marker inside a list"),
        ("e2 81 84", "annotation without value"),
        ("e3 80 11 11", "no annotation"),
        ("e3 81 04 11", "unfinished annotation"),
        ("e4 81 84 11 11", "two annotated values"),
        ("e5 81 84 22 01 02 20", "annotated value beyond its wrapper"),
        ("e6 81 84 e3 81 84 11", "annotation of an annotation"),
        ("e4 81 84 01 00", "annotated padding"),
        ("02 00", "truncated padding"),
        ("61 c0", "timestamp without year"),
        ("64 c0 0fe1 8d", "month 13"),
        ("65 c0 0fe1 82 9e", "30 February"),
        ("65 c0 0fe1 80 95", "month 0"),
        ("66 80 0fe1 88 95 8a", "hour without minute"),
        ("67 80 0fe1 88 95 98 80", "hour 24"),
        ("68 80 0fe1 88 95 8a 80 bc", "second 60"),
        ("6a 80 0fe1 88 95 8a 80 80 c1 0a", "fraction of one second"),
        ("6a 80 0fe1 88 95 8a 80 80 c1 81", "negative fraction"),
        ("6a 80 0fe1 88 95 8a 80 80 80 01", "whole seconds as a fraction"),
        ("6b 80 0fe1 88 95 8a 80 80 4f 7f ff", "endless fraction"),
        ("69 0ba0 0fe1 88 95 8a 80 80", "offset of a day"),
        ("67 41bc 81 81 81 80 80", "before the year 1"),
        ("56 10 00 00 00 80 01", "exponent out of range"),
        ("51 00", "unfinished exponent"),
    ],
)
def test_defects_are_refused(text: str, defect: str) -> None:
    """Whatever is wrong with the bytes, it is an IonError and nothing else."""
    with pytest.raises(IonError):
        decode(stream(text))


def test_the_version_marker_is_demanded() -> None:
    """Bytes without a version marker are not Ion."""
    for data in (b"", b"\x11", b"\xe0\x01\x00", b"\xe0\x01\x01\xea\x11", b"{}"):
        with pytest.raises(IonError, match="version marker"):
            decode(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_an_ion_error(data: bytes) -> None:
    """No bytes make the reader fail in another way, and what it reads it can write."""
    read_or_refused(MARKER + data)


@given(values, st.integers(0, 400), st.integers(0, 255))
def test_any_damage_is_a_value_or_an_ion_error(value: Value, place: int, octet: int) -> None:
    """One wrong byte in a good stream either gives another value or an IonError."""
    data = bytearray(encode(value))
    data[place % len(data)] = octet
    read_or_refused(bytes(data))


@given(values, st.integers(0, 400))
def test_truncated_data_is_refused(value: Value, place: int) -> None:
    """A stream cut off before its end is an IonError, unless nothing but padding was lost."""
    data = encode(value)

    with pytest.raises(IonError):
        decode(data[: place % len(data)])


def read_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except IonError:
        return
    try:
        again = encode(value)
    except IonError:  # what stands below `$ion_symbol_table::` is a table to readers, so it is not written
        assert isinstance(value, Annotated)
        return
    assert same(decode(again), value)


@pytest.mark.parametrize("depth", [limits.ION_DEPTH, limits.ION_DEPTH + 1, 20_000])
@pytest.mark.parametrize("annotated", [False, True])
def test_depth_is_limited(depth: int, annotated: bool) -> None:
    """Values nested up to the limit are written and read; deeper ones are refused by the reader and by the writer."""
    value: Any = []
    body = b"\xb0"
    for _ in range(depth - 1):
        value = Annotated(("name",), [value]) if annotated else [value]
        body = wrapped(b"\xbe", body)
        body = wrapped(b"\xee", b"\x81\x84" + body) if annotated else body
    if depth <= limits.ION_DEPTH:
        assert encode(decode(MARKER + body)) == encode(value)
        return
    with pytest.raises(IonError, match="deep"):
        decode(MARKER + body)
    with pytest.raises(IonError, match="deep"):
        encode(value)


def wrapped(head: bytes, body: bytes) -> bytes:
    length = len(body)
    return head + bytes([length >> 14 & 0x7F, length >> 7 & 0x7F, length & 0x7F | 0x80]) + body


@pytest.mark.parametrize(
    "body",
    [
        wrapped(b"\x2e", b"\x7f" * 130_000),
        wrapped(b"\x5e", b"\xc1" + b"\x7f" * 130_000),
        wrapped(b"\x7e", b"\x7f" * 130_000),
        wrapped(b"\x6e", b"\x80\x0f\xe1\x88\x95\x8a\x80\x80\xc1" + b"\x7f" * 130_000),
        b"\x8e" + b"\x7f" * 130_000,
        b"\xee" + b"\x7f" * 130_000,
        wrapped(b"\xee", wrapped(b"", b"\x7f" * 60_000) + b"\x11"),
    ],
    ids=["int", "decimal", "symbol id", "fraction", "length", "wrapper", "annotation"],
)
def test_hostile_data_is_refused_quickly(body: bytes) -> None:
    """Data of the size of a document cannot keep the reader busy."""
    with soon(), pytest.raises(IonError):
        decode(MARKER + body)


def test_many_symbol_tables_are_read_quickly() -> None:
    """Tables that append to each other take no longer than their symbols, however many there were before."""
    first, more = 1_500_000, 80_000
    body = b"\x81\x83" + wrapped(b"\xde", b"\x87" + wrapped(b"\xbe", b"\x80" * first))
    last = b"\x73" + (9 + first + more).to_bytes(3, "big")
    data = MARKER + wrapped(b"\xee", body) + bytes.fromhex(table("8162", APPEND)) * more + last
    with soon():
        assert decode(data) == Symbol("b")


@pytest.mark.parametrize(
    "value",
    [
        Decimal("nan"),
        Decimal("inf"),
        Decimal("1e2147483648"),
        1 << 8 * limits.ION_NUMBER_BYTES,
        Decimal("1" * 5000),
        "\ud800",
        Struct([("\ud800", 1)]),
        Timestamp(1, 1, 1, 0, 0, offset_minutes=1),
        Timestamp(2017, 2, 30),
        pytest.param(object(), id="no Ion value"),
        Annotated(("a",), Annotated(("b",), 1)),
        Annotated(("$ion_symbol_table",), Struct()),
    ],
    ids=repr,
)
def test_what_ion_cannot_hold_is_not_written(value: Any) -> None:
    """The writer refuses what no reader would get back."""
    with pytest.raises(IonError):
        encode(value)


def test_a_registration_is_as_small_as_it_can_be() -> None:
    """The document of the tutorials takes 279 bytes, symbol table included, as with amazon.ion."""
    assert len(encode(REGISTRATION)) == 279


def test_symbols_are_found_in_large_tables() -> None:
    """Symbol ids of two bytes and tables too large to be kept work as small ones do."""
    value = Struct((f"field_{index}_{'x' * 40}", Symbol(f"symbol_{index}")) for index in range(300))

    assert same(decode(encode(value)), value)


def _padded_timestamp(number: int) -> bytes:
    """A stream with a timestamp whose fraction has zeros before it, many and each time another number of them."""
    body = bytes.fromhex("c0 0f e1 81 81 80 80 80 c3") + bytes(100_000 + number) + b"\x05"
    return MARKER + b"\x6e" + var_uint_bytes(len(body)) + body


@pytest.mark.parametrize(
    "use",
    [
        lambda number: decode(_padded_timestamp(number)),
        lambda number: encode(Struct([("x" * 100_000 + str(number), 1)])),
        lambda number: decode(encode(Struct([("x" * 100_000 + str(number), 1)]))),
        lambda number: ion_hash(Struct([("x" * 100_000 + str(number), 1)])),
        lambda number: write_text(Symbol("x" * 100_000 + str(number))),
    ],
    ids=["timestamps read", "names written", "names read", "names hashed", "names as text"],
)
def test_what_is_long_is_not_kept(use: Callable[[int], object]) -> None:
    """What comes again and again is kept to save time; long timestamps and names are data, and gone when used."""
    use(0)
    tracemalloc.start()
    for number in range(50):
        use(number)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1_000_000
