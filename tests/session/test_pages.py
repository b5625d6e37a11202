"""Pages of a statement: where they end, what their tokens are good for, what they cost."""

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException
from emulator.ion.values import Struct
from emulator.ledger.ledger import Ledger
from emulator.session.commands import PageRead
from emulator.session.pages import Cursor, Page, PageSize, wire_size
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conversation import Conversation, values


def insert(session: Conversation, count: int) -> None:
    """As many people, 40 to a transaction."""
    for first in range(0, count, 40):
        session.start()
        people = [Struct([("name", str(number))]) for number in range(first, min(first + 40, count))]
        session.execute("INSERT INTO People ?", people)
        session.commit()


def pages(session: Conversation, page: PageRead) -> list[PageRead]:
    """A page and all that follow it."""
    found = [page]
    while found[-1].next_page_token is not None:
        found.append(session.fetch(found[-1].next_page_token))
    return found


def cut(rows: list[bytes | None], size: PageSize) -> list[Page]:
    """Rows as pages, without a session; a row is a blob."""
    cursor = Cursor(iter(rows), size)
    found: list[Page] = []
    while not found or not found[-1].is_last:
        steps = cursor.next_page()
        try:
            while True:
                next(steps)
        except StopIteration as end:
            found.append(end.value)
    return found


def test_empty_result_is_one_empty_page(session: Conversation) -> None:
    """A statement without rows has a first page without values and without a token."""
    session.start()
    page = session.execute("SELECT * FROM People")
    assert (page.values, page.next_page_token) == ([], None)


@pytest.mark.parametrize(("count", "sizes"), [(199, [199]), (200, [200]), (201, [200, 1]), (401, [200, 200, 1])])
def test_page_has_200_values(count: int, sizes: list[int]) -> None:
    """The last page has no token even when it is full."""
    assert [len(page.values) for page in cut([b"x"] * count, PageSize(200, 1 << 22))] == sizes


def test_page_ends_before_it_is_too_long() -> None:
    """A page stays below its bytes on the wire; a value longer than that goes alone."""
    small, large = bytes(300), bytes(900)
    found = cut([small, small, large, small], PageSize(200, 2 * wire_size(bytes(310))))
    assert [len(page.values) for page in found] == [2, 1, 1]


def test_turns_are_no_rows() -> None:
    """A turn between rows is passed on and counts for nothing."""
    found = cut([None, b"x", None, b"x", None], PageSize(2, 1 << 22))
    assert [len(page.values) for page in found] == [2]


def test_pages_are_the_whole_result(session: Conversation) -> None:
    """Fetched to the end, the pages hold each document once."""
    insert(session, 450)
    session.start()
    found = pages(session, session.execute("SELECT VALUE name FROM People"))
    assert [len(page.values) for page in found] == [200, 200, 50]
    names = [name for page in found for name in values(page)]
    assert sorted(map(int, map(str, names))) == list(range(450))
    session.commit()


def test_cursors_interleave(session: Conversation) -> None:
    """Two statements of a transaction are fetched in turns, each going on where it was."""
    insert(session, 210)
    session.start()
    first, second = session.execute("SELECT * FROM People"), session.execute("SELECT VALUE name FROM People")
    assert len(session.fetch(second.next_page_token).values) == 10
    assert len(session.fetch(first.next_page_token).values) == 10
    session.commit()


def test_token_is_good_for_one_fetch(session: Conversation) -> None:
    """A token that was used, or never given, is refused, and the transaction goes on."""
    insert(session, 210)
    session.start()
    token = session.execute("SELECT * FROM People").next_page_token
    session.fetch(token)
    for refused in (token, "AAAA"):
        with pytest.raises(BadRequestException, match=r"^The parameter NextPageToken is not valid"):
            session.fetch(refused)
    session.commit()


def test_token_dies_with_its_transaction(session: Conversation) -> None:
    """A page of a transaction before is not to be had in the next one."""
    insert(session, 210)
    session.start()
    token = session.execute("SELECT * FROM People").next_page_token
    session.commit()
    with pytest.raises(BadRequestException, match=r"^No open transaction$"):
        session.fetch(token)
    session.start()
    with pytest.raises(BadRequestException, match=r"^The parameter NextPageToken is not valid"):
        session.fetch(token)


def test_own_writes_while_a_cursor_is_open(session: Conversation) -> None:
    """A transaction may write to the table whose pages it is still fetching."""
    insert(session, 210)
    session.start()
    page = session.execute("SELECT * FROM People")
    session.execute("INSERT INTO People {'name': 'new'}")
    session.execute("DELETE FROM People WHERE name = '5'")
    assert len(session.fetch(page.next_page_token).values) >= 9
    session.commit()


def test_writing_does_not_wait_for_fetching(session: Conversation) -> None:
    """A statement that writes has written everything when its first page arrives."""
    insert(session, 30)
    session.start()
    session.execute("UPDATE People SET age = 1")
    assert len(session.execute("SELECT * FROM People WHERE age = 1").values) == 30


def test_writing_is_done_before_its_first_page_is_full(ledger: Ledger, clock: ManualClock) -> None:
    """Even where a page has fewer values than the statement writes documents."""
    sessions = Sessions(Settings(page_values=2), clock)
    session = Conversation(sessions.start(ledger, "ledger", "id"))
    session.transact("CREATE TABLE People")
    session.start()
    page = session.execute("INSERT INTO People << {}, {}, {}, {}, {} >>")
    assert page.next_page_token is not None
    assert len(session.session.ledger.tip.draft.revisions) == 0
    assert values(session.execute("SELECT COUNT(*) AS n FROM People"))[0] == Struct([("n", 5)])
    assert sum(len(following.values) for following in pages(session, page)) == 5
    session.commit()
    assert len(session.session.ledger.tip.draft.revisions) == 5


def test_read_ios_add_up_over_pages(session: Conversation) -> None:
    """Each row of a nested loop costs one read: six times the same three documents make 1092, however paged."""
    insert(session, 3)
    session.start()
    found = pages(session, session.execute("SELECT * FROM People a, People b, People c, People d, People e, People f"))
    assert sum(len(page.values) for page in found) == 729
    assert sum(page.consumed_ios.read_ios for page in found) == 1092
    assert all(page.consumed_ios.read_ios > 0 for page in found)


def test_closed_cursor_holds_nothing(session: Conversation) -> None:
    """Ending a transaction with pages left unread does not disturb the next one."""
    insert(session, 210)
    session.start()
    session.execute("SELECT * FROM People")
    session.abort()
    session.transact("DELETE FROM People WHERE name = '5'")
    session.start()
    assert sum(len(page.values) for page in pages(session, session.execute("SELECT * FROM People"))) == 209
