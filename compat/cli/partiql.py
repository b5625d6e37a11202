"""Run statements, as the console's editor did: `partiql.py LEDGER FILE`, a transaction for each, rows as lines of Ion.

partiql.py LEDGER --together FILE          all in one transaction
partiql.py LEDGER --insert TABLE FILE      documents, from a list in JSON
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amazon.ion.simpleion import dumps, loads
from pyqldb.driver.qldb_driver import QldbDriver

COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
Prepared = tuple[str, tuple[Any, ...]]


def main() -> None:
    """Run what the command line names."""
    options = _options()
    text = options.file.read_text()
    statements = list(inserts(options.insert, text) if options.insert else parts(text))
    transactions = [statements] if options.together else [[one] for one in statements]
    with QldbDriver(options.ledger) as driver:
        for transaction in transactions:
            sys.stdout.writelines(
                f"{row}\n" for row in driver.execute_lambda(lambda tx, todo=transaction: run(tx, todo))
            )


def parts(text: str) -> Iterator[Prepared]:
    """Give the statements of a file, in which a semicolon ends each."""
    for statement in COMMENT.sub("", text).split(";"):
        if statement.strip():
            yield statement.strip(), ()


def inserts(table: str, text: str) -> Iterator[Prepared]:
    """Give a statement for each document of a list, read as Ion, so that 500.00 keeps its digits."""
    for document in loads(text):
        yield f"INSERT INTO {table} ?", (document,)


def run(executor: Any, statements: list[Prepared]) -> list[str]:
    """Run statements in one transaction; their rows in Ion text."""
    return [
        dumps(row, binary=False, omit_version_marker=True)
        for statement, parameters in statements
        for row in executor.execute_statement(statement, *parameters)
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger")
    parser.add_argument("file", type=Path)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--insert", metavar="TABLE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
