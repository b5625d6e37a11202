"""The wallet from its stack to its clean-up, step by step: `python walk.py`, with AWS_ENDPOINT_URL set, prints each."""

import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from amazon.ion.simpleion import dumps
from pyqldb.driver.qldb_driver import QldbDriver

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

from follower import Follower
from stack import stack
from verifier import ion, verify_revision
from wallets import Wallets

NAME = "captable1"
EMAIL, OTHER = "ada@example.com", "grace@example.com"
PATIENCE_SECONDS = 60


def main() -> None:
    """Play all of it."""
    with stack(NAME) as outputs, QldbDriver(outputs["QLDBLedgerName"]) as driver:
        wallets = Wallets(driver, boto3.resource("dynamodb").Table(outputs["DynamoDBtableName"]))
        follower = Follower(boto3.client("kinesis"), outputs["KinesisStreamName"])
        use(wallets)
        look_back(wallets)
        prove(wallets, outputs["QLDBLedgerName"])
        follow(wallets, follower)


def use(wallets: Wallets) -> None:
    """Create table and index, open two accounts, and move money."""
    wallets.create_table()
    wallets.create_index()
    for email in (EMAIL, OTHER):
        wallets.create_account(email, email.split("@")[0])
    print("empty:", wallets.check_funds(EMAIL))
    print("250 added:", wallets.add_funds(EMAIL, Decimal(250)))
    print("125 withdrawn:", wallets.withdraw_funds(EMAIL, Decimal(125)))
    wallets.add_funds(OTHER, Decimal("0.50"))


def look_back(wallets: Wallets) -> None:
    """Show each revision of the account."""
    for revision in wallets.history(EMAIL):
        print("version", revision["metadata"]["version"], "balance", revision["data"]["CurrentBalance"])


def prove(wallets: Wallets, ledger: str) -> None:
    """Show that the account's revision belongs to the digest, and to no other."""
    revision, proof, digest = proven(boto3.client("qldb"), ledger, wallets.committed(EMAIL))
    print("verified:", verify_revision(revision, proof, digest))
    print("verified with another digest:", verify_revision(revision, proof, bytes([digest[0] ^ 1]) + digest[1:]))


def proven(qldb: Any, ledger: str, committed: Any) -> tuple[Any, Any, bytes]:
    """Ask for a digest, then for a revision with its proof of belonging to it."""
    digest = qldb.get_digest(Name=ledger)
    answer = qldb.get_revision(
        Name=ledger,
        BlockAddress={"IonText": dumps(committed["blockAddress"], binary=False, omit_version_marker=True)},
        DocumentId=str(committed["metadata"]["id"]),
        DigestTipAddress=digest["DigestTipAddress"],
    )
    return ion(answer["Revision"]), ion(answer["Proof"]), digest["Digest"]


def follow(wallets: Wallets, follower: Follower) -> None:
    """Follow the stream until it has told what the ledger knows."""
    caught_up(follower, wallets.balances())
    for email, balance in sorted(follower.balances().items()):
        print("by the stream:", email, balance)


def caught_up(follower: Follower, balances: dict[str, Decimal]) -> None:
    """Read on until the follower has these balances. AssertionError when it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while follower.balances() != balances:
        assert time.monotonic() < deadline, f"the stream tells {follower.balances()}, the ledger {balances}"
        follower.catch_up()


if __name__ == "__main__":
    main()
