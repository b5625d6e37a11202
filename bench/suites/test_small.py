"""200 small tests, each with a ledger of its own, a table, an index and three transactions.

The fixture `driver` is of whoever runs it: a driver on the test's ledger.
"""

from typing import Any

import pytest

_TESTS = 200


@pytest.mark.parametrize("number", range(_TESTS))
def test_one_document(driver: Any, number: int) -> None:
    """A document is inserted, changed and found."""
    driver.execute_lambda(lambda tx: tx.execute_statement("CREATE TABLE Measured"))
    driver.execute_lambda(lambda tx: tx.execute_statement("CREATE INDEX ON Measured (number)"))
    document = {"number": number, "owner": "Ada", "city": "Seattle"}
    driver.execute_lambda(lambda tx: tx.execute_statement("INSERT INTO Measured ?", document))
    change = "UPDATE Measured SET city = 'Kent' WHERE number = ?"
    driver.execute_lambda(lambda tx: tx.execute_statement(change, number))
    find = "SELECT * FROM Measured WHERE number = ?"
    assert len(list(driver.execute_lambda(lambda tx: tx.execute_statement(find, number)))) == 1
