"""`mock_qldb` with pyqldb: around functions, classes, coroutines, unittest's cases, and beside moto's mock."""

import asyncio
import unittest

import amazon.ion
import boto3
from moto import mock_aws
from pyqldb.driver.qldb_driver import QldbDriver

from emulator.testing import Qldb, mock_qldb


def create() -> QldbDriver:
    boto3.client("qldb").create_ledger(Name="accounts", PermissionsMode="STANDARD", DeletionProtection=False)
    return QldbDriver("accounts")


def use(driver: QldbDriver) -> list[str]:
    driver.execute_lambda(lambda tx: tx.execute_statement("CREATE TABLE Accounts"))
    driver.execute_lambda(lambda tx: tx.execute_statement("INSERT INTO Accounts ?", {"owner": "Ada"}))
    rows = driver.execute_lambda(lambda tx: tx.execute_statement("SELECT owner FROM Accounts"))
    return [str(row["owner"]) for row in rows]


def test_environment_is_that_of_the_driver() -> None:
    """The emulator runs on the Ion library that pyqldb pins."""
    assert amazon.ion.__version__ == "0.9.3"


@mock_qldb
def test_function() -> None:
    """A decorator, and nothing else."""
    assert use(create()) == ["Ada"]


def test_block() -> None:
    """The handle comes with the block."""
    with mock_qldb() as qldb:
        assert isinstance(qldb, Qldb)
        assert use(create()) == ["Ada"]
        qldb.ledger = "accounts"
        qldb.assert_verified()


@mock_qldb
async def around_a_coroutine() -> list[str]:
    driver = create()
    await asyncio.sleep(0)
    return use(driver)


def test_coroutine() -> None:
    """In the middle of an event loop, too."""
    assert asyncio.run(around_a_coroutine()) == ["Ada"]


@mock_qldb
class TestClass:
    """Each test has an emulator of its own."""

    def test_first(self) -> None:
        """One."""
        assert use(create()) == ["Ada"]

    def test_second(self) -> None:
        """And another of the same name."""
        assert use(create()) == ["Ada"]


@mock_qldb
class TestCase(unittest.TestCase):
    """unittest's own, set-up included."""

    def setUp(self) -> None:
        self.driver = create()
        self.addCleanup(self.driver.close)

    def test_first(self) -> None:
        """The set-up was inside."""
        self.assertEqual(use(self.driver), ["Ada"])

    def test_second(self) -> None:
        """And is made again."""
        self.assertEqual(use(self.driver), ["Ada"])


@mock_aws
@mock_qldb
def test_beside_moto() -> None:
    """moto's services answer as ever, and QLDB as well."""
    boto3.client("s3").create_bucket(Bucket="journals")
    assert use(create()) == ["Ada"]
    assert [it["Name"] for it in boto3.client("s3").list_buckets()["Buckets"]] == ["journals"]


@mock_qldb
@mock_aws
def test_around_moto() -> None:
    """The other way round is the same."""
    boto3.client("s3").create_bucket(Bucket="journals")
    assert use(create()) == ["Ada"]
