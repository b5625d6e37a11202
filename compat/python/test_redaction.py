"""The tutorial's last step: what an old revision says of a former owner is redacted, and everything still verifies.

Played as the samples for the service do: change or delete the document, ask for the redaction, look at the history
until it is done.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import sample_data
from botocore.exceptions import ClientError
from pyqldb.driver.qldb_driver import QldbDriver
from registrations import Registration, run
from verifier import ion, ion_hash, verify_block, verify_journal, verify_revision

AUDI, TESLA, DUCATI, FORD, MERCEDES = (str(vehicle["VIN"]) for vehicle in sample_data.VEHICLES)
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def registration(qldb: Any, module_ledger: str) -> Iterator[Registration]:
    """Set the ledger up as the tutorial does."""
    with QldbDriver(module_ledger) as driver:
        driver.execute_lambda(sample_data.create_tables)
        person_ids = driver.execute_lambda(sample_data.load)
        yield Registration(qldb, module_ledger, driver, person_ids)


def transfer(registration: Registration, vin: str) -> Any:
    """Change the owner; the revision with the old one."""
    old = registration.committed(vin)
    buyer = registration.person_ids["744 849 301"]
    statement = "UPDATE VehicleRegistration AS r SET r.Owners.PrimaryOwner.PersonId = ? WHERE r.VIN = ?"
    run(registration.driver, statement, buyer, vin)
    return old


def redact(executor: Any, block_address: Any, document_id: str) -> Any:
    """Ask for a redaction in a transaction, as the samples write it; the request that comes back."""
    [table] = executor.execute_statement(
        "SELECT VALUE tableId FROM information_schema.user_tables WHERE name = 'VehicleRegistration'"
    )
    statement = f"EXEC redact_revision ?, '{table}', '{document_id}'"
    return next(executor.execute_statement(statement, block_address))


def wait_until_redacted(registration: Registration, request: Any) -> Any:
    """Poll the history until the revision has its hash in place of its data."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    statement = "SELECT * FROM history(VehicleRegistration) AS h WHERE h.metadata.id = ? AND h.metadata.version = ?"
    while time.monotonic() < deadline:
        [revision] = run(registration.driver, statement, request["documentId"], request["version"])
        if "data" not in revision and "dataHash" in revision:
            return revision
        time.sleep(0.1)
    raise AssertionError("the revision was not redacted in time")


def test_previous_registration_is_redacted(registration: Registration) -> None:
    """The former owner is gone from the history, and the revision verifies against digests from before and after."""
    old = transfer(registration, TESLA)
    document_id = str(old["metadata"]["id"])
    before = registration.qldb.get_digest(Name=registration.ledger)

    request = registration.driver.execute_lambda(lambda tx: redact(tx, old["blockAddress"], document_id))
    revision = wait_until_redacted(registration, request)

    assert list(request) == ["blockAddress", "tableId", "documentId", "version"]
    assert (request["documentId"], request["version"]) == (document_id, old["metadata"]["version"])
    assert list(revision) == ["blockAddress", "hash", "dataHash", "metadata"]
    assert bytes(revision["dataHash"]) == ion_hash(old["data"])
    assert (revision["hash"], revision["metadata"]) == (old["hash"], old["metadata"])
    for digest in (before, registration.qldb.get_digest(Name=registration.ledger)):
        shown, proof = registration.proven(old, digest)
        assert list(shown) == list(revision)
        assert verify_revision(shown, proof, digest["Digest"])


def test_block_of_a_redacted_revision_verifies(registration: Registration) -> None:
    """GetBlock shows the hash in place of the data, and is consistent; so is the block of the request."""
    old = transfer(registration, DUCATI)
    request = registration.driver.execute_lambda(lambda tx: redact(tx, old["blockAddress"], str(old["metadata"]["id"])))
    wait_until_redacted(registration, request)
    digest = registration.qldb.get_digest(Name=registration.ledger)

    block, proof = registration.block(int(old["blockAddress"]["sequenceNo"]), digest)
    assert verify_block(block, proof, digest["Digest"])
    [shown] = [each for each in block["revisions"] if each["hash"] == old["hash"]]
    assert "data" not in shown
    asked, proof = registration.block(block_of_request(registration, request, digest), digest)
    assert verify_block(asked, proof, digest["Digest"])


def block_of_request(registration: Registration, request: Any, digest: dict[str, Any]) -> int:
    """Find the block with this request in its redactionInfo, from the tip back."""
    for sequence_no in range(int(ion(digest["DigestTipAddress"])["sequenceNo"]), 0, -1):
        block, _ = registration.block(sequence_no, digest)
        if request in block.get("redactionInfo", {}).get("revisions", []):
            return sequence_no
    raise AssertionError("no block has the request")


def test_deleted_registration_is_redacted(registration: Registration) -> None:
    """A deleted document's last data can be redacted too: delete first, then redact in another transaction."""
    known = registration.committed(MERCEDES)
    document_id = str(known["metadata"]["id"])
    run(registration.driver, "DELETE FROM VehicleRegistration AS r WHERE r.VIN = ?", MERCEDES)

    request = registration.driver.execute_lambda(lambda tx: redact(tx, known["blockAddress"], document_id))
    wait_until_redacted(registration, request)

    assert ["data" in revision for revision in registration.history(document_id)] == [False, False]
    assert ["dataHash" in revision for revision in registration.history(document_id)] == [True, False]


def test_redaction_and_update_share_a_transaction(registration: Registration) -> None:
    """An application removes a field, then redacts the revision that had it and writes the new value at once."""
    old = registration.committed(FORD)
    run(registration.driver, "UPDATE VehicleRegistration AS r REMOVE r.City WHERE r.VIN = ?", FORD)

    def redact_and_update(executor: Any) -> Any:
        request = redact(executor, old["blockAddress"], str(old["metadata"]["id"]))
        executor.execute_statement("UPDATE VehicleRegistration AS r SET r.City = 'Kent' WHERE r.VIN = ?", FORD)
        return request

    wait_until_redacted(registration, registration.driver.execute_lambda(redact_and_update))
    assert [str(each["data"]["City"]) for each in [registration.committed(FORD)]] == ["Kent"]


def test_current_revision_is_not_redacted(registration: Registration) -> None:
    """The newest revision is refused with the error of a bad request."""
    known = registration.committed(AUDI)
    with pytest.raises(ClientError, match="cannot be redacted") as refused:
        registration.driver.execute_lambda(lambda tx: redact(tx, known["blockAddress"], str(known["metadata"]["id"])))
    assert refused.value.response["Error"]["Code"] == "BadRequestException"


def test_redactions_of_one_block_at_a_time(registration: Registration, ledger: str) -> None:
    """Two redactions in one block conflict; the driver tries the later one again, and both are done."""
    with QldbDriver(ledger) as driver:
        own = Registration(registration.qldb, ledger, driver, {})
        run(driver, "CREATE TABLE VehicleRegistration")
        run(driver, "INSERT INTO VehicleRegistration << {'VIN': 'one'}, {'VIN': 'two'} >>")
        one, two = (own.committed(vin) for vin in ("one", "two"))
        run(driver, "DELETE FROM VehicleRegistration")
        tries: list[Any] = []

        def redact_two_beside_one(executor: Any) -> Any:
            request = redact(executor, two["blockAddress"], str(two["metadata"]["id"]))
            tries.append(request)
            if len(tries) == 1:
                driver.execute_lambda(lambda tx: redact(tx, one["blockAddress"], str(one["metadata"]["id"])))
            return request

        request = driver.execute_lambda(redact_two_beside_one)

        assert len(tries) == 2
        wait_until_redacted(own, request)
        wait_until_redacted(own, {"documentId": one["metadata"]["id"], "version": 0})


def test_whole_journal_verifies_after_redactions(registration: Registration) -> None:
    """All blocks chain and make up the digest, whatever was redacted in them."""
    old = transfer(registration, AUDI)
    request = registration.driver.execute_lambda(lambda tx: redact(tx, old["blockAddress"], str(old["metadata"]["id"])))
    wait_until_redacted(registration, request)
    digest = registration.qldb.get_digest(Name=registration.ledger)
    tip = int(ion(digest["DigestTipAddress"])["sequenceNo"])

    blocks = [registration.block(sequence_no, digest)[0] for sequence_no in range(tip + 1)]

    assert verify_journal(blocks, digest["Digest"])
