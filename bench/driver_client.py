"""The client of the figure `driver`: pyqldb, which lives in an environment of its own. Prints rates as JSON.

Arguments: ledger, transactions each time, rounds, endpoints. The endpoints take turns.
"""

import json
import os
import sys
from time import perf_counter

from pyqldb.driver.qldb_driver import QldbDriver

os.environ.update(
    AWS_ACCESS_KEY_ID="local",
    AWS_SECRET_ACCESS_KEY="local",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    NO_PROXY="127.0.0.1",
)
_DOCUMENT = {"number": 1, "owner": "owner 1", "city": "Seattle", "note": "n" * 40}


def main(ledger: str, transactions: int, rounds: int, endpoints: list[str]) -> list[list[float]]:
    """Give the transactions per second of each round, for each endpoint."""
    drivers = [QldbDriver(ledger, endpoint_url=endpoint, region_name="us-east-1") for endpoint in endpoints]
    measured = [[_rate(driver, transactions) for driver in drivers] for _ in range(rounds + 1)]
    for driver in drivers:
        driver.close()
    return [list(rates) for rates in zip(*measured[1:], strict=True)]


def _rate(driver: QldbDriver, transactions: int) -> float:
    started = perf_counter()
    for _ in range(transactions):
        driver.execute_lambda(lambda executor: executor.execute_statement("INSERT INTO Measured ?", _DOCUMENT))
    return transactions / (perf_counter() - started)


if __name__ == "__main__":
    _, name, transactions, rounds, *urls = sys.argv
    print(json.dumps(main(name, int(transactions), int(rounds), urls)))
