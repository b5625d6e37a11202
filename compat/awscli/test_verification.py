"""`aws qldb get-digest`, `get-block` and `get-revision`, on a ledger that pyqldb wrote."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from amazon.ion.simpleion import dumps
from conftest import Aws
from pyqldb.driver.qldb_driver import QldbDriver
from verifier import ion, verify_block, verify_journal, verify_revision


class Written:
    """A ledger with a few blocks in it, the current revision of one vehicle, and the ledger's digest."""

    def __init__(self, aws: Aws, ledger: str) -> None:
        self.aws, self.ledger = aws, ledger
        with QldbDriver(ledger) as driver:
            driver.execute_lambda(lambda txn: txn.execute_statement("CREATE TABLE Vehicle"))
            for price in (1, 2):
                driver.execute_lambda(lambda txn, p=price: txn.execute_statement("INSERT INTO Vehicle ?", {"price": p}))
            driver.execute_lambda(lambda txn: txn.execute_statement("UPDATE Vehicle SET price = 91 WHERE price = 2"))
            statement = "SELECT * FROM _ql_committed_Vehicle AS v WHERE v.data.price = 91"
            [self.known] = driver.execute_lambda(lambda txn: txn.execute_statement(statement))
        answer = aws("qldb", "get-digest", "--name", ledger)
        self.digest, self.tip = b64decode(answer["Digest"]), answer["DigestTipAddress"]

    def get(self, operation: str, address: Any, *options: str) -> Any:
        """Ask for a block or revision at an address, with its proof."""
        text = dumps(address, binary=False, omit_version_marker=True)
        where = ("--block-address", json.dumps({"IonText": text}), "--digest-tip-address", json.dumps(self.tip))
        return self.aws("qldb", operation, "--name", self.ledger, *where, *options)


@pytest.fixture(scope="module")
def written(aws: Aws, ledgers: Callable[[], str]) -> Written:
    """What there is to prove."""
    return Written(aws, ledgers())


def test_revision_verifies(written: Written) -> None:
    """A revision and its proof reach the digest."""
    answer = written.get(
        "get-revision", written.known["blockAddress"], "--document-id", str(written.known["metadata"]["id"])
    )

    assert ion(answer["Revision"])["data"]["price"] == 91
    assert verify_revision(ion(answer["Revision"]), ion(answer["Proof"]), written.digest)
    assert not verify_revision(ion(answer["Revision"]), ion(answer["Proof"]), bytes(32))


def test_whole_journal_verifies(written: Written) -> None:
    """All blocks are proven, chain, and alone make up the digest."""
    tip = ion(written.tip)
    answers = [written.get("get-block", {**tip, "sequenceNo": at}) for at in range(tip["sequenceNo"] + 1)]

    assert all(verify_block(ion(each["Block"]), ion(each["Proof"]), written.digest) for each in answers)
    assert verify_journal([ion(each["Block"]) for each in answers], written.digest)
