"""The vehicle-registration tutorial: tables, sample data, queries, a change of owner, history, proofs, deletion.

Every test that writes has a vehicle of its own, so that the tests can run in any order.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import sample_data
from amazon.ion.simpleion import loads
from ledger_states import wait_until_active, wait_until_gone
from pyqldb.driver.qldb_driver import QldbDriver
from registrations import Registration, run, text
from verifier import ion, verify_block, verify_journal, verify_revision

AUDI, TESLA, DUCATI, FORD, MERCEDES = (str(vehicle["VIN"]) for vehicle in sample_data.VEHICLES)


@pytest.fixture(scope="module")
def registration(qldb: Any, module_ledger: str) -> Iterator[Registration]:
    """Set the ledger up as the tutorial does."""
    with QldbDriver(module_ledger) as driver:
        driver.execute_lambda(sample_data.create_tables)
        person_ids = driver.execute_lambda(sample_data.load)
        yield Registration(qldb, module_ledger, driver, person_ids)


def test_document_ids_are_22_characters(registration: Registration) -> None:
    """INSERT answers with an id per document."""
    assert {len(each) for each in registration.person_ids.values()} == {22}
    assert len(set(registration.person_ids.values())) == len(sample_data.PERSONS)


def test_insert_of_one_document_as_struct_literal(registration: Registration) -> None:
    """A document may be written in the statement, Ion dates in backticks."""
    statement = (
        "INSERT INTO Person VALUE {'FirstName': 'Ada', 'DOB': `1815-12-10T`, 'GovId': 'ADA', 'Scores': [1, 2.50]}"
    )

    [row] = run(registration.driver, statement)

    [person] = run(registration.driver, "SELECT p.* FROM Person AS p BY pid WHERE pid = ?", row["documentId"])
    assert text(person["DOB"]) == "1815-12-10T"
    assert [str(score) for score in person["Scores"]] == ["1", "2.50"]


def test_query_by_two_fields(registration: Registration) -> None:
    """An indexed field leads to the document, a second condition filters it."""
    statement = "SELECT VALUE LicensePlateNumber FROM VehicleRegistration WHERE VIN = ? AND City = 'Seattle'"

    assert [str(plate) for plate in run(registration.driver, statement, AUDI)] == ["LEWISR261LL"]


def test_query_with_in(registration: Registration) -> None:
    """IN finds each of the listed plates."""
    statement = "SELECT VALUE VIN FROM VehicleRegistration WHERE LicensePlateNumber IN ('LEWISR261LL', 'CA762X')"

    assert {str(vin) for vin in run(registration.driver, statement)} == {AUDI, TESLA}


def test_query_with_comparison_and_reserved_word_as_name(registration: Registration) -> None:
    """A field named like a keyword is quoted; comparisons scan."""
    statement = 'SELECT VALUE VIN FROM Vehicle WHERE "Year" > 2012'

    assert {str(vin) for vin in run(registration.driver, statement)} == {TESLA, MERCEDES}


def test_decimals_keep_their_digits(registration: Registration) -> None:
    """A stored 442.30 comes back with both decimal places."""
    [amount] = run(
        registration.driver,
        "SELECT VALUE PendingPenaltyTicketAmount FROM VehicleRegistration WHERE VIN = ?",
        DUCATI,
    )

    assert str(amount) == "442.30"


def test_sum_over_a_date_range(registration: Registration) -> None:
    """An aggregate over a range of dates is the first column."""
    statement = (
        "SELECT SUM(PendingPenaltyTicketAmount) FROM VehicleRegistration "
        "WHERE ValidToDate BETWEEN `2020-01-01T` AND `2020-07-01T`"
    )

    [row] = run(registration.driver, statement)

    assert str(row["_1"]) == "221.00"


def test_vehicles_of_a_person_by_join(registration: Registration) -> None:
    """A join on VIN, filtered by the owner's document id, gives the person's vehicles."""
    statement = (
        "SELECT Vehicle FROM Vehicle INNER JOIN VehicleRegistration AS r ON Vehicle.VIN = r.VIN "
        "WHERE r.Owners.PrimaryOwner.PersonId = ?"
    )

    found = run(registration.driver, statement, registration.person_ids["744 849 301"])

    assert [str(row["Vehicle"]["Model"]) for row in found] == ["Monster 1200"]


def test_person_by_document_id(registration: Registration) -> None:
    """BY names the document id, which can be asked for."""
    person_id = registration.person_ids["LOGANB486CG"]

    [person] = run(registration.driver, "SELECT p.* FROM Person AS p BY pid WHERE pid = ?", person_id)

    assert str(person["FirstName"]) == "Brent"


def test_transfer_of_ownership(registration: Registration) -> None:
    """One transaction finds the owner and puts another in his place."""
    buyer = registration.person_ids["744 849 301"]

    def transfer(executor: Any) -> list[str]:
        found = list(
            executor.execute_statement(
                "SELECT Owners.PrimaryOwner.PersonId FROM VehicleRegistration AS v WHERE v.VIN = ?", TESLA
            )
        )
        executor.execute_statement(
            "UPDATE VehicleRegistration AS r SET r.Owners.PrimaryOwner.PersonId = ? WHERE r.VIN = ?", buyer, TESLA
        )
        return [str(row["PersonId"]) for row in found]

    assert registration.driver.execute_lambda(transfer) == [registration.person_ids["LOGANB486CG"]]
    assert registration.committed(TESLA)["data"]["Owners"]["PrimaryOwner"]["PersonId"] == buyer


def test_secondary_owner_is_added(registration: Registration) -> None:
    """FROM … INSERT INTO appends to a nested list, and answers with the document's id."""
    owner = {"PersonId": registration.person_ids["LEWISR261LL"]}
    statement = "FROM VehicleRegistration AS v WHERE v.VIN = ? INSERT INTO v.Owners.SecondaryOwners VALUE ?"

    [row] = run(registration.driver, statement, DUCATI, owner)

    revision = registration.committed(DUCATI)
    assert row["documentId"] == revision["metadata"]["id"]
    assert [dict(each) for each in revision["data"]["Owners"]["SecondaryOwners"]] == [owner]


def test_history_shows_each_owner(registration: Registration) -> None:
    """The history of a registration is all its revisions, from version 0."""
    first, second = registration.person_ids["P626-168-229-765"], registration.person_ids["744 849 301"]
    run(
        registration.driver,
        "UPDATE VehicleRegistration AS r SET r.Owners.PrimaryOwner.PersonId = ? WHERE r.VIN = ?",
        second,
        FORD,
    )

    document_id = registration.committed(FORD)["metadata"]["id"]
    history = run(
        registration.driver,
        "SELECT * FROM history(VehicleRegistration) AS h WHERE h.metadata.id = ?",
        document_id,
    )
    history.sort(key=lambda revision: revision["metadata"]["version"])

    assert [revision["metadata"]["version"] for revision in history] == [0, 1]
    assert [revision["data"]["Owners"]["PrimaryOwner"]["PersonId"] for revision in history] == [first, second]


def test_revision_verifies(registration: Registration) -> None:
    """A revision's proof reaches the digest, by a verifier that knows nothing of the server."""
    digest = registration.qldb.get_digest(Name=registration.ledger)

    revision, proof = registration.revision_with_proof(AUDI, digest)

    assert verify_revision(revision, proof, digest["Digest"])


def test_revision_of_the_api_is_the_revision_of_the_query(registration: Registration) -> None:
    """GetRevision and the committed view show the same four fields."""
    digest = registration.qldb.get_digest(Name=registration.ledger)

    revision, _ = registration.revision_with_proof(AUDI, digest)

    queried = registration.committed(AUDI)
    assert list(revision) == list(queried) == ["blockAddress", "hash", "data", "metadata"]
    assert revision.ion_hash("SHA256") == queried.ion_hash("SHA256")


def test_changed_revision_does_not_verify(registration: Registration) -> None:
    """A proof is of one content only: a cent more, and it fails."""
    digest = registration.qldb.get_digest(Name=registration.ledger)
    revision, proof = registration.revision_with_proof(AUDI, digest)

    forged = loads(text(revision).replace("90.25", "90.26"))

    assert not verify_revision(forged, proof, digest["Digest"])


def test_revision_does_not_verify_against_another_digest(registration: Registration) -> None:
    """A proof is of one digest only."""
    digest = registration.qldb.get_digest(Name=registration.ledger)
    revision, proof = registration.revision_with_proof(AUDI, digest)

    assert not verify_revision(revision, proof, bytes(32))


def test_revision_verifies_against_an_older_digest(registration: Registration) -> None:
    """A digest that was kept stays good after the ledger has grown."""
    kept = registration.qldb.get_digest(Name=registration.ledger)
    run(registration.driver, "INSERT INTO Person VALUE {'FirstName': 'Later'}")

    revision, proof = registration.revision_with_proof(AUDI, kept)

    assert verify_revision(revision, proof, kept["Digest"])


def test_block_verifies(registration: Registration) -> None:
    """The block of a revision is consistent in itself, holds the revision, and its proof reaches the digest."""
    digest = registration.qldb.get_digest(Name=registration.ledger)
    known = registration.committed(AUDI)

    block, proof = registration.block(int(known["blockAddress"]["sequenceNo"]), digest)

    assert verify_block(block, proof, digest["Digest"])
    assert known["hash"] in [revision["hash"] for revision in block["revisions"]]


def test_whole_journal_verifies(registration: Registration) -> None:
    """All blocks from the first to the tip chain, and they alone make up the digest."""
    digest = registration.qldb.get_digest(Name=registration.ledger)
    tip = int(ion(digest["DigestTipAddress"])["sequenceNo"])

    fetched = [registration.block(sequence_no, digest) for sequence_no in range(tip + 1)]

    assert verify_journal([block for block, _ in fetched], digest["Digest"])
    assert all(verify_block(block, proof, digest["Digest"]) for block, proof in fetched)


def test_deleted_document_leaves_its_history(registration: Registration) -> None:
    """DELETE takes the document from the table; the history ends with a revision without data."""
    document_id = registration.committed(MERCEDES)["metadata"]["id"]

    run(registration.driver, "DELETE FROM VehicleRegistration AS r WHERE r.VIN = ?", MERCEDES)

    assert run(registration.driver, "SELECT * FROM VehicleRegistration WHERE VIN = ?", MERCEDES) == []
    statement = "SELECT * FROM history(VehicleRegistration) AS h WHERE h.metadata.id = ?"
    history = run(registration.driver, statement, document_id)
    assert sorted("data" in revision for revision in history) == [False, True]


def test_deletion_protection_then_deletion(qldb: Any) -> None:
    """A protected ledger is not deleted; without protection it is, and then nobody knows it."""
    name = "vehicle-registration"
    created = qldb.create_ledger(Name=name, PermissionsMode="ALLOW_ALL")
    wait_until_active(qldb, name)

    assert (created["State"], created["DeletionProtection"]) == ("CREATING", True)
    with pytest.raises(qldb.exceptions.ResourcePreconditionNotMetException):
        qldb.delete_ledger(Name=name)

    qldb.update_ledger(Name=name, DeletionProtection=False)
    qldb.delete_ledger(Name=name)
    wait_until_gone(qldb, name)
    assert name not in [each["Name"] for each in qldb.list_ledgers()["Ledgers"]]
