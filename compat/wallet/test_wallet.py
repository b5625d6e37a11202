"""The wallet: its functions, what the journal knows of them, and a consumer that has it all from the stream."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from pathlib import Path

import boto3
import pytest
from follower import Follower
from verifier import verify_revision
from walk import caught_up, proven
from wallets import Funds, WalletRefused, Wallets

_numbers = count()
EVERY_STEP = """\
empty: Funds(current=Decimal('0'), previous=Decimal('0'))
250 added: Funds(current=Decimal('250'), previous=Decimal('0'))
125 withdrawn: Funds(current=Decimal('125'), previous=Decimal('250'))
version 0 balance 0
version 1 balance 250
version 2 balance 125
verified: True
verified with another digest: False
by the stream: ada@example.com 125
by the stream: grace@example.com 0.50
"""


@pytest.fixture
def email(wallets: Wallets) -> Iterator[str]:
    """Open an account of the test's own."""
    address = f"somebody-{next(_numbers)}@example.com"
    wallets.create_account(address, "somebody")
    yield address


def test_stack_has_what_the_wallet_stands_on(outputs: dict[str, str]) -> None:
    """Ledger, table, stream of Kinesis and stream of the journal are made and active."""
    ledger, stream_id = outputs["QLDBLedgerName"], outputs["QLDBStreamId"]
    stream = boto3.client("qldb").describe_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)["Stream"]

    assert outputs["DynamoDBtableName"] == ledger == "wallets"
    assert (stream["StreamName"], stream["Status"]) == ("wallets-qldb-stream", "ACTIVE")


def test_account_begins_empty_and_has_a_profile(outputs: dict[str, str], wallets: Wallets, email: str) -> None:
    """The ledger has the account, DynamoDB the profile."""
    profile = boto3.resource("dynamodb").Table(outputs["DynamoDBtableName"]).get_item(Key={"email": email})["Item"]

    assert wallets.check_funds(email) == Funds(Decimal(0), Decimal(0))
    assert profile == {"email": email, "username": "somebody"}


def test_second_account_of_an_address_is_refused(wallets: Wallets, email: str) -> None:
    """The transaction sees the first and does not insert."""
    with pytest.raises(WalletRefused, match="has a wallet"):
        wallets.create_account(email, "again")

    assert len(wallets.history(email)) == 1


def test_funds_are_added_and_withdrawn(wallets: Wallets, email: str) -> None:
    """Each move tells the balance and the one before it."""
    assert wallets.add_funds(email, Decimal(250)) == Funds(Decimal(250), Decimal(0))
    assert wallets.withdraw_funds(email, Decimal(125)) == Funds(Decimal(125), Decimal(250))
    assert wallets.check_funds(email) == Funds(Decimal(125), Decimal(250))


def test_more_than_there_is_cannot_be_withdrawn(wallets: Wallets, email: str) -> None:
    """What is refused leaves no revision behind."""
    wallets.add_funds(email, Decimal(10))

    with pytest.raises(WalletRefused, match="which is less than 11"):
        wallets.withdraw_funds(email, Decimal(11))

    assert len(wallets.history(email)) == 2


def test_moves_at_the_same_time_all_count(wallets: Wallets, email: str) -> None:
    """Of moves of one account that conflict, each is tried again until it is in."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: wallets.add_funds(email, Decimal(1)), range(8)))

    assert wallets.check_funds(email).current == 8
    assert [int(each["data"]["CurrentBalance"]) for each in wallets.history(email)] == [*range(9)]


def test_history_is_found_by_the_document_id(wallets: Wallets, email: str) -> None:
    """BY gives the id, by which `history` finds each revision and the committed view the last."""
    wallets.add_funds(email, Decimal(250))

    history = wallets.history(email)

    assert {str(each["metadata"]["id"]) for each in history} == {wallets.document_id(email)}
    assert [each["metadata"]["version"] for each in history] == [0, 1]
    assert history[-1] == wallets.committed(email)


def test_revision_is_proven_and_another_digest_is_not(outputs: dict[str, str], wallets: Wallets, email: str) -> None:
    """The proof reaches the digest; with a bit of that changed it does not."""
    revision, proof, digest = proven(boto3.client("qldb"), outputs["QLDBLedgerName"], wallets.committed(email))

    assert verify_revision(revision, proof, digest)
    assert not verify_revision(revision, proof, bytes([digest[0] ^ 1]) + digest[1:])


def test_consumer_rebuilds_all_balances(wallets: Wallets, email: str, follower: Follower) -> None:
    """With records that come twice and in disorder, the stream ends with the balances that the ledger has."""
    for amount in range(1, 9):
        wallets.add_funds(email, Decimal(amount))
    wallets.withdraw_funds(email, Decimal("0.25"))

    caught_up(follower, wallets.balances())

    assert follower.balances()[email] == Decimal("35.75")
    assert follower.balances() == wallets.balances()


@pytest.mark.usefixtures("endpoint")
def test_walk_prints_every_step() -> None:
    """The program plays all of it, and takes its stack away."""
    done = subprocess.run(
        [sys.executable, "walk.py"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (done.stderr, done.stdout) == ("", EVERY_STEP)
    assert "captable1" not in [each["Name"] for each in boto3.client("qldb").list_ledgers()["Ledgers"]]
