"""`EXEC REDACT_REVISION` as a session sees it: what is asked for, what is refused, what is shown after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException, OccConflictException
from emulator.ion.codec import read_text
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct, Value
from emulator.journal.proof import verify
from emulator.ledger.verification import get_block, get_digest, get_revision, parse_address
from emulator.settings import Settings
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, values

DELAY_MS = Settings().revision_redacting_ms
ADA, BEA = Struct([("name", "Ada")]), Struct([("name", "Bea")])


@dataclass(frozen=True)
class Document:
    """A document as clients know it."""

    table_id: str
    document_id: str


def only(conversation: Conversation, statement: str, *parameters: Value) -> Any:
    """The one row of a statement in a transaction of its own."""
    (row,) = rows(conversation, statement, *parameters)
    return row


def rows(conversation: Conversation, statement: str, *parameters: Value) -> list[Any]:
    conversation.start()
    found = values(conversation.execute(statement, *parameters))
    conversation.commit()
    return list(found)


@pytest.fixture
def person(session: Conversation) -> Document:
    """A document with the versions 0, Ada, and 1, Bea."""
    document_id = str(only(session, "INSERT INTO People ?", ADA)["documentId"])
    rows(session, "UPDATE People AS p SET p = ?", BEA)
    return Document(table_id(session), document_id)


def table_id(session: Conversation) -> str:
    return str(only(session, "SELECT tableId FROM information_schema.user_tables WHERE name = 'People'")["tableId"])


def history(session: Conversation, document: Document) -> list[Any]:
    """All revisions of a document, by version."""
    statement = f"SELECT * FROM history('{document.table_id}') AS h WHERE h.metadata.id = ?"
    found = rows(session, statement, document.document_id)
    return sorted(found, key=lambda revision: revision["metadata"]["version"])


def address(session: Conversation, document: Document, version: int = 0) -> Any:
    return history(session, document)[version]["blockAddress"]


def exec_text(document: Document) -> str:
    return f"EXEC REDACT_REVISION ?, '{document.table_id}', '{document.document_id}'"


def redact(session: Conversation, document: Document, version: int = 0) -> Any:
    return only(session, exec_text(document), address(session, document, version))


# Asking


def test_redacting_answers_the_request(session: Conversation, person: Document) -> None:
    """The row names the revision, its version included, as the block has it."""
    where = address(session, person)
    row = redact(session, person)

    assert [name for name, _ in row] == ["blockAddress", "tableId", "documentId", "version"]
    assert (row["blockAddress"], row["tableId"], row["documentId"]) == (where, person.table_id, person.document_id)
    assert row["version"] == 0


def test_the_address_may_be_a_literal(session: Conversation, person: Document) -> None:
    """As the developer guide writes it, between backticks."""
    where = address(session, person)
    literal = f'`{{strandId: "{where["strandId"]}", sequenceNo: {where["sequenceNo"]}}}`'
    row = only(session, f"exec redact_revision {literal}, '{person.table_id}', '{person.document_id}'")

    assert row["blockAddress"] == where


def test_the_block_of_the_request_has_it(session: Conversation, person: Document) -> None:
    """The journal keeps the request as redactionInfo, in a block without documents and revisions."""
    row = redact(session, person)
    block = struct(get_block(session.session.ledger, session.session.ledger.tip.address, None).block)

    assert block["redactionInfo"] == Struct([("revisions", [row])])
    assert block["entriesHashList"][-1] == ion_hash(block["redactionInfo"])
    assert "revisions" not in dict(block.fields())
    assert "documents" not in dict(block["transactionInfo"].fields())


def test_a_transaction_may_redact_and_write(session: Conversation, person: Document) -> None:
    """Applications that ran on the service redact an old revision and update the document in one transaction."""
    where = address(session, person)
    session.start()
    session.execute(exec_text(person), where)
    session.execute("UPDATE People AS p SET p.name = 'Cid'")
    session.commit()

    assert [revision["metadata"]["version"] for revision in history(session, person)] == [0, 1, 2]


def test_the_last_revision_of_a_deleted_document_can_be_redacted(
    session: Conversation, person: Document, clock: ManualClock
) -> None:
    """Deleting makes the newest data inactive."""
    rows(session, "DELETE FROM People")
    redact(session, person, version=1)
    clock.advance(DELAY_MS)

    assert ["data" in dict(revision.fields()) for revision in history(session, person)] == [True, False, False]


def test_documents_of_dropped_tables_can_be_redacted(
    session: Conversation, person: Document, clock: ManualClock
) -> None:
    """A dropped table keeps its history, so that must be redactable."""
    rows(session, "DROP TABLE People")
    redact(session, person)
    clock.advance(DELAY_MS)

    assert "dataHash" in dict(history(session, person)[0].fields())


# Refusals


def refused(session: Conversation, statement: str, where: Value) -> str:
    """Why the statement is refused; its transaction stays open and is left."""
    session.start()
    with pytest.raises(BadRequestException) as raised:
        session.execute(statement, where)
    assert session.session.state.value == "open"
    session.abort()
    return raised.value.message


def test_the_newest_revision_is_refused(session: Conversation, person: Document) -> None:
    """What is active can be updated or deleted, not redacted."""
    assert "is its newest" in refused(session, exec_text(person), address(session, person, version=1))


def test_own_writes_make_nothing_inactive(session: Conversation, person: Document) -> None:
    """A revision becomes inactive when the newer one is committed, not before."""
    where = address(session, person, version=1)
    session.start()
    session.execute("DELETE FROM People")
    with pytest.raises(BadRequestException, match="is its newest"):
        session.execute(exec_text(person), where)


def test_a_deletion_is_refused(session: Conversation, person: Document) -> None:
    """A revision that deletes has no data; that it is the last one does not make it active."""
    rows(session, "DELETE FROM People")
    assert "no data to redact" in refused(session, exec_text(person), address(session, person, version=2))


@pytest.mark.parametrize("waited_ms", [0, DELAY_MS])
def test_redacting_again_is_refused(
    session: Conversation, person: Document, clock: ManualClock, waited_ms: int
) -> None:
    """A revision that is redacted, or soon will be, is not redacted once more."""
    where = address(session, person)
    redact(session, person)
    clock.advance(waited_ms)
    session.session.ledger.write()

    assert "redacted already" in refused(session, exec_text(person), where)


def test_a_second_redaction_in_a_transaction_is_refused(session: Conversation, person: Document) -> None:
    """One revision for each transaction (developer guide: limits)."""
    rows(session, "UPDATE People AS p SET p.name = 'Cid'")
    first, second = address(session, person, 0), address(session, person, 1)
    session.start()
    session.execute(exec_text(person), first)
    with pytest.raises(BadRequestException, match="can redact one revision"):
        session.execute(exec_text(person), second)


def test_another_strand_is_refused(session: Conversation, person: Document) -> None:
    where = Struct([("strandId", "KmA3ZZca7vAIiJAK9S5Iwl"), ("sequenceNo", 1)])
    assert "names the strand 'KmA3ZZca7vAIiJAK9S5Iwl'" in refused(session, exec_text(person), where)


@pytest.mark.parametrize("sequence_no", [0, 1, 5, 1 << 62, 1 << 70])
def test_a_block_without_the_document_is_refused(session: Conversation, person: Document, sequence_no: int) -> None:
    """Blocks before, between, after, and that will never be."""
    strand_id = str(address(session, person)["strandId"])
    where = Struct([("strandId", strand_id), ("sequenceNo", sequence_no)])
    assert f"no revision in block {sequence_no}" in refused(session, exec_text(person), where)


def test_an_unknown_document_is_refused(session: Conversation, person: Document) -> None:
    unknown = Document(person.table_id, "A" * 22)
    assert "has no revision" in refused(session, exec_text(unknown), address(session, person))


def test_an_unknown_table_is_refused(session: Conversation, person: Document) -> None:
    unknown = Document("A" * 22, person.document_id)
    assert "No table has the id" in refused(session, exec_text(unknown), address(session, person))


def test_another_table_is_refused(session: Conversation, person: Document) -> None:
    """A document is named with the table it is in."""
    other = Document(str(only(session, "CREATE TABLE Other")["tableId"]), person.document_id)
    assert f"but in that with id '{person.table_id}'" in refused(session, exec_text(other), address(session, person))


# Conflicts


def test_redactions_in_one_block_conflict(talk: Talk, session: Conversation) -> None:
    """Of two that redact different revisions of one block at a time, the later is refused (guide: concurrency)."""
    session.start()
    inserted = values(session.execute("INSERT INTO People << ?, ? >>", ADA, BEA))
    session.commit()
    rows(session, "DELETE FROM People")
    one, other = (Document(table_id(session), str(row["documentId"])) for row in inserted if isinstance(row, Struct))
    first, second, where = talk(), talk(), address(session, one)
    first.start()
    second.start()
    first.execute(exec_text(one), where)
    second.execute(exec_text(other), where)
    first.commit()
    with pytest.raises(OccConflictException):
        second.commit()

    assert only(second, exec_text(other), where)["documentId"] == other.document_id


def test_redactions_in_two_blocks_do_not_conflict(talk: Talk, session: Conversation, person: Document) -> None:
    """Revisions of different blocks have nothing to do with each other, though of one document."""
    rows(session, "UPDATE People AS p SET p.name = 'Cid'")
    first, second = talk(), talk()
    places = [address(session, person, 0), address(session, person, 1)]
    for conversation, where in zip([first, second], places, strict=True):
        conversation.start()
        conversation.execute(exec_text(person), where)
    first.commit()
    second.commit()


def test_redacting_is_no_reason_to_conflict_with_readers(talk: Talk, session: Conversation, person: Document) -> None:
    """Who reads or writes the document meanwhile is not disturbed."""
    reader = talk()
    reader.start()
    reader.execute("SELECT * FROM People")
    redact(session, person)
    reader.commit()


# What is shown


def test_data_is_shown_until_the_redaction_is_done(session: Conversation, person: Document, clock: ManualClock) -> None:
    """Clients that poll see both states: the data for a while, then its hash in its place."""
    redact(session, person)
    clock.advance(DELAY_MS - 1)
    before = history(session, person)[0]
    clock.advance(1)
    after = history(session, person)[0]

    assert [name for name, _ in before] == ["blockAddress", "hash", "data", "metadata"]
    assert [name for name, _ in after] == ["blockAddress", "hash", "dataHash", "metadata"]
    assert after["dataHash"] == ion_hash(before["data"])
    assert (after["hash"], after["metadata"]) == (before["hash"], before["metadata"])


@pytest.mark.parametrize("erased", [False, True])
def test_blocks_and_proofs_stay(session: Conversation, person: Document, clock: ManualClock, erased: bool) -> None:
    """GetBlock and GetRevision show the hash; hashes, digest and proofs are those from before, erased or only due."""
    ledger = session.session.ledger
    where = parse_address(address_text(address(session, person)), "BlockAddress")
    redact(session, person)
    digest, tip = get_digest(ledger), ledger.tip.address
    block, revision = get_block(ledger, where, tip), get_revision(ledger, where, person.document_id, tip)
    clock.advance(DELAY_MS)
    if erased:
        ledger.write()
    again, redacted = get_block(ledger, where, tip), get_revision(ledger, where, person.document_id, tip)

    assert (again.proof, redacted.proof, get_digest(ledger)) == (block.proof, revision.proof, digest)
    shown, before = struct(redacted.revision), struct(revision.revision)
    assert [name for name, _ in shown] == ["blockAddress", "hash", "dataHash", "metadata"]
    assert shown["dataHash"] == ion_hash(before["data"])
    assert verify(shown["hash"], struct(str(redacted.proof)), digest.digest)
    assert struct(again.block)["revisions"] == [shown]
    assert without_revisions(again.block) == without_revisions(block.block)


def test_other_revisions_keep_their_data(session: Conversation, person: Document, clock: ManualClock) -> None:
    """The document itself, its other revisions and its look-up by an index are as before."""
    redact(session, person)
    clock.advance(DELAY_MS)
    session.session.ledger.write()

    assert history(session, person)[1]["data"] == BEA
    assert rows(session, "SELECT * FROM People WHERE name = 'Bea'") == [BEA]
    assert rows(session, "SELECT * FROM People WHERE name = 'Ada'") == []


def test_revisions_of_a_long_history_are_found(session: Conversation, person: Document, clock: ManualClock) -> None:
    """Every version but the newest can be redacted by its block."""
    for number in range(20):
        rows(session, f"UPDATE People AS p SET p.name = 'name {number}'")
        rows(session, "SELECT * FROM People")
    assert [redact(session, person, version)["version"] for version in range(21)] == list(range(21))
    clock.advance(DELAY_MS)
    session.session.ledger.write()

    assert ["data" in dict(each.fields()) for each in history(session, person)] == [False] * 21 + [True]


def address_text(where: Any) -> str:
    return f'{{strandId:"{where["strandId"]}",sequenceNo:{where["sequenceNo"]}}}'


def struct(text: str) -> Any:
    return read_text(text)


def without_revisions(block: str) -> dict[str, Value]:
    return {name: value for name, value in struct(block) if name != "revisions"}


def test_a_redaction_reads_one_revision(session: Conversation, person: Document) -> None:
    """Its read IOs are those of the revision it looks at."""
    where = address(session, person)
    session.start()
    assert session.execute(exec_text(person), where).consumed_ios.read_ios == 1
