"""Results as lines."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.codec import read_all
from emulator.ion.values import Struct, Value
from emulator.shell.formats import FORMATS, csv_lines, ion_lines, json_lines
from emulator.shell.table import columns, printable, table

PEOPLE = """
{name: "Ada", born: 1815, langs: ["en", fr]}
{name: "Grace", born: 1906.50, since: 2024-01-01T, gone: null}
"""


def rows(text: str) -> list[Value]:
    return read_all(text)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "ion",
            ['{name:"Ada",born:1815,langs:["en",fr]}', '{name:"Grace",born:1906.50,since:2024-01-01,gone:null}'],
        ),
        (
            "json",
            [
                '{"name":"Ada","born":1815,"langs":["en","fr"]}',
                '{"name":"Grace","born":1906.50,"since":"2024-01-01","gone":null}',
            ],
        ),
        (
            "csv",
            ["name,born,langs,since,gone", 'Ada,1815,"[""en"",""fr""]",,', "Grace,1906.50,,2024-01-01,"],
        ),
        (
            "table",
            [
                "name      born  langs      since       gone",
                "-----  -------  ---------  ----------  ----",
                'Ada       1815  ["en",fr]',
                "Grace  1906.50             2024-01-01  null",
            ],
        ),
    ],
)
def test_format(name: str, lines: list[str]) -> None:
    """Each shows all fields that any row has."""
    assert list(FORMATS[name](rows(PEOPLE), None)) == lines


@pytest.mark.parametrize("name", FORMATS)
def test_no_rows_are_no_lines(name: str) -> None:
    """Nothing comes out of nothing, no head either."""
    assert list(FORMATS[name]([], 80)) == []


def test_rows_without_fields_stand_under_value() -> None:
    """And beside those that have some."""
    mixed = rows('1 "two" {n: 3}')

    assert list(csv_lines(mixed)) == ["value,n", "1,", "two,", ",3"]
    assert list(table(mixed)) == ["value  n", "-----  -", "1", "two", "       3"]


def test_values_of_csv_are_text() -> None:
    """Strings, symbols, timestamps and blobs without quotes, the rest as JSON has it."""
    line = list(csv_lines(rows("{a: 'sym', b: {{aGk=}}, c: 2024-01-01T00:00Z, d: true, e: {f: 1}, g: a::1}")))[1]

    assert next(csv.reader([line])) == ["sym", "aGk=", "2024-01-01T00:00Z", "true", '{"f":1}', "1"]


def test_repeated_field_is_shown_once() -> None:
    """Tables and CSV have the first of its values; Ion and JSON have both."""
    twice = rows("{a: 1, a: 2}")

    assert list(csv_lines(twice)) == ["a", "1"]
    assert list(table(twice)) == ["a", "-", "1"]
    assert list(json_lines(twice)) == ['{"a":1,"a":2}']


TEXTS = st.text(max_size=20)
ROWS = st.lists(st.dictionaries(TEXTS, TEXTS | st.integers(), min_size=1, max_size=4), min_size=1, max_size=5)


@given(ROWS)
def test_csv_is_read_back(found: list[dict[str, str | int]]) -> None:
    """By Python's own reader, whatever is in strings and names."""
    lines = "\n".join(csv_lines([Struct(row.items()) for row in found])) + "\n"

    read = list(csv.DictReader(io.StringIO(lines, newline="")))

    assert [{name: row[name] for name in row if name in wanted} for row, wanted in zip(read, found, strict=True)] == [
        {name: str(value) for name, value in row.items()} for row in found
    ]


@given(ROWS)
def test_json_is_read_back(found: list[dict[str, str | int]]) -> None:
    """Also after a terminal's control characters are spelled out."""
    structs = [Struct(row.items()) for row in found]

    assert [json.loads(line) for line in json_lines(structs)] == found
    assert [json.loads(printable(line)) for line in json_lines(structs)] == found


@given(ROWS)
def test_ion_is_read_back(found: list[dict[str, str | int]]) -> None:
    """A line for each row, also after a terminal's control characters are spelled out."""
    structs: list[Value] = [Struct(row.items()) for row in found]

    assert [value for line in ion_lines(structs) for value in rows(printable(line))] == structs


@given(ROWS, st.integers(10, 60))
def test_no_line_of_a_table_is_wider_than_the_terminal(found: list[dict[str, str | int]], width: int) -> None:
    """Unless it lists the fields one by one, which happens where not even narrow columns fit."""
    lines = list(table([Struct(row.items()) for row in found], width))
    names = {name for row in found for name in row}

    if len(names) * 10 - 2 <= width:
        assert all(columns(line) <= width for line in lines)
        assert len(lines) == len(found) + 2


def test_wide_cells_are_cut_and_the_widest_first() -> None:
    """What is short stays whole."""
    wide = rows('{id: "4o5Nhq4mMR85AxQQ3G5X4H", text: "a long text that goes on and on", n: 12}')

    assert list(table(wide, 40)) == [
        "id                 text                n",
        "-----------------  -----------------  --",
        "4o5Nhq4mMR85AxQQ…  a long text that…  12",
    ]


def test_fields_are_listed_where_columns_do_not_fit() -> None:
    """One on each line, an empty line between rows."""
    many = rows('{first: "a-long-value", second: "a-long-value"} {first: 1}')

    assert list(table(many, 15)) == ["first   a-long-value", "second  a-long-value", "", "first   1"]


def test_terminals_are_shown_characters_and_not_obeying_them() -> None:
    """An escape sequence, a line break and a mark that turns text around are spelled out."""
    hostile = [Struct([("\x1b[2J", "a\nb\x9b31m\u202etxt")])]

    assert list(table(hostile)) == [
        "\\u001b[2J",
        "--------------------------",
        "a\\u000ab\\u009b31m\\u202etxt",
    ]


def test_wide_characters_keep_columns_in_line() -> None:
    """A character that takes two columns of a terminal counts for two."""
    assert list(table(rows('{a: "日本", b: "x"} {a: "abcd", b: "y"}'))) == ["a     b", "----  -", "日本  x", "abcd  y"]
