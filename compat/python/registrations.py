"""The ledger of the vehicle-registration tutorial, and how the suites ask it."""

from typing import Any

from amazon.ion.simpleion import dumps
from pyqldb.driver.qldb_driver import QldbDriver
from verifier import ion


def run(driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own."""
    return list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


def text(value: Any) -> str:
    """Write an Ion value as compact text without a version marker, as the API wants it."""
    return str(dumps(value, binary=False, omit_version_marker=True))


class Registration:
    """A ledger with the sample data in it."""

    def __init__(self, qldb: Any, ledger: str, driver: QldbDriver, person_ids: dict[str, str]) -> None:
        self.qldb, self.ledger, self.driver, self.person_ids = qldb, ledger, driver, person_ids

    def committed(self, vin: str) -> Any:
        """Give the current revision of a vehicle's registration, with metadata."""
        [revision] = run(self.driver, "SELECT * FROM _ql_committed_VehicleRegistration AS r WHERE r.data.VIN = ?", vin)
        return revision

    def history(self, document_id: str) -> list[Any]:
        """Give all revisions of a registration, the oldest first."""
        statement = "SELECT * FROM history(VehicleRegistration) AS h WHERE h.metadata.id = ?"
        return sorted(run(self.driver, statement, document_id), key=lambda revision: revision["metadata"]["version"])

    def revision_with_proof(self, vin: str, digest: dict[str, Any]) -> tuple[Any, Any]:
        """Fetch that revision by address and document id, with its proof."""
        return self.proven(self.committed(vin), digest)

    def proven(self, known: Any, digest: dict[str, Any]) -> tuple[Any, Any]:
        """Fetch a revision that is known from a query, with its proof."""
        answer = self.qldb.get_revision(
            Name=self.ledger,
            BlockAddress={"IonText": text(known["blockAddress"])},
            DocumentId=str(known["metadata"]["id"]),
            DigestTipAddress=digest["DigestTipAddress"],
        )
        return ion(answer["Revision"]), ion(answer["Proof"])

    def block(self, sequence_no: int, digest: dict[str, Any]) -> tuple[Any, Any]:
        """Fetch a block and its proof."""
        address = {**ion(digest["DigestTipAddress"]), "sequenceNo": sequence_no}
        answer = self.qldb.get_block(
            Name=self.ledger,
            BlockAddress={"IonText": text(address)},
            DigestTipAddress=digest["DigestTipAddress"],
        )
        return ion(answer["Block"]), ion(answer["Proof"])
