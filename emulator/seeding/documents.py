"""Tables with their documents and indexes as one value, in Ion or JSON:

    { ledger: "cars", tables: { Vehicle: [ { VIN: "1N4AL11D75C109151" } ] }, indexes: { Vehicle: ["VIN"] } }

In Ion, `document_id::{Person: {GovId: "LEWISR261LL"}}` stands for the id of the one document that has these fields, of
a table that comes before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator import limits
from emulator.ion.binary import encode
from emulator.ion.errors import IonError
from emulator.ion.values import Annotated, Sexp, Struct, Value
from emulator.seeding.complaints import shortened
from emulator.seeding.seed import Documents, Reference, Seed, SeedError, Statement, quoted

_LEDGER, _TABLES, _INDEXES = "ledger", "tables", "indexes"
_MEMBERS = (_LEDGER, _TABLES, _INDEXES)
_ID = "document_id"


def seed_of(source: str, value: Value, text_of: Callable[[Value], str]) -> Seed:
    """The seed of a value. SeedError, with the place in it, where it has another shape.

    `text_of` shows values as the file has them.
    """
    try:
        return _seed_of(source, value)
    except _Unwanted as error:
        raise SeedError(f"{error.place}: wanted {error.wanted}, got {shortened(text_of(error.came))}") from None


def _seed_of(source: str, value: Value) -> Seed:
    members = _fields(source, value)
    unknown = [name for name in members if name not in _MEMBERS]
    if unknown:
        raise SeedError(f"{source}: {unknown[0]} is no member of a seed; there are {', '.join(_MEMBERS)}")
    ledger = members.get(_LEDGER)
    if ledger is not None and not isinstance(ledger, str):
        raise _Unwanted(f"{source}, {_LEDGER}", ledger, "the name of a ledger")
    tables = _lists(f"{source}, {_TABLES}", members.get(_TABLES, Struct()))
    indexes = _lists(f"{source}, {_INDEXES}", members.get(_INDEXES, Struct()))
    steps: list[Statement | Documents] = [*_definitions(source, tables, indexes), *_documents(source, tables)]
    return Seed(source, None if ledger is None else str(ledger), steps)


def _definitions(source: str, tables: Mapping[str, list[Any]], indexes: Mapping[str, list[Any]]) -> Iterator[Statement]:
    for table in tables:
        yield Statement(f"{source}, {_TABLES}.{table}", f"CREATE TABLE {quoted(table)}")
    for table, fields in indexes.items():
        place = f"{source}, {_INDEXES}.{table}"
        if table not in tables:
            raise SeedError(f"{place}: there is no such table among the tables of the seed")
        for field in fields:
            if not isinstance(field, str):
                raise _Unwanted(place, field, "names of fields")
            yield Statement(place, f"CREATE INDEX ON {quoted(table)} ({quoted(str(field))})")


def _documents(source: str, tables: Mapping[str, list[Any]]) -> Iterator[Documents]:
    known = _Known(tables)
    for table, documents in tables.items():
        place = f"{source}, {_TABLES}.{table}"
        resolved = [_document(f"{place}[{number}]", document, known) for number, document in enumerate(documents)]
        known.seen.append(table)
        if resolved:
            yield Documents(place, table, resolved)


def _document(place: str, document: Value, known: _Known) -> Value:
    if not isinstance(document, Struct):
        raise _Unwanted(place, document, "a document, which is a struct")
    try:
        size = len(encode(document))
    except IonError as error:
        raise SeedError(f"{place}: {error}") from error
    if size > limits.DOCUMENT_BYTES:
        raise SeedError(f"{place}: a document has at most {limits.DOCUMENT_BYTES} bytes of Ion, got {size}")
    resolved: Value = _resolved(place, document, known)
    return resolved


def _resolved(place: str, value: Any, known: _Known) -> Any:
    """The value with references in place of what stands for ids."""
    match value:
        case Annotated() if value.annotations == (_ID,):
            return known.reference(place, value.value)
        case Annotated():
            return Annotated(value.annotations, _resolved(place, value.value, known))
        case Struct():
            return Struct([(name, _resolved(place, field, known)) for name, field in value.fields()])
        case Sexp():
            return Sexp([_resolved(place, element, known) for element in value])
        case list():
            return [_resolved(place, element, known) for element in value]
        case _:
            return value


class _Unwanted(Exception):
    """A value came, and another was wanted."""

    def __init__(self, place: str, came: Value, wanted: str) -> None:
        super().__init__(place, wanted)
        self.place = place
        self.came = came
        self.wanted = wanted


class _Known:
    """The documents that may be referred to, found by what their fields are."""

    def __init__(self, tables: Mapping[str, list[Any]]) -> None:
        self.seen: list[str] = []
        """The tables that came so far."""
        self._tables = tables
        self._numbers: dict[tuple[str, tuple[str, ...]], dict[tuple[bytes, ...], list[int]]] = {}

    def reference(self, place: str, wanted: Any) -> Reference:
        fields = list(wanted.fields()) if isinstance(wanted, Struct) else []
        if len(fields) != 1 or not isinstance(fields[0][1], Struct) or not len(fields[0][1]):
            raise _Unwanted(place, wanted, f"{_ID}::{{Table: {{Field: value}}}}")
        table, known = str(fields[0][0]), {str(name): encode(value) for name, value in fields[0][1].fields()}
        if table not in self.seen:
            raise SeedError(f"{place}: {_ID} is of a table that comes before, got {table}")
        found = self._by(table, tuple(known)).get(tuple(known.values()), [])
        if len(found) != 1:
            raise SeedError(f"{place}: {_ID} is of one document, and {len(found)} of {table} have these fields")
        return Reference(table, found[0])

    def _by(self, table: str, names: tuple[str, ...]) -> dict[tuple[bytes, ...], list[int]]:
        numbers = self._numbers.get((table, names))
        if numbers is None:
            numbers = self._numbers[table, names] = {}
            for number, document in enumerate(self._tables[table]):
                fields = [document.get(name, None) for name in names]
                if None not in fields:
                    numbers.setdefault(tuple(map(encode, fields)), []).append(number)
        return numbers


def _lists(place: str, value: Value) -> dict[str, list[Any]]:
    lists = _fields(place, value)
    for name, inner in lists.items():
        if not isinstance(inner, list):
            raise _Unwanted(f"{place}.{name}", inner, "a list")
    return lists


def _fields(place: str, value: Value) -> dict[str, Any]:
    if not isinstance(value, Struct):
        raise _Unwanted(place, value, "a struct")
    fields: dict[str, Any] = {}
    for name, inner in value.fields():
        if name in fields:
            raise SeedError(f"{place}: {name} is there twice")
        fields[str(name)] = inner
    return fields
