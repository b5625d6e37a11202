"""Every Ion type, its typed null and its annotated form: stored, found by equality, changed, and unchanged on return.

Values are compared by Ion Hash, which sees types, precision, offsets and annotations where Python's `==` does not.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from amazon.ion.simpleion import dumps, loads
from pyqldb.driver.qldb_driver import QldbDriver
from verifier import ion_hash

VALUES = {
    "null": "null",
    "bool-true": "true",
    "bool-false": "false",
    "int": "5",
    "int-zero": "0",
    "int-negative": "-42",
    "int-64-bits": "9223372036854775807",
    "int-beyond-64-bits": "-123456789012345678901234567890",
    "float": "3.2e0",
    "float-whole": "1e0",
    "float-infinite": "+inf",
    "decimal": "0.1",
    "decimal-precision": "10.00",
    "decimal-exponent": "1d30",
    "decimal-negative-zero": "-0.",
    "decimal-many-digits": "12345678901234567890.1234567890123456789000",
    "timestamp-year": "2016T",
    "timestamp-month": "2016-12T",
    "timestamp-day": "2016-12-20T",
    "timestamp-minute": "2016-12-20T05:23Z",
    "timestamp-second": "2016-12-20T05:23:43Z",
    "timestamp-milliseconds": "2016-12-20T05:23:43.120Z",
    "timestamp-microseconds": "2016-12-20T05:23:43.000001Z",
    "timestamp-offset": "2016-12-20T05:23:43.120+02:30",
    "timestamp-offset-west": "2016-12-20T05:23-11:59",
    "timestamp-first-day": "0001-01-01",
    "timestamp-unknown-offset": "2016-12-20T05:23:43-00:00",
    "symbol": "abc",
    "symbol-quoted": "'a b'",
    "string": '"text"',
    "string-empty": '""',
    "string-unicode": '"añ日本語🚀\\n\\""',
    "blob": "{{aGVsbG8=}}",
    "blob-empty": "{{}}",
    "clob": '{{"hello"}}',
    "list": '[1, two, "three", 4.0, [5]]',
    "list-empty": "[]",
    "sexp": "(a + (b * 2))",
    "sexp-empty": "()",
    "struct": "{a: 1, b: {c: [true, null.int]}, 'd e': 2016T}",
    "struct-empty": "{}",
}

TYPES = (
    "bool",
    "int",
    "float",
    "decimal",
    "timestamp",
    "symbol",
    "string",
    "blob",
    "clob",
    "list",
    "sexp",
    "struct",
)

TYPED_NULLS = {f"null-{name}": f"null.{name}" for name in (*TYPES, "null")}

ANNOTATED = {
    "annotated-once": "metres::5",
    "annotated-twice": "outer::inner::2016-12-20T",
    "annotated-null": "unknown::null.decimal",
    "annotated-list": 'tags::[a::1, b::"two"]',
    "annotated-struct": "point::{x: metres::1.50, y: metres::2.50}",
    "annotated-text": "'needs quotes'::\"text\"",
}

ALL = {**VALUES, **TYPED_NULLS, **ANNOTATED}
CASES = [pytest.param(value, id=name) for name, value in ALL.items()]

# NULL equals nothing, so these are not found by `=`.
COMPARABLE = [
    pytest.param(value, id=name) for name, value in ALL.items() if not (name.startswith("null") or "null" in value)
]


def run(driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own."""
    return list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


@pytest.fixture(scope="module")
def stored(module_ledger: str) -> Iterator[QldbDriver]:
    """A driver for a ledger with a table that any document fits in."""
    with QldbDriver(module_ledger) as driver:
        run(driver, "CREATE TABLE Things")
        yield driver


def insert(driver: QldbDriver, value: Any) -> str:
    """Insert a document with the value in it, and give its id."""
    [row] = run(driver, "INSERT INTO Things ?", {"held": value})
    return str(row["documentId"])


def select(driver: QldbDriver, document_id: str) -> Any:
    """Read the value back."""
    [value] = run(driver, "SELECT VALUE t.held FROM Things AS t BY tid WHERE tid = ?", document_id)
    return value


@pytest.mark.parametrize("written", CASES)
def test_value_comes_back_as_it_was_inserted(stored: QldbDriver, written: str) -> None:
    """A value inserted as a parameter is selected with its type, precision and annotations."""
    value = loads(written)

    assert ion_hash(select(stored, insert(stored, value))) == ion_hash(value)


@pytest.mark.parametrize("written", CASES)
def test_value_comes_back_as_it_was_updated(stored: QldbDriver, written: str) -> None:
    """A value set by UPDATE is the value afterwards."""
    document_id = insert(stored, "before")
    value = loads(written)

    run(stored, "UPDATE Things AS t BY tid SET t.held = ? WHERE tid = ?", value, document_id)

    assert ion_hash(select(stored, document_id)) == ion_hash(value)


@pytest.mark.parametrize("written", CASES)
def test_value_written_as_literal(stored: QldbDriver, written: str) -> None:
    """A value in backticks in the statement is that Ion value."""
    [row] = run(stored, f"INSERT INTO Things VALUE {{'held': `{written}`}}")

    assert ion_hash(select(stored, str(row["documentId"]))) == ion_hash(loads(written))


@pytest.mark.parametrize("written", COMPARABLE)
def test_value_is_found_by_equality(stored: QldbDriver, written: str) -> None:
    """A value is equal to itself as a parameter, whatever its type."""
    value = loads(written)
    document_id = insert(stored, value)

    found = run(stored, "SELECT tid FROM Things AS t BY tid WHERE tid = ? AND t.held = ?", document_id, value)

    assert [str(row["tid"]) for row in found] == [document_id]


@pytest.mark.parametrize("written", [pytest.param(value, id=name) for name, value in TYPED_NULLS.items()])
def test_typed_null_is_null(stored: QldbDriver, written: str) -> None:
    """IS NULL holds for the null of every type."""
    document_id = insert(stored, loads(written))

    found = run(stored, "SELECT tid FROM Things AS t BY tid WHERE tid = ? AND t.held IS NULL", document_id)

    assert len(found) == 1


@pytest.mark.parametrize("written", CASES)
def test_value_is_its_own_result(stored: QldbDriver, written: str) -> None:
    """Within one transaction a value is seen as it was just written."""
    value = loads(written)

    def insert_and_read(executor: Any) -> Any:
        [row] = executor.execute_statement("INSERT INTO Things ?", {"held": value})
        [seen] = executor.execute_statement(
            "SELECT VALUE t.held FROM Things AS t BY tid WHERE tid = ?", row["documentId"]
        )
        return seen

    assert ion_hash(stored.execute_lambda(insert_and_read)) == ion_hash(value)


@pytest.mark.parametrize("written", CASES)
def test_value_is_proven_as_it_was_inserted(stored: QldbDriver, qldb: Any, module_ledger: str, written: str) -> None:
    """History has the value, and so has the revision that GetRevision gives as text."""
    value = loads(written)
    document_id = insert(stored, value)

    [past] = run(stored, "SELECT * FROM history(Things) AS h WHERE h.metadata.id = ?", document_id)
    assert ion_hash(past["data"]["held"]) == ion_hash(value)

    answer = qldb.get_revision(
        Name=module_ledger,
        BlockAddress={"IonText": dumps(past["blockAddress"], binary=False)},
        DocumentId=document_id,
    )
    assert ion_hash(loads(answer["Revision"]["IonText"])["data"]["held"]) == ion_hash(value)


def test_python_values_become_ion(stored: QldbDriver) -> None:
    """Plain Python values are stored as the driver converts them."""
    document = {"text": "x", "whole": 1, "real": 1.5, "yes": True, "none": None, "list": [1, "a"], "bytes": b"\x00\xff"}

    found = select(stored, insert(stored, document))

    assert ion_hash(found) == ion_hash(loads(dumps(document)))
