"""Values that are small in memory and would be huge when written, because one part is in them many times."""

import tracemalloc

import pytest

from emulator.errors import BadRequestException
from emulator.ion.binary import encode
from emulator.ion.errors import IonTooLargeError
from emulator.ion.values import Struct, Value
from tests.session.conversation import Conversation

TEN = "<< 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 >>"
BOMB = f"SELECT VALUE [z, z, z, z, z, z, z, z] FROM {TEN} a, {TEN} b, {TEN} c"
"""24 MB for each `z` of this size; a query may have some hundred times as many rows."""
LONG = "x" * 30_000
MOST_BYTES = 100 * 1024 * 1024


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT VALUE ({BOMB}) FROM << '{LONG}' >> z",
        f"UPDATE Person AS p SET p.made = (SELECT VALUE [p.z, p.z, p.z, p.z, p.z, p.z] FROM {TEN} a, {TEN} b)",
    ],
    ids=["a row", "a document"],
)
def test_value_that_would_be_huge_is_refused(session: Conversation, statement: str) -> None:
    """At once, within bounds of memory; the transaction goes on."""
    session.transact("CREATE TABLE Person", f"INSERT INTO Person {{'z': '{LONG}'}}")
    session.start()
    tracemalloc.start()

    with pytest.raises(BadRequestException, match="bytes"):
        session.execute(statement)

    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    tracemalloc.stop()
    session.execute("INSERT INTO Person {'name': 'Ada'}")
    session.abort()


@pytest.mark.parametrize("value", ["x || CAST(n AS STRING)", "[x || CAST(n AS STRING)]", "{'x': x, 'n': n}"])
def test_long_values_that_are_looked_up_are_not_kept(session: Conversation, value: str) -> None:
    """A statement may look up a million of them; what it read is remembered without them."""
    numbers = f"<< {', '.join(map(str, range(1_000)))} >>"
    session.start()
    tracemalloc.start()
    session.execute(f"SELECT p FROM <<?>> AS x, {numbers} AS n, People AS p WHERE p.name = {value}", LONG)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 5 * 1024 * 1024


def test_large_parameters_are_not_kept(session: Conversation) -> None:
    """Once a statement has run nothing needs them, not even the digest of the transaction."""
    items: Value = ["x" * 1_000] * 100
    session.start()
    tracemalloc.start()
    for _ in range(40):
        session.execute("SELECT VALUE SIZE(?) FROM <<0>> AS z", items)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1024 * 1024
    session.commit()


@pytest.mark.parametrize("wrap", [lambda part: [part] * 600, lambda part: Struct((f"f{n}", part) for n in range(600))])
def test_parts_are_counted_wherever_they_are(wrap: type[list[Value]]) -> None:
    """In lists and in structs; what is just small enough is written."""
    part = "x" * 30_000

    with pytest.raises(IonTooLargeError):
        encode(wrap(part))
    assert len(encode([part] * 500)) > 15_000_000
