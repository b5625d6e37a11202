"""The shell at a terminal: transactions of many lines, conflicts, expiry."""

import os
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

IN_TRANSACTION = r"qldbshell\(tx: ([0-9A-Za-z]{22})\) > "
READY = r"qldbshell > "

Open = Callable[..., Any]


def type_line(shell: Any, line: str, until: str = READY) -> str:
    """Type a line, wait for the prompt, and give what was written meanwhile."""
    shell.send(f"{line}\r")
    shell.expect(until)
    return str(shell.before)


def test_transaction_of_many_lines(terminal: Open) -> None:
    """The prompt shows the transaction's id until it is committed."""
    shell = terminal()
    type_line(shell, "CREATE TABLE Things")

    type_line(shell, "start", IN_TRANSACTION)
    transaction_id = shell.match[1]
    type_line(shell, "INSERT INTO Things {'n': 1}", IN_TRANSACTION)
    assert shell.match[1] == transaction_id
    assert "n: 1" in type_line(shell, "SELECT * FROM Things", IN_TRANSACTION)
    assert f"Transaction with transaction id {transaction_id} committed" in type_line(shell, "commit")

    assert "n: 1" in type_line(shell, "SELECT * FROM Things")


def test_aborted_transaction_leaves_nothing(terminal: Open) -> None:
    """Abort takes everything back."""
    shell = terminal()
    type_line(shell, "CREATE TABLE Things")
    type_line(shell, "start", IN_TRANSACTION)
    type_line(shell, "INSERT INTO Things {'n': 1}", IN_TRANSACTION)

    assert "aborted" in type_line(shell, "abort")

    assert "_1: 0" in type_line(shell, "SELECT COUNT(*) FROM Things")


def test_conflict_of_two_shells(terminal: Open) -> None:
    """The later commit is refused, in the shell that read what the other wrote; the shell goes on."""
    slow, quick = terminal(), terminal()
    type_line(quick, "CREATE TABLE Things")
    type_line(quick, "INSERT INTO Things {'n': 1}")
    type_line(slow, "start", IN_TRANSACTION)
    type_line(slow, "UPDATE Things SET n = 2", IN_TRANSACTION)

    type_line(quick, "UPDATE Things SET n = 3")

    assert "OccConflictException" in type_line(slow, "commit")
    assert "n: 3" in type_line(slow, "SELECT * FROM Things")


def test_expired_transaction(terminal: Open) -> None:
    """The shell knows the message of a transaction that outlived its time, and goes on."""
    hasty = os.environ["COMPAT_HASTY_ENDPOINT"]
    qldb = boto3.client("qldb", endpoint_url=hasty)
    qldb.create_ledger(Name="hasty", PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    shell = terminal("-l", "hasty", "-s", hasty)
    type_line(shell, "CREATE TABLE Things")
    type_line(shell, "start", IN_TRANSACTION)
    type_line(shell, "INSERT INTO Things {'n': 1}", IN_TRANSACTION)
    time.sleep(4)

    assert "Transaction expired." in type_line(shell, "commit")

    assert "_1: 0" in type_line(shell, "SELECT COUNT(*) FROM Things")
    qldb.delete_ledger(Name="hasty")


@pytest.mark.parametrize(("line", "said"), [("commit", "'commit' can only"), ("abort", "'abort' can only")])
def test_nothing_to_end(terminal: Open, line: str, said: str) -> None:
    """Without a transaction there is none to end."""
    assert said in type_line(terminal(), line)
