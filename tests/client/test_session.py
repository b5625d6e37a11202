"""The project's own client, over real HTTP."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from emulator.client.plain import plain
from emulator.client.session import Session
from emulator.client.transport import Answer, HttpTransport, ServerError, ask
from emulator.ion.codec import read_text
from emulator.ion.values import Struct
from emulator.testing.controls import Clock

pytestmark = pytest.mark.qldb(statements="CREATE TABLE Person")


@pytest.fixture
def transport(server: str) -> Iterator[HttpTransport]:
    transport = HttpTransport(server)
    yield transport
    transport.close()


@pytest.fixture
def session(qldb_ledger: str, transport: HttpTransport) -> Session:
    """On a ledger with the table Person."""
    return Session(transport, qldb_ledger)


def test_transactions_are_committed(session: Session) -> None:
    """With a commit digest that the server agrees with, parameters included."""
    session.transact(["INSERT INTO Person ?", "INSERT INTO Person {'name': 'Grace'}"], [[Struct([("name", "Ada")])]])

    rows = session.transact(["SELECT VALUE name FROM Person"])

    assert sorted(map(str, rows)) == ["Ada", "Grace"]


@pytest.mark.qldb(page_values=2)
def test_rows_come_page_by_page(session: Session) -> None:
    """All of them, and their costs grow as they do."""
    session.transact(["INSERT INTO Person << {'n': 1}, {'n': 2}, {'n': 3}, {'n': 4}, {'n': 5} >>"])
    session.start()
    rows = session.execute("SELECT VALUE n FROM Person")
    before = rows.costs.read_ios

    found = sorted(value for value in rows if isinstance(value, int))
    session.commit()

    assert found == [1, 2, 3, 4, 5]
    assert before < rows.costs.read_ios == 5


def test_refusals_are_raised(session: Session) -> None:
    """With the error's name and text; the session can be used on."""
    with pytest.raises(ServerError, match="No such variable named 'Nowhere'") as raised:
        session.transact(["SELECT * FROM Nowhere"])

    assert (raised.value.code, raised.value.status) == ("BadRequestException", 400)
    assert session.transact(["SELECT * FROM Person"]) == []


def test_expired_transactions_are_told_as_such(qldb_ledger: str, server: str, clock: Clock) -> None:
    """Though the session ended with it, and so nothing is there to abort any more."""

    class Late(HttpTransport):
        def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
            if b"ExecuteStatement" in body:
                clock.advance(30_000)
            return super().request(method, path, headers, body)

    transport = Late(server)

    with pytest.raises(ServerError, match=r"Transaction .* has expired"):
        Session(transport, qldb_ledger).transact(["SELECT * FROM Person"])

    transport.close()


def test_ended_session_is_refused(session: Session) -> None:
    """Nothing can be done with it."""
    session.end()

    with pytest.raises(ServerError, match="No such session"):
        session.start()


def test_region_is_that_of_the_request(transport: HttpTransport) -> None:
    """A ledger of another Region is not found where it is not."""
    ask(transport, "POST", "/ledgers", {"Name": "there", "PermissionsMode": "STANDARD"}, region="eu-west-1")

    Session(transport, "there", region="eu-west-1").end()
    with pytest.raises(ServerError, match="not found"):
        Session(transport, "there")


def test_closed_connection_is_made_again(transport: HttpTransport) -> None:
    """A kept connection that is gone is no error."""
    ask(transport, "GET", "/_qldb/health")
    transport.close()

    assert ask(transport, "GET", "/_qldb/health")["status"] == "ok"


def test_somebody_else_is_noticed(session: Session) -> None:
    """What is no emulator is told so, and what is no URL too."""
    with pytest.raises(ValueError, match="an endpoint is a URL"):
        HttpTransport("127.0.0.1:8000")


def test_values_become_plain() -> None:
    """What people compare is what Python has."""
    text = (
        '{n:null.string, b:true, i:1, d:1.50, t:2024-01-01T00:00Z, s:"x", y:sym, l:[1,(a b)],'
        ' x:mark::{{aGk=}}, c:{{"hi"}}}'
    )

    assert plain(read_text(text)) == {
        "n": None,
        "b": True,
        "i": 1,
        "d": Decimal("1.50"),
        "t": "2024-01-01T00:00Z",
        "s": "x",
        "y": "sym",
        "l": [1, ["a", "b"]],
        "x": b"hi",
        "c": b"hi",
    }
