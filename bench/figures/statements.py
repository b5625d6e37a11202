"""Statements without HTTP and disk: what the language costs, beside SQLite doing the same with JSON."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median

from bench.documents import TABLE, document
from bench.engine import change, insert_all, read, set_up, without_disk
from bench.json_tables import JsonTables, as_sql, path
from bench.measuring import Bench, interleaved, seconds
from bench.report import Row, bounded, plain, reaching
from emulator.ion.binary import encode
from emulator.ion.values import Struct
from emulator.ledger.ledger import Ledger
from emulator.partiql.compiler import compile
from emulator.partiql.parser import parse
from emulator.partiql.plan.statements import plan_of

_ROUNDS = 400
_SCANS = 5
_TIMES = 20
"""How often something is done that is too short to be measured once."""
_PEOPLE = 1_000
_UPDATED = 200

_JOIN = (
    "SELECT v.VIN, v.Make, v.Model, r.LicensePlateNumber FROM Vehicle AS v, VehicleRegistration AS r "
    "WHERE v.VIN = ? AND r.VIN = v.VIN"
)
_JOIN_OF_THREE = (
    "SELECT p.FirstName, v.Make, r.LicensePlateNumber FROM Person AS p, VehicleRegistration AS r, Vehicle AS v "
    "WHERE p.GovId = ? AND r.Owner = p.GovId AND v.VIN = r.VIN"
)
_INDEXED = {"Person": ("GovId",), "VehicleRegistration": ("VIN", "Owner"), "Vehicle": ("VIN",)}


def measure(bench: Bench) -> Iterator[Row]:
    with closing(without_disk()) as ledger, closing(JsonTables()) as floor:
        _fill_vehicles(ledger, floor)
        yield from _compiling(ledger)
        yield from _joining(ledger, floor)
    with closing(without_disk()) as ledger, closing(JsonTables()) as floor:
        _fill_measured(ledger, floor, bench.scale.scanned_documents)
        yield from _selecting(ledger, floor, bench.scale.scanned_documents)
        yield from _scanning(ledger, floor, bench.scale.scanned_documents)
    with closing(without_disk()) as ledger, closing(JsonTables()) as floor:
        yield from _updating(ledger, floor)


# Compiling


def _compiling(ledger: Ledger) -> Iterator[Row]:
    """Of the floor, preparing and beginning the statement where nothing is found: SQLite does not do one alone."""
    catalog = ledger.view.catalog
    with closing(JsonTables(cached_statements=0)) as forgetful, closing(JsonTables()) as mindful:
        for each in (forgetful, mindful):
            for table, fields in _INDEXED.items():
                each.create(table, *fields)
        statement = as_sql(_JOIN)
        uncached = interleaved(
            _microseconds(lambda: plan_of(parse(_JOIN), catalog)),
            _microseconds(lambda: forgetful.run(statement, "")),
            _ROUNDS,
        )
        yield bounded("compiling a SELECT from two tables", *uncached, 100, "µs")
        cached = interleaved(
            _microseconds(lambda: compile(_JOIN, catalog)), _microseconds(lambda: mindful.run(statement, "")), _ROUNDS
        )
        yield bounded("compiling it again", *cached, 2, "µs")


# Reading


def _joining(ledger: Ledger, floor: JsonTables) -> Iterator[Row]:
    chosen, statement = random.Random(7), as_sql(_JOIN_OF_THREE)
    measured = interleaved(
        lambda: _once(lambda number: read(ledger, _JOIN_OF_THREE, [f"GOV{number}"]), chosen.randrange(_PEOPLE)),
        lambda: _once(lambda number: floor.run(statement, f"GOV{number}"), chosen.randrange(_PEOPLE)),
        _ROUNDS,
    )
    yield plain("join of three tables by their indexes", *measured, "µs")


def _selecting(ledger: Ledger, floor: JsonTables, documents: int) -> Iterator[Row]:
    chosen = random.Random(7)
    text = f"SELECT * FROM {TABLE} WHERE number = ?"
    statement = f"SELECT body FROM {TABLE} WHERE {path(TABLE, 'number')} = ?"
    measured = interleaved(
        lambda: _once(lambda number: read(ledger, text, [number]), chosen.randrange(documents)),
        lambda: _once(lambda number: floor.documents(statement, number), chosen.randrange(documents)),
        _ROUNDS,
    )
    yield plain("SELECT of one document by an index", *measured, "µs")


def _once(action: Callable[[int], object], number: int) -> float:
    return seconds(lambda: action(number)) * 1e6


def _scanning(ledger: Ledger, floor: JsonTables, documents: int) -> Iterator[Row]:
    text = f"SELECT * FROM {TABLE} WHERE note = 'of no document'"
    statement = f"SELECT body FROM {TABLE} WHERE {path(TABLE, 'note')} = 'of no document'"
    rates = interleaved(
        lambda: documents / seconds(lambda: read(ledger, text)),
        lambda: documents / seconds(lambda: floor.documents(statement)),
        _SCANS,
    )
    yield reaching(f"scan of {documents:,} documents for a field without an index", *rates, 60_000, "/s")


# Changing


def _updating(ledger: Ledger, floor: JsonTables) -> Iterator[Row]:
    """Whole transactions, of the engine with block, hashes and view, of SQLite with a commit in memory."""
    bodies: list[dict[str, int | str]] = [
        {"number": number, "state": 0, "note": "n" * 10_000} for number in range(_UPDATED)
    ]
    set_up(ledger)
    insert_all(ledger, TABLE, (encode(Struct(body.items())) for body in bodies))
    floor.create(TABLE, "number")
    floor.insert(TABLE, bodies)
    chosen = random.Random(7)
    text = f"UPDATE {TABLE} SET state = ? WHERE number = ?"
    statement = f"UPDATE {TABLE} SET body = json_set(body, '$.state', ?) WHERE {path(TABLE, 'number')} = ?"
    measured = interleaved(
        lambda: _once(lambda number: change(ledger, text, [number, number]), chosen.randrange(_UPDATED)),
        lambda: _once(lambda number: floor.run(statement, number, number), chosen.randrange(_UPDATED)),
        _ROUNDS,
    )
    yield plain("UPDATE of one field of a document of 10 KB", *measured, "µs")


# Data


def _fill_vehicles(ledger: Ledger, floor: JsonTables) -> None:
    tables = {
        "Person": [{"GovId": f"GOV{number}", "FirstName": "Raul"} for number in range(_PEOPLE)],
        "VehicleRegistration": [
            {"VIN": f"VIN{number}", "Owner": f"GOV{number}", "LicensePlateNumber": f"CA{number}"}
            for number in range(_PEOPLE)
        ],
        "Vehicle": [{"VIN": f"VIN{number}", "Make": "Audi", "Model": "A5"} for number in range(_PEOPLE)],
    }
    for table, bodies in tables.items():
        set_up(ledger, (f"CREATE TABLE {table}", *(f"CREATE INDEX ON {table} ({each})" for each in _INDEXED[table])))
        insert_all(ledger, table, (encode(Struct(body.items())) for body in bodies))
        floor.create(table, *_INDEXED[table])
        floor.insert(table, bodies)


def _fill_measured(ledger: Ledger, floor: JsonTables, documents: int) -> None:
    set_up(ledger)
    insert_all(ledger, TABLE, map(document, range(documents)))
    floor.create(TABLE, "number")
    floor.insert(
        TABLE,
        (
            {"number": number, "owner": f"owner {number % 1000}", "city": "Seattle", "note": "n" * 40}
            for number in range(documents)
        ),
    )


def _microseconds(action: Callable[[], object]) -> Callable[[], float]:
    """Measures an action, the median of some."""
    return lambda: median(seconds(action) for _ in range(_TIMES)) * 1e6
