"""`QldbTestCase`, by unittest's own runner."""

import unittest
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest

from emulator.testing import QldbTestCase


def result_of(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def said(case: type[unittest.TestCase]) -> str:
    """The last line of the error of its one test."""
    [(_, text)] = result_of(case).errors
    return text.rstrip().rpartition("\n")[2]


def test_each_test_has_a_ledger() -> None:
    """With what its options say."""

    class Case(QldbTestCase):
        qldb_options: ClassVar[dict[str, Any]] = {"ledger": "cars", "statements": "CREATE TABLE Car"}

        def test_it(self) -> None:
            assert self.qldb_ledger == self.qldb.ledger == "cars"
            assert self.qldb.run("SELECT * FROM Car") == []
            self.qldb.run("INSERT INTO Car {'make': 'Ford'}")

        test_again = test_it

    result = result_of(Case)
    assert (result.testsRun, result.wasSuccessful()) == (2, True)


def test_seed_files_are_found_from_the_folder_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the marker's are."""
    (tmp_path / "cars.sql").write_text("CREATE TABLE Car")
    (tmp_path / "cases_in_a_folder.py").write_text(
        "from emulator.testing import QldbTestCase\n"
        "class Case(QldbTestCase):\n"
        "    qldb_options = {'seed_file': 'cars.sql'}\n"
        "    def test_it(self): self.qldb.run('SELECT * FROM Car')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert result_of(import_module("cases_in_a_folder").Case).wasSuccessful()


def test_without_a_ledger() -> None:
    """What needs one says so."""

    class Case(QldbTestCase):
        qldb_options: ClassVar[dict[str, Any]] = {"ledger": None}

        def test_it(self) -> None:
            assert self.qldb_client.list_ledgers()["Ledgers"] == []
            self.qldb_driver  # noqa: B018 - it is made when it is asked for

    assert said(Case).endswith("qldb_ledger is the ledger of the test, and qldb_options say ledger=None: none")


def test_wrong_options_are_told() -> None:
    """By their own name."""

    class Case(QldbTestCase):
        qldb_options: ClassVar[dict[str, Any]] = {"sead": 1}

        def test_it(self) -> None: ...

    assert "no member of qldb_options is called sead; there are account_id, " in said(Case)
    [(_, text)] = result_of(Case).errors
    assert "another exception" not in text
