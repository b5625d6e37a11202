"""The pytest plugin, in test suites of users: runs of pytest in a folder of their own."""

import json
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from emulator.testing import Emulator, mock_qldb

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]


@pytest.fixture(scope="module", autouse=True)
def _read() -> None:
    """What a run of pytest imports it forgets at its end, so what all of them need is read before."""
    with mock_qldb() as qldb:
        qldb.create_ledger("mine")
        qldb.ledger = "mine"
        qldb.load(samples=["vehicle-registration"])
        qldb.assert_verified()


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs a test module, with options; its output is read."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:hypothesispytest --strict-markers\n")

    def run(
        module: str, *options: str, runs: Callable[..., pytest.RunResult] = pytester.runpytest_inprocess
    ) -> pytest.RunResult:
        return runs("-q", *options, pytester.makepyfile(test_mine=module))

    return run


def assert_passed(done: pytest.RunResult, count: int) -> None:
    done.assert_outcomes(passed=count)


SUITE = """
    import boto3, pytest

    @pytest.mark.parametrize("turn", range(3))
    def test_fresh_ledger(qldb, qldb_ledger, qldb_client, turn):
        assert qldb_client.describe_ledger(Name=qldb_ledger)["State"] == "ACTIVE"
        assert len(qldb.journal()) == 1
        qldb.run("CREATE TABLE Person")
        qldb.run("INSERT INTO Person {'name': 'Ada'}")
        assert qldb.run("SELECT VALUE name FROM Person") == ["Ada"]
        assert [it["statement"] for it in qldb.statements()][-1] == "SELECT VALUE name FROM Person"
        qldb.assert_verified()

    def test_session_client(qldb_ledger, qldb_session_client):
        assert "StartSession" in qldb_session_client.send_command(StartSession={"LedgerName": qldb_ledger})

    @pytest.mark.qldb(ledger="cars", statements=["CREATE TABLE Car", "INSERT INTO Car {'make': 'Tesla'}"])
    def test_marker(qldb, qldb_ledger):
        assert qldb_ledger == "cars"
        assert qldb.run("SELECT VALUE make FROM Car") == ["Tesla"]
"""


def test_fixtures_need_no_import(run: Run) -> None:
    """A fresh ledger for each test, clients, a handle, and what the marker says; all that in the process."""
    assert_passed(run(SUITE), 5)


@pytest.mark.parametrize("variable", ["AWS_DEFAULT_REGION", "AWS_REGION"])
def test_fixtures_are_in_the_region_of_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Handle and clients find the same ledger, in the process, on a port, and at a server of another Region."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "eu-west-1")
    suite = (
        SUITE
        + """
    def test_server(qldb_server, qldb_client, qldb_ledger):
        assert ":eu-west-1:" in qldb_client.describe_ledger(Name=qldb_ledger)["Arn"]

    @pytest.mark.qldb(region="us-west-2")
    def test_region(qldb, qldb_client, qldb_ledger):
        assert ":us-west-2:" in qldb_client.describe_ledger(Name=qldb_ledger)["Arn"]
        assert qldb.run("SELECT * FROM information_schema.user_tables") == []
    """
    )
    assert_passed(run(suite), 7)
    with Emulator(region="us-east-1") as server:
        assert_passed(run(SUITE, "--qldb-endpoint", server.url), 5)


def test_fixtures_attach_to_a_server(run: Run) -> None:
    """The same suite against a server that runs; its ledgers are gone afterwards."""
    with Emulator() as server:
        assert_passed(run(SUITE, "--qldb-endpoint", server.url), 5)

        assert server.handle().ledgers() == []


@pytest.mark.process
def test_attached_tests_are_not_mocked(pytester: pytest.Pytester, run: Run) -> None:
    """A mock that goes on around them, for a ledger that tests share, leaves what is for the server to the server."""
    suite = """
        import pytest
        from emulator.testing import mock_qldb

        @pytest.fixture(scope="session")
        def shared():
            with mock_qldb() as qldb:
                qldb.create_ledger("shared")
                yield qldb

        @pytest.mark.parametrize("turn", range(2))
        def test_own(shared, qldb, qldb_client, turn):
            assert [it["Name"] for it in qldb_client.list_ledgers()["Ledgers"]] == qldb.ledgers() == [qldb.ledger]
            assert shared.ledgers() == ["shared"]
    """
    with Emulator() as server:
        for end in ("", "/"):
            done = run(suite, "--qldb-endpoint", server.url + end, runs=pytester.runpytest_subprocess)
            assert_passed(done, 2)


@pytest.mark.process
def test_fixtures_work_side_by_side(pytester: pytest.Pytester, run: Run) -> None:
    """Under pytest-xdist, against one server, no test meets another's ledger."""
    suite = SUITE.replace('ledger="cars", ', "").replace('assert qldb_ledger == "cars"', "assert qldb_ledger")
    with Emulator() as server:
        assert_passed(run(suite, "--qldb-endpoint", server.url, "-n", "2", runs=pytester.runpytest_subprocess), 5)


@pytest.mark.process
def test_what_another_run_left_is_in_nobodys_way(pytester: pytest.Pytester, run: Run) -> None:
    """A run in another container may have the same process id, and may have been killed before it tidied up."""
    suite = """
        import os

        os.getpid = lambda: 7

        def test_leaves_its_ledger(qldb_client, qldb_ledger):
            qldb_client.update_ledger(Name=qldb_ledger, DeletionProtection=True)
    """
    with Emulator() as server:
        for count in (1, 2):
            assert_passed(run(suite, "--qldb-endpoint", server.url, runs=pytester.runpytest_subprocess), 1)
            assert len(server.handle().ledgers()) == count


def test_tests_that_are_over_keep_nothing(run: Run) -> None:
    """pytest remembers all tests of a run; their ledgers are gone all the same."""
    suite = """
        import gc, weakref

        handles = []

        def test_first(qldb):
            handles.append(weakref.ref(qldb))

        def test_second():
            gc.collect()
            assert handles[0]() is None
    """
    assert_passed(run(suite), 2)


def test_failures_are_explained(run: Run) -> None:
    """The report of a test that fails has the statements, the conflicts and the end of the journal."""
    suite = """
        def test_fails(qldb):
            qldb.run("CREATE TABLE Person")
            qldb.run("INSERT INTO Person {'name': 'Ada'}")
            qldb.faults.once("CommitTransaction", "OccConflictException")
            qldb.run("SELECT * FROM Person")
    """

    output = run(suite).stdout.str()

    assert "1 failed" in output
    assert "QLDB statements" in output
    assert "committed: INSERT INTO Person {'name': 'Ada'}" in output
    assert "scan Person" in output
    assert "QLDB journal, its end" in output
    assert "block 1 at " in output
    assert "version 0: {'name': 'Ada'}" in output


def test_missing_driver_is_told(run: Run) -> None:
    """Without pyqldb, the fixture for it says so in one sentence; all others work."""
    suite = """
        import sys
        sys.modules["pyqldb"] = None

        def test_driver(qldb_driver):
            pass
    """

    output = run(suite).stdout.str()

    assert "The fixture qldb_driver needs pyqldb, and it is not installed in this environment" in output


def test_broken_driver_is_told(run: Run) -> None:
    """A pyqldb that does not go with the Ion library is not said to be missing."""
    suite = """
        from pathlib import Path

        Path("pyqldb/driver").mkdir(parents=True)
        Path("pyqldb/driver/qldb_driver.py").write_text("from amazon.ion import nothing_like_that")

        def test_driver(qldb_driver):
            pass
    """

    output = run(suite).stdout.str()

    assert (
        "pyqldb is installed and cannot be imported; it needs amazon.ion 0.9.3, to begin with: cannot import name"
        in output
    )
    assert "Traceback" not in output
    assert "During handling" not in output


def test_attached_marker_cannot_set_the_server(run: Run) -> None:
    """What is everybody's is not one test's to set, and the message says what it was."""
    suite = """
        import pytest

        @pytest.mark.qldb(seed=1)
        def test_seed(qldb):
            pass
    """
    with Emulator() as server:
        assert "the marker cannot set seed" in run(suite, "--qldb-endpoint", server.url).stdout.str()


def test_unknown_marker_settings_are_told(run: Run) -> None:
    """A setting that does not exist is named."""
    suite = """
        import pytest

        @pytest.mark.qldb(sead=1)
        def test_seed(qldb):
            pass
    """
    assert "no member of the marker qldb is called sead; there are account_id, clock, " in run(suite).stdout.str()


@pytest.mark.process
def test_loading_costs_nothing(pytester: pytest.Pytester, run: Run) -> None:
    """A suite that does not use the fixtures imports three small modules of the emulator, and no library for it."""
    suite = """
        import sys

        def test_nothing():
            loaded = {name for name in sys.modules if name.split(".")[0] in ("emulator", "boto3", "botocore", "amazon")}
            assert loaded == {"emulator", "emulator.testing", "emulator.testing.plugin"}
    """
    assert_passed(run(suite, runs=pytester.runpytest_subprocess), 1)


@pytest.mark.process
def test_emulator_is_imported_as_it_is(pytester: pytest.Pytester, run: Run) -> None:
    """pytest does not compile it anew, as it does with what comes with a plugin."""
    suite = """
        from emulator.testing import mock

        def test_loaders(qldb):
            from emulator.testing import stage
            from emulator.ledger import ledger
            assert {type(it.__spec__.loader).__name__ for it in (mock, stage, ledger)} == {"SourceFileLoader"}
    """
    assert_passed(run(suite, runs=pytester.runpytest_subprocess), 1)


@pytest.mark.process
def test_in_process_needs_no_web_server(pytester: pytest.Pytester, run: Run) -> None:
    """A suite without a port does not import what serves one."""
    suite = """
        import sys

        def test_in_process(qldb):
            assert "fastapi" in sys.modules
            assert "uvicorn" not in sys.modules
    """
    assert_passed(run(suite, runs=pytester.runpytest_subprocess), 1)


@pytest.mark.process
@pytest.mark.parametrize("case", ["with_fixtures", "with_the_mock", "in_a_class"])
def test_time_may_be_faked_by_freezegun(pytester: pytest.Pytester, run: Run, case: str) -> None:
    """Around a test that begins before, and around one that begins inside: every operation answers, in that time."""
    suite = """
        import boto3
        from freezegun import freeze_time
        from emulator.testing import QldbTestCase, mock_qldb

        @freeze_time("2020-01-01")
        def test_with_fixtures(qldb, qldb_client, qldb_ledger):
            qldb.run("CREATE TABLE Person")
            assert len(qldb.journal()) == 2
            assert qldb_client.describe_ledger(Name=qldb_ledger)["State"] == "ACTIVE"

        @freeze_time("2030-01-01")
        @mock_qldb
        def test_with_the_mock():
            made = boto3.client("qldb").create_ledger(Name="l", PermissionsMode="STANDARD")
            assert made["CreationDateTime"].year == 2030

        @freeze_time("2030-01-01")
        class InAClass(QldbTestCase):
            def test_in_a_class(self):
                self.assertEqual(self.qldb_client.describe_ledger(Name=self.qldb_ledger)["CreationDateTime"].year, 2030)
    """
    assert_passed(run(suite, "-k", case, runs=pytester.runpytest_subprocess), 1)


def test_what_a_marker_says_wrong_is_told_in_a_sentence(run: Run) -> None:
    """The member, what came and what is wanted, without the way through the emulator."""
    suite = """
        import pytest

        WRONG = [
            {"statements": 5}, {"statements": [5]}, {"statements": ["SELECT"]}, {"sample": "x"}, {"seed_file": 5},
            {"seed_file": "x.sql"}, {"ledger": "a/b"}, {"clock": "soon"}, {"max_ledgers": "many"}, {"data_dir": "x"},
            {"ledger": ["a", "b"]}, {"ledger": None, "statements": "CREATE TABLE Car"},
        ]

        @pytest.fixture
        def marked(request):
            request.node.add_marker(pytest.mark.qldb(**request.param))

        @pytest.mark.parametrize("marked", WRONG, indirect=True)
        def test_it(marked, qldb):
            pass

        @pytest.mark.qldb("cars")
        def test_positional(qldb):
            pass
    """

    output = run(suite).stdout.str()

    assert "13 errors" in output
    assert "Traceback" not in output
    assert "emulator/testing" not in output
    for said in (
        "E   Failed: statements: a text or a list of texts is wanted, got 5",
        "E   Failed: statements: a text or a list of texts is wanted, got [5]",
        "the ledger cannot begin as the marker says: BadRequestException: Parser Error",
        "the ledger cannot begin as the marker says: there is no sample 'x'; there are vehicle-registration",
        "x.sql: the file cannot be read: No such file or directory",
        "the ledger a/b cannot be made: InvalidParameterException: The parameter Name",
        "E   Failed: clock: a time is one such as '2024-01-01T00:00:00Z'",
        "E   Failed: max_ledgers: a whole number from 1 on is wanted, got 'many'",
        "E   Failed: no member of the marker qldb is called data_dir; there are ",
        "E   Failed: ledger: the name of a ledger is wanted, got ['a', 'b']",
        "E   Failed: ledger=None is for a test without a ledger, and here is what one would begin with",
        "E   Failed: the marker qldb takes keywords, such as ledger='cars', got 'cars'",
    ):
        assert said.removeprefix("E   Failed: ") in output, output


def test_markers_add_up(run: Run) -> None:
    """That of a test says what the class's and the module's do not, and goes before them."""
    suite = """
        import pytest

        pytestmark = pytest.mark.qldb(statements="CREATE TABLE Person", ledger="of-the-module")

        @pytest.mark.qldb(ledger="of-the-class")
        class TestIt:
            @pytest.mark.qldb(seed=1)
            def test_it(self, qldb):
                assert qldb.ledger == "of-the-class"
                assert qldb.run("SELECT * FROM Person") == []
    """
    assert_passed(run(suite), 1)


def test_failures_of_set_up_and_of_other_ledgers_are_explained(run: Run) -> None:
    """A fixture on top of ours that fails, statements of the marker, and ledgers that a test made itself."""
    suite = """
        import pytest

        @pytest.fixture
        def cars(qldb):
            qldb.run("CREATE TABLE Car")
            raise LookupError

        def test_set_up(cars):
            pass

        @pytest.mark.qldb(statements=["CREATE TABLE Bike", "CREATE TABLE Bike"])
        def test_marker(qldb):
            pass

        def test_own(qldb_client):
            from emulator.client.session import Session
            qldb_client.create_ledger(Name="own", PermissionsMode="STANDARD")
            assert False
    """

    output = run(suite).stdout.str()

    assert "1 failed, 2 errors" in output
    assert "committed: CREATE TABLE Car" in output
    assert "aborted: CREATE TABLE Bike" in output
    assert "QLDB, ledger own, journal, its end" in output


@pytest.mark.parametrize("fixture", ["", "qldb_server, "])
def test_failures_of_tear_down_are_explained(run: Run, fixture: str) -> None:
    """Where many verify what a test did; by then its environment is as it was before."""
    suite = """
        import os, pytest

        def variables():
            return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}

        before = variables()

        @pytest.fixture
        def verified(FIXTURE qldb):
            yield
            qldb.run("SELECT * FROM information_schema.user_tables")
            assert qldb.run("SELECT VALUE name FROM Person") == ["Ada"]

        @pytest.mark.parametrize("name", ["Bob", "Ada"])
        def test_it(qldb, verified, name):
            qldb.run("CREATE TABLE Person")
            qldb.run(f"INSERT INTO Person {{'name': '{name}'}}")

        def test_environment():
            assert variables() == before
    """.replace("FIXTURE ", fixture)

    output = run(suite, "-p", "no:randomly").stdout.str()

    assert "1 error" in output
    assert output.count("QLDB statements") == 1
    assert "SELECT VALUE name FROM Person" in output
    assert "version 0: {'name': 'Bob'}" in output


def test_ledgers_of_other_regions_are_explained(run: Run) -> None:
    """They are of the test, too."""
    suite = """
        import boto3

        def test_it(qldb, qldb_client):
            qldb_client.create_ledger(Name="near", PermissionsMode="STANDARD")
            far = boto3.client("qldb", region_name="eu-west-3")
            far.create_ledger(Name="far", PermissionsMode="STANDARD")
            assert qldb.in_region("eu-west-3").ledgers() == ["far"]
            qldb.in_region("eu-west-3").run("CREATE TABLE Star", ledger="far")
            assert False
    """

    output = run(suite).stdout.str()

    assert "1 failed" in output
    assert "QLDB, ledger near, journal, its end" in output
    assert "committed: CREATE TABLE Star" in output
    assert "cannot be told" not in output


def test_marker_that_does_nothing_is_told(run: Run) -> None:
    """On a test without fixtures of ours; not on a module's, some of which take them."""
    suite = """
        import pytest
        from emulator.testing import QldbTestCase

        pytestmark = pytest.mark.qldb(seed=1)

        @pytest.mark.qldb(ledger="cars")
        def test_marked():
            pass

        def test_of_the_module():
            pass

        @pytest.mark.qldb(ledger="cars")
        def test_right(qldb_ledger):
            pass

        @pytest.mark.qldb(ledger="cars")
        class TestClass:
            def test_it(self):
                pass
    """
    cases = """
        import pytest
        from emulator.testing import QldbTestCase

        @pytest.mark.qldb(ledger="cars")
        class Case(QldbTestCase):
            def test_it(self):
                pass
    """

    for module in (suite, cases):
        output = run(module).stdout.str()
        assert "1 warning" in output
        assert "the marker qldb does nothing here" in output


def test_settings_that_are_none_are_told(run: Run) -> None:
    """A fixture that forgets its return."""
    suite = """
        import pytest

        @pytest.fixture
        def qldb_settings():
            pass

        def test_it(qldb):
            pass
    """
    output = run(suite).stdout.str()
    assert "the fixture qldb_settings gives settings by name, as a dict, got None" in output
    assert "emulator/testing" not in output


def test_server_that_is_asked_for_late_is_told(run: Run) -> None:
    """In a sentence."""
    suite = """
        def test_it(request, qldb):
            request.getfixturevalue("qldb_server")
    """
    output = run(suite).stdout.str()
    assert "qldb_server must be among the arguments of the test" in output
    assert "emulator/testing" not in output


def test_what_cannot_be_taken_back_is_an_error_of_its_test(run: Run) -> None:
    """And of no other, nor the end of the run."""
    suite = """
        import pytest

        @pytest.mark.qldb(ledger=None)
        @pytest.mark.parametrize("fails", [False, True])
        def test_it(qldb, fails):
            qldb.create_ledger(f"mine-{fails}")
            assert not fails, "as it should"

        def test_other():
            pass
    """
    with Emulator(ledger_creating_ms=60_000) as server:
        done = run(suite, "--qldb-endpoint", server.url)
    done.assert_outcomes(passed=2, failed=1, errors=2)
    assert "what the test made cannot be taken back: ResourceInUseException" in done.stdout.str()
    assert "as it should" in done.stdout.str()


def test_server_that_goes_away_in_a_test_is_no_second_error(run: Run) -> None:
    """What there was to put back has gone with it."""
    suite = """
        import tests.testing.test_plugin as theirs

        def test_it(qldb):
            qldb.faults.always("ListLedgers", "ThrottlingException")
            qldb.create_ledger("another")
            theirs.attached.stop()
    """
    global attached
    with Emulator() as attached:
        assert_passed(run(suite, "--qldb-endpoint", attached.url), 1)


attached: Emulator
"""A server that the tests of a run stop."""


def test_faults_of_a_test_do_not_outlast_it(run: Run) -> None:
    """What fails in the test, even all of it, does not fail after it."""
    suite = """
        def test_all_fails(qldb, qldb_client):
            qldb.faults.always("*", "InternalFailure", ledger=None)
    """
    assert_passed(run(suite), 1)
    with Emulator() as server:
        assert_passed(run(suite, "--qldb-endpoint", server.url), 1)
        assert server.handle().ledgers() == []


def test_server_may_be_stopped_by_the_test(run: Run) -> None:
    """That is how an outage is tried."""
    suite = """
        def test_outage(qldb_server, qldb):
            qldb.faults.always("*", "InternalFailure")
            qldb_server.stop()
    """
    assert_passed(run(suite), 1)


def test_attached_tests_leave_a_server_as_it_was(run: Run) -> None:
    """What they change by the handle is put back: the clock, faults, ledgers, snapshots."""
    suite = """
        def test_it(qldb):
            qldb.clock.freeze("2030-01-01")
            qldb.faults.always("ListLedgers", "ThrottlingException")
            qldb.create_ledger("another")
            qldb.fork("forked", snapshot=qldb.snapshot())
    """
    for clock in (None, "2024-01-01T00:00:00Z,tick=1ms"):
        with Emulator(clock=clock) as server:
            handle = server.handle()
            before = handle.clock.told()

            assert_passed(run(suite, "--qldb-endpoint", server.url), 1)

            after = handle.clock.told()
            assert (after["frozen"], after["tickMs"]) == (before["frozen"], before["tickMs"])
            assert after["now"] < "2030"
            assert handle.faults.told() == []
            assert handle.ledgers() == []
            with urlopen(f"{server.url}/_qldb/snapshots") as answer:
                assert json.load(answer) == {"snapshots": []}


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "127.0.0.1:8000", "http://127.0.0.1:9/qldb", ""])
def test_nobody_at_the_endpoint_is_told(run: Run, endpoint: str) -> None:
    """Once for each test, and in one sentence."""
    output = run("def test_it(qldb_driver):\n    pass", f"--qldb-endpoint={endpoint}").stdout.str()

    assert "1 error" in output
    assert f"There is no emulator at --qldb-endpoint {endpoint or repr('')}: " in output
    assert "Traceback" not in output
