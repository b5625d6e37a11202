"""The set-up tutorial: a ledger for accounts, a transfer in one transaction, its history, and what proves it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from ledger_states import wait_until_active
from pyqldb.driver.qldb_driver import QldbDriver
from verifier import ion, verify_revision

LEDGER = "financial-records"
AMOUNT = 500.00


def rows(driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own."""
    return list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


def transfer(executor: Any, sender: str, receiver: str, amount: float) -> None:
    """Move money: the balance is checked, debited, credited and recorded, all or nothing."""
    found = list(executor.execute_statement("SELECT balance FROM Accounts WHERE accountId = ?", sender))
    if not found or found[0]["balance"] < amount:
        raise ValueError(f"{sender} cannot pay {amount}")
    executor.execute_statement("UPDATE Accounts SET balance = balance - ? WHERE accountId = ?", amount, sender)
    executor.execute_statement("UPDATE Accounts SET balance = balance + ? WHERE accountId = ?", amount, receiver)
    record = {
        "transactionId": f"TXN-{int(time.time())}",
        "fromAccount": sender,
        "toAccount": receiver,
        "amount": amount,
        "currency": "USD",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    executor.execute_statement("INSERT INTO Transactions ?", record)


def account(account_id: str, name: str, balance: float) -> dict[str, Any]:
    """Give an account as the tutorial writes it."""
    return {
        "accountId": account_id,
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].lower()}@example.com",
        "balance": balance,
        "currency": "USD",
        "status": "ACTIVE",
        "openedDate": "2026-01-15",
    }


@pytest.fixture(scope="module")
def ledger_name(qldb: Any) -> Iterator[str]:
    """Create the tutorial's ledger: standard permissions, protected from deletion."""
    qldb.create_ledger(Name=LEDGER, PermissionsMode="STANDARD", DeletionProtection=True)
    wait_until_active(qldb, LEDGER)
    yield LEDGER
    qldb.update_ledger(Name=LEDGER, DeletionProtection=False)
    qldb.delete_ledger(Name=LEDGER)


@pytest.fixture(scope="module")
def accounts(ledger_name: str) -> Iterator[QldbDriver]:
    """Play the tutorial up to the transfer; the tests look at what it left."""
    with QldbDriver(ledger_name=ledger_name, region_name="us-east-1") as driver:
        driver.execute_lambda(create_tables)
        driver.execute_lambda(create_indexes)
        for one in (account("ACC-001", "Alice Johnson", 10000.00), account("ACC-002", "Bob Smith", 5000.00)):
            rows(driver, "INSERT INTO Accounts ?", one)
        driver.execute_lambda(lambda executor: transfer(executor, "ACC-001", "ACC-002", AMOUNT))
        yield driver


def create_tables(executor: Any) -> None:
    """Create three tables in one transaction."""
    for table in ("Accounts", "Transactions", "AuditLog"):
        executor.execute_statement(f"CREATE TABLE {table}")


def create_indexes(executor: Any) -> None:
    """Create four indexes in one transaction."""
    for table, field in (
        ("Accounts", "accountId"),
        ("Accounts", "email"),
        ("Transactions", "transactionId"),
        ("Transactions", "accountId"),
    ):
        executor.execute_statement(f"CREATE INDEX ON {table} ({field})")


def test_describe_ledger_shows_what_was_asked_for(qldb: Any, ledger_name: str) -> None:
    """The ledger is active, in standard mode and protected."""
    described = qldb.describe_ledger(Name=ledger_name)

    assert (described["State"], described["PermissionsMode"]) == ("ACTIVE", "STANDARD")
    assert described["DeletionProtection"] is True


def test_tables_are_listed(accounts: QldbDriver) -> None:
    """The driver lists the three tables."""
    assert {str(name) for name in accounts.list_tables()} == {"Accounts", "Transactions", "AuditLog"}


def test_indexes_are_in_the_catalog(accounts: QldbDriver) -> None:
    """The catalog shows the indexes of a table by the field they are on."""
    statement = (
        "SELECT VALUE indexes.expr FROM information_schema.user_tables info, info.indexes indexes "
        "WHERE info.name = 'Accounts'"
    )

    assert sorted(map(str, rows(accounts, statement))) == ["[accountId]", "[email]"]


def test_transfer_moves_the_balance(accounts: QldbDriver) -> None:
    """Both accounts show the transfer, and so does the record of it."""
    balances = {str(row["accountId"]): row["balance"] for row in rows(accounts, "SELECT * FROM Accounts")}

    assert balances == {"ACC-001": 9500.0, "ACC-002": 5500.0}
    assert [row["amount"] for row in rows(accounts, "SELECT amount FROM Transactions")] == [AMOUNT]


def test_transfer_that_is_refused_leaves_nothing(accounts: QldbDriver) -> None:
    """An exception in the transaction takes back all of it."""
    with pytest.raises(ValueError, match="cannot pay"):
        accounts.execute_lambda(lambda executor: transfer(executor, "ACC-002", "ACC-001", 1e9))

    assert len(rows(accounts, "SELECT * FROM Transactions")) == 1


def test_history_has_every_version(accounts: QldbDriver) -> None:
    """The history of an account is its two versions, each with when and by which transaction."""
    history = rows(accounts, "SELECT * FROM history(Accounts) WHERE data.accountId = ?", "ACC-001")
    history.sort(key=lambda revision: revision["metadata"]["version"])

    assert [revision["data"]["balance"] for revision in history] == [10000.0, 9500.0]
    assert [revision["metadata"]["version"] for revision in history] == [0, 1]
    assert history[0]["metadata"]["txTime"] <= history[1]["metadata"]["txTime"]
    assert history[0]["metadata"]["txId"] != history[1]["metadata"]["txId"]


def test_transfer_is_one_block(accounts: QldbDriver) -> None:
    """Debit and credit stand at one block address, for they are one transaction."""
    addresses = rows(accounts, "SELECT VALUE blockAddress FROM _ql_committed_Accounts")

    assert len({int(address["sequenceNo"]) for address in addresses}) == 1


def test_digest_is_32_bytes_with_its_tip(qldb: Any, ledger_name: str, accounts: QldbDriver) -> None:
    """GetDigest gives a hash and the address it covers the journal up to."""
    answer = qldb.get_digest(Name=ledger_name)

    assert len(answer["Digest"]) == 32
    assert set(ion(answer["DigestTipAddress"])) == {"strandId", "sequenceNo"}


def test_document_id_and_block_address_lead_to_a_proof(qldb: Any, ledger_name: str, accounts: QldbDriver) -> None:
    """What the tutorial's last query gives is what GetRevision needs, and its proof reaches the digest."""
    statement = "SELECT r.metadata.id, r.blockAddress FROM _ql_committed_Accounts r WHERE r.data.accountId = ?"
    [found] = rows(accounts, statement, "ACC-001")
    digest = qldb.get_digest(Name=ledger_name)
    address = f'{{strandId: "{found["blockAddress"]["strandId"]}", sequenceNo: {found["blockAddress"]["sequenceNo"]}}}'

    answer = qldb.get_revision(
        Name=ledger_name,
        BlockAddress={"IonText": address},
        DocumentId=str(found["id"]),
        DigestTipAddress=digest["DigestTipAddress"],
    )

    assert verify_revision(ion(answer["Revision"]), ion(answer["Proof"]), digest["Digest"])
