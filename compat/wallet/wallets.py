"""Wallets in a ledger: an account for each e-mail address, whose balance is moved in transactions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyqldb.driver.qldb_driver import QldbDriver

TABLE = "wallettable"


class WalletRefused(Exception):
    """What was asked for is against the rules of wallets; nothing changed."""


@dataclass(frozen=True)
class Funds:
    """What an account has, and had before its last change."""

    current: Decimal
    previous: Decimal


class Wallets:
    """The six functions of the wallet, and what the journal knows of it."""

    def __init__(self, driver: QldbDriver, profiles: Any) -> None:
        """Work on the driver's ledger; `profiles` is a table of DynamoDB with the key `email`."""
        self._driver = driver
        self._profiles = profiles

    def create_table(self) -> None:
        """Create the table."""
        self._rows(f"CREATE TABLE {TABLE}")

    def create_index(self) -> None:
        """Create the index by which accounts are found."""
        self._rows(f"CREATE INDEX ON {TABLE} (email)")

    def create_account(self, email: str, username: str) -> str:
        """Open an empty account, and give its document id. WalletRefused when there is one."""

        def opening(executor: Any) -> str:
            if _found(executor, email):
                raise WalletRefused(f"{email} has a wallet")
            account = {
                "email": email,
                "username": username,
                "CurrentBalance": Decimal(0),
                "PreviousBalance": Decimal(0),
            }
            [row] = executor.execute_statement(f"INSERT INTO {TABLE} ?", account)
            return str(row["documentId"])

        document_id: str = self._driver.execute_lambda(opening)
        self._profiles.put_item(Item={"email": email, "username": username})
        return document_id

    def check_funds(self, email: str) -> Funds:
        """Tell what an account has. WalletRefused when there is none."""
        funds: Funds = self._driver.execute_lambda(lambda executor: _funds(executor, email))
        return funds

    def add_funds(self, email: str, amount: Decimal) -> Funds:
        """Put money into an account. WalletRefused when there is none, or the amount is not positive."""
        return self._moved(email, amount, amount)

    def withdraw_funds(self, email: str, amount: Decimal) -> Funds:
        """Take money out of an account. WalletRefused when it has less, or the amount is not positive."""
        return self._moved(email, amount, -amount)

    def document_id(self, email: str) -> str:
        """Give the id of an account's document, asked for with BY. WalletRefused when there is none."""
        rows = self._rows(f"SELECT w_uniqueid FROM {TABLE} AS w BY w_uniqueid WHERE w.email = ?", email)
        if not rows:
            raise WalletRefused(f"{email} has no wallet")
        return str(rows[0]["w_uniqueid"])

    def history(self, email: str) -> list[Any]:
        """Give every revision that an account ever had, oldest first."""
        rows = self._rows(f"SELECT h.* FROM history({TABLE}) AS h WHERE h.metadata.id = ?", self.document_id(email))
        return sorted(rows, key=lambda revision: int(revision["metadata"]["version"]))

    def committed(self, email: str) -> Any:
        """Give the current revision of an account from the committed view."""
        [row] = self._rows(f"SELECT * FROM _ql_committed_{TABLE} AS r WHERE r.metadata.id = ?", self.document_id(email))
        return row

    def balances(self) -> dict[str, Decimal]:
        """Tell what every account has."""
        rows = self._rows(f"SELECT w.email, w.CurrentBalance FROM {TABLE} AS w")
        return {str(row["email"]): Decimal(row["CurrentBalance"]) for row in rows}

    def _moved(self, email: str, amount: Decimal, change: Decimal) -> Funds:
        if amount <= 0:
            raise WalletRefused(f"an amount is more than nothing, not {amount}")

        def moving(executor: Any) -> Funds:
            before = _funds(executor, email).current
            if before + change < 0:
                raise WalletRefused(f"{email} has {before}, which is less than {amount}")
            statement = f"UPDATE {TABLE} AS w SET w.CurrentBalance = ?, w.PreviousBalance = ? WHERE w.email = ?"
            executor.execute_statement(statement, before + change, before, email)
            return Funds(before + change, before)

        # The driver runs this again when somebody else moved the same account meanwhile.
        moved: Funds = self._driver.execute_lambda(moving)
        return moved

    def _rows(self, statement: str, *parameters: Any) -> list[Any]:
        return list(self._driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


def _found(executor: Any, email: str) -> list[Any]:
    return list(executor.execute_statement(f"SELECT * FROM {TABLE} AS w WHERE w.email = ?", email))


def _funds(executor: Any, email: str) -> Funds:
    rows = _found(executor, email)
    if not rows:
        raise WalletRefused(f"{email} has no wallet")
    return Funds(Decimal(rows[0]["CurrentBalance"]), Decimal(rows[0]["PreviousBalance"]))
