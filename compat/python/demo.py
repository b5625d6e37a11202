"""The tutorial, played step by step with the real driver: from an empty ledger to a proof that anybody can check."""

import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from amazon.ion.simpleion import dumps, loads
from emulator_process import point_clients_at, running_emulator
from pyqldb.driver.qldb_driver import QldbDriver
from verifier import ion, verify_block, verify_revision

LEDGER = "vehicle-registration"
WIDTH = 110

RAUL = {"FirstName": "Raul", "LastName": "Lewis", "GovId": "LEWISR261LL"}
BRENT = {"FirstName": "Brent", "LastName": "Logan", "GovId": "LOGANB486CG"}
REGISTRATION = loads('{VIN:"1N4AL11D75C109151", City:"Seattle", Fine:90.25, ValidFrom:2017-08-21T}')
FIND = "SELECT * FROM _ql_committed_Registration AS r WHERE r.data.VIN = ?"


class Stage:
    """Prints what happens, in numbered steps."""

    def __init__(self) -> None:
        self.step_number = 0

    def step(self, title: str) -> None:
        """Begin a step."""
        self.step_number += 1
        print(f"\n{self.step_number}. {title}")

    def sends(self, what: str) -> None:
        """Show a statement or call."""
        print(textwrap.indent(what, "   > "))

    def comes_back(self, value: Any) -> None:
        """Show what was answered."""
        print(textwrap.indent(shortened(value), "     "))

    def claims(self, sentence: str, holds: bool) -> None:
        """Show a check and its outcome; the demo fails with the first that does not hold."""
        print(f"   {'yes' if holds else 'NO '}  {sentence}")
        if not holds:
            raise SystemExit(f"The demo failed: it does not hold that {sentence}.")


def shortened(value: Any) -> str:
    """Write a value as Ion text that fits a terminal."""
    text = value if isinstance(value, str) else str(dumps(value, binary=False, omit_version_marker=True))
    return "\n".join(textwrap.wrap(text, WIDTH)) or "(nothing)"


def play(stage: Stage) -> None:
    """Play all steps."""
    qldb = boto3.client("qldb")
    create_ledger(stage, qldb)
    with QldbDriver(LEDGER) as driver:
        create_tables(stage, driver)
        raul, brent = insert(stage, driver)
        sell(stage, driver, seller=raul, buyer=brent)
        look_back(stage, driver)
        digest = take_digest(stage, qldb)
        prove(stage, qldb, driver, digest)
    delete_ledger(stage, qldb)


def create_ledger(stage: Stage, qldb: Any) -> None:
    """Create the ledger, protected from deletion."""
    stage.step("Create a ledger")
    stage.sends(f'create_ledger(Name="{LEDGER}", PermissionsMode="STANDARD", DeletionProtection=True)')
    created = qldb.create_ledger(Name=LEDGER, PermissionsMode="STANDARD", DeletionProtection=True)
    stage.comes_back(f"{created['Arn']}  {created['State']}")
    stage.claims("the ledger is active", qldb.describe_ledger(Name=LEDGER)["State"] == "ACTIVE")


def create_tables(stage: Stage, driver: QldbDriver) -> None:
    """Create two tables, one of them with an index."""
    stage.step("Create tables and an index")
    for statement in ("CREATE TABLE Person", "CREATE TABLE Registration", "CREATE INDEX ON Registration (VIN)"):
        run(stage, driver, statement)
    stage.claims("the driver lists both tables", {*map(str, driver.list_tables())} == {"Person", "Registration"})


def insert(stage: Stage, driver: QldbDriver) -> tuple[str, str]:
    """Insert two persons and a registration; give the persons' document ids."""
    stage.step("Insert documents")
    raul, brent = (str(row["documentId"]) for row in run(stage, driver, "INSERT INTO Person << ?, ? >>", RAUL, BRENT))
    run(stage, driver, "INSERT INTO Registration ?", {**REGISTRATION, "Owner": raul})
    joined = "SELECT p.FirstName, r.City FROM Registration AS r, Person AS p BY pid WHERE r.Owner = pid"
    stage.claims("a join finds the owner", [str(row["FirstName"]) for row in run(stage, driver, joined)] == ["Raul"])
    return raul, brent


def sell(stage: Stage, driver: QldbDriver, seller: str, buyer: str) -> None:
    """Change the owner in one transaction that checks who sells."""
    stage.step("Transfer ownership: check and change in one transaction")

    def transfer(executor: Any) -> list[Any]:
        found = list(executor.execute_statement("SELECT VALUE r.Owner FROM Registration AS r WHERE r.VIN = ?", vin))
        if found != [seller]:
            executor.abort()
        return list(executor.execute_statement("UPDATE Registration AS r SET r.Owner = ? WHERE r.VIN = ?", buyer, vin))

    vin = str(REGISTRATION["VIN"])
    stage.sends("SELECT VALUE r.Owner FROM Registration AS r WHERE r.VIN = ?")
    stage.sends("UPDATE Registration AS r SET r.Owner = ? WHERE r.VIN = ?")
    changed = driver.execute_lambda(transfer)
    stage.comes_back(changed)
    stage.claims("one document changed", len(changed) == 1)


def look_back(stage: Stage, driver: QldbDriver) -> None:
    """Show the history of the registration."""
    stage.step("Look back: nothing is overwritten")
    statement = "SELECT h.metadata.version, h.metadata.txTime, h.data.Owner FROM history(Registration) AS h"
    versions = {int(row["version"]) for row in run(stage, driver, statement)}
    stage.claims("both versions are there", versions == {0, 1})


def take_digest(stage: Stage, qldb: Any) -> dict[str, Any]:
    """Ask for the digest and show it."""
    stage.step("Take a digest: 32 bytes that stand for the whole journal")
    stage.sends(f'get_digest(Name="{LEDGER}")')
    digest: dict[str, Any] = qldb.get_digest(Name=LEDGER)
    stage.comes_back(f"{digest['Digest'].hex()}\n{digest['DigestTipAddress']['IonText']}")
    return digest


def prove(stage: Stage, qldb: Any, driver: QldbDriver, digest: dict[str, Any]) -> None:
    """Fetch a revision and its block with proofs and check them with the published algorithm."""
    stage.step("Prove a revision: fetch it with its proof, and check both without the server")
    [known] = run(stage, driver, FIND, str(REGISTRATION["VIN"]))
    address = {"IonText": dumps(known["blockAddress"], binary=False, omit_version_marker=True)}
    place = {"Name": LEDGER, "BlockAddress": address, "DigestTipAddress": digest["DigestTipAddress"]}

    stage.sends(f"get_revision(BlockAddress={address['IonText']}, DocumentId={known['metadata']['id']}, ...)")
    answer = qldb.get_revision(**place, DocumentId=str(known["metadata"]["id"]))
    revision, proof = ion(answer["Revision"]), ion(answer["Proof"])
    stage.comes_back(f"a revision, and a proof of {len(proof)} hashes")
    stage.claims("the revision belongs to the digest", verify_revision(revision, proof, digest["Digest"]))
    forged = loads(answer["Revision"]["IonText"].replace("90.25", "0.25"))
    stage.claims("a forged fine is noticed", not verify_revision(forged, proof, digest["Digest"]))

    stage.sends(f"get_block(BlockAddress={address['IonText']}, ...)")
    answer = qldb.get_block(**place)
    block, proof = ion(answer["Block"]), ion(answer["Proof"])
    stage.comes_back([str(each["statement"]) for each in block["transactionInfo"]["statements"]])
    stage.claims("its block belongs to the digest", verify_block(block, proof, digest["Digest"]))


def delete_ledger(stage: Stage, qldb: Any) -> None:
    """Delete the ledger, which takes two tries."""
    stage.step("Delete the ledger")
    stage.claims("protection refuses to delete it", refused(lambda: qldb.delete_ledger(Name=LEDGER), qldb))
    qldb.update_ledger(Name=LEDGER, DeletionProtection=False)
    qldb.delete_ledger(Name=LEDGER)
    stage.comes_back("protection off, ledger deleted")


def refused(attempt: Callable[[], Any], qldb: Any) -> bool:
    """Tell whether the service refuses for the state the ledger is in."""
    try:
        attempt()
    except qldb.exceptions.ResourcePreconditionNotMetException:
        return True
    return False


def run(stage: Stage, driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own and show what came back."""
    stage.sends(statement)
    rows = list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))
    for row in rows:
        stage.comes_back(row)
    return rows


def main() -> int:
    """Start a server that keeps nothing, play, and stop it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_emulator(Path(folder) / "server.log", "--in-memory") as endpoint,
    ):
        point_clients_at(endpoint)
        print(f"An emulator serves on {endpoint}; boto3 and pyqldb know it by AWS_ENDPOINT_URL alone.")
        play(Stage())
    print("\nDone: everything above was checked.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
