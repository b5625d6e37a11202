"""Results as text: Ion, JSON, CSV and tables. Rows go in, lines without their ends come out.

Rows are gone through twice where a line depends on rows after it, and never gathered.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from emulator.ion.json import write_json
from emulator.ion.text import write_text
from emulator.ion.values import Null, Value
from emulator.shell.table import cells, table

Format = Callable[[Iterable[Value], int | None], Iterator[str]]
"""From rows that can be gone through again, and how wide a line may be, to lines."""


def ion_lines(rows: Iterable[Value], width: int | None = None) -> Iterator[str]:
    """A row on each line, as Ion text."""
    return map(write_text, rows)


def json_lines(rows: Iterable[Value], width: int | None = None) -> Iterator[str]:
    """A row on each line, as JSON; what JSON does not have is converted as Ion's rules for that say."""
    return map(write_json, rows)


def csv_lines(rows: Iterable[Value], width: int | None = None) -> Iterator[str]:
    """A line with the names of all fields there are, and one for each row.

    Values are written as in JSON, strings without quotes; nulls and absent fields are empty. A row that is no struct
    stands under `value`.
    """
    names = list(dict.fromkeys(name for row in rows for name, _ in cells(row)))
    if names:
        yield _record(names)
    for row in rows:
        found = dict(reversed(cells(row)))
        yield _record([_csv_cell(found[name]) if name in found else "" for name in names])


def _record(fields: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(fields)
    return line.getvalue().removesuffix("\r\n")


def _csv_cell(value: Value) -> str:
    if isinstance(value, Null):
        return ""
    written = write_json(value)
    return str(json.loads(written)) if written.startswith('"') else written


FORMATS: Mapping[str, Format] = {"table": table, "ion": ion_lines, "json": json_lines, "csv": csv_lines}
