"""The pytest plugin: fixtures with a fresh ledger for each test. It is there once the package is installed.

By default everything is in the process of the test. `--qldb-endpoint` attaches to a server that runs; a test that asks
for `qldb_server` gets one of its own, on a port. Each test has a ledger with a name of its own, so that they may run
side by side.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.testing.handle import Qldb
    from emulator.testing.server import Emulator
    from emulator.testing.stage import Stage

_STAGE = pytest.StashKey["Stage"]()
_ended = ExitStack()
"""What the last test leaves for its report: the emulator that tells what happened."""
_MARKER = (
    "qldb(ledger, seed, clock, seed_file, sample, statements, **settings): how the QLDB of this test begins. `ledger` "
    "is the name of its ledger, or None for none, `seed` and `clock` make it repeatable, `seed_file` and `sample` say "
    "what it has, and `statements` run before it, all in one transaction."
)

_IDLE_MARKER = (
    "the marker qldb does nothing here: it is for tests that take fixtures such as qldb or qldb_driver, and this one "
    "takes none (a QldbTestCase has qldb_options)"
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    _be_imported_as_it_is(pluginmanager)
    group = parser.getgroup("qldb")
    group.addoption("--qldb-endpoint", metavar="URL", help="a QLDB emulator that runs, in place of one in the process")


def _be_imported_as_it_is(plugins: pytest.PytestPluginManager) -> None:
    """pytest compiles anew what comes with a plugin, to explain its asserts.

    Ours explain themselves, and 200 modules take a quarter of a second: in every run, where no bytecode is kept.
    """
    marked = getattr(plugins.rewrite_hook, "_must_rewrite", None)  # pytest's own affair, which may be another one day
    if isinstance(marked, set):
        marked.discard("emulator")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is decorated is inside of `freeze_time` only later, and so are fixtures."""
    has_fixture = any(map(_has_fixture, session.items))
    if "freezegun" in sys.modules and (has_fixture or "emulator.testing.mock" in sys.modules):
        from emulator.testing.faked_time import read_what_cannot_be_read_then  # noqa: PLC0415 - for these alone

        read_what_cannot_be_read_then()


def _has_fixture(item: pytest.Item) -> bool:
    return "_qldb_stage" in getattr(item, "fixturenames", ())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Who marks a test wants something. A class that is marked may have tests without; a case of unittest has not."""
    is_case = issubclass(getattr(item, "cls", None) or object, unittest.TestCase)
    markers = item.iter_markers("qldb") if is_case else (it for it in item.own_markers if it.name == "qldb")
    if any(True for _ in markers) and not _has_fixture(item):
        item.warn(pytest.PytestWarning(_IDLE_MARKER))


@pytest.fixture
def qldb_settings() -> Mapping[str, Any]:
    """What the marker says, for a module or folder that has a fixture of this name; a marker goes before it."""
    return {}


@pytest.fixture
def _qldb_stage(request: pytest.FixtureRequest, qldb_settings: Mapping[str, Any]) -> Iterator[Stage]:
    """What this test's clients talk to."""
    from emulator.testing.plan import Plan  # noqa: PLC0415 - only tests that use it
    from emulator.testing.stage import attached, in_process, on_a_port  # noqa: PLC0415 - as above

    _end_interrupted()
    with ExitStack() as staging:
        with _in_one_sentence():
            plan = Plan.of({**_settings(qldb_settings), **_marked(request.node)}, request.node.path.parent)
            endpoint = request.config.getoption("--qldb-endpoint")
            begun = plan.ledger is not None and "qldb_ledger" in request.fixturenames
            if "qldb_server" in request.fixturenames:
                stage = staging.enter_context(on_a_port(plan, begun=begun))
            elif endpoint is not None:
                stage = staging.enter_context(attached(plan, endpoint))
            else:
                stage = staging.enter_context(in_process(plan, begun=begun))
        request.node.stash[_STAGE] = stage
        yield stage
        stage.leave()
        _ended.push(staging.pop_all())


def _settings(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        pytest.fail(f"the fixture qldb_settings gives settings by name, as a dict, got {given!r}", pytrace=False)
    return given


def _marked(node: pytest.Item) -> dict[str, Any]:
    """What the markers say: that of the test before that of its class, and that before the module's."""
    marked: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("qldb"))):
        if marker.args:
            pytest.fail(f"the marker qldb takes keywords, such as ledger='cars', got {marker.args[0]!r}", pytrace=False)
        marked |= marker.kwargs
    return marked


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """What is wrong with what a test wants is told without the way that it took through the emulator."""
    from emulator.testing.plan import PlanError  # noqa: PLC0415 - only tests that use it

    try:
        yield
    except (PlanError, ImportError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture
def qldb_ledger(_qldb_stage: Stage) -> str:
    """The name of a ledger that is there for this test alone."""
    if not _qldb_stage.has_ledger:
        pytest.fail("qldb_ledger is the ledger of the test, and the marker says ledger=None: none", pytrace=False)
    with _in_one_sentence():
        return _qldb_stage.make_ledger()


@pytest.fixture
def qldb(request: pytest.FixtureRequest, _qldb_stage: Stage) -> Qldb:
    """A handle: clock, faults, journal, verification, of the test's ledger."""
    if _qldb_stage.has_ledger:
        request.getfixturevalue("qldb_ledger")
    return _qldb_stage.handle


@pytest.fixture
def qldb_client(_qldb_stage: Stage) -> Any:
    """A boto3 client of the control plane."""
    return _qldb_stage.client("qldb")


@pytest.fixture
def qldb_session_client(_qldb_stage: Stage) -> Any:
    """A boto3 client of the session service."""
    return _qldb_stage.client("qldb-session")


@pytest.fixture
def qldb_driver(_qldb_stage: Stage, qldb_ledger: str) -> Iterator[Any]:
    """pyqldb's driver, connected to the test's ledger."""
    with ExitStack() as driving:
        with _in_one_sentence():
            driver = driving.enter_context(_qldb_stage.driver(qldb_ledger))
        yield driver


@pytest.fixture
def qldb_server(_qldb_stage: Stage) -> Emulator:
    """A server on a port, for clients of whatever kind; its `url` is in AWS_ENDPOINT_URL_QLDB and …_QLDB_SESSION."""
    server = _qldb_stage.server
    if server is None:
        pytest.fail(
            "qldb_server must be among the arguments of the test or its fixtures, not asked for later", pytrace=False
        )
    return server


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where a test failed, what happened to its ledgers: statements, conflicts, and the end of the journal."""
    outcome: Any = yield
    report = outcome.get_result()
    stage = item.stash.get(_STAGE, None)
    if stage is None:
        return
    if report.failed:
        report.sections += _told(stage)
    if report.when == "teardown":
        # pytest keeps all its tests to the end, and must not keep a ledger for each.
        del item.stash[_STAGE]
        try:
            _ended.close()
        except Exception as error:  # an error of the test; raised in a hook it would end the run
            report.outcome = "failed"
            report.longrepr = f"{report.longrepr or ''}\nwhat the test made cannot be taken back: {error}".strip()


def _told(stage: Stage) -> list[tuple[str, str]]:
    from emulator.testing.telling import told  # noqa: PLC0415 - only where a test failed

    try:
        return list(told(stage))
    except Exception as error:
        return [("QLDB", f"what happened cannot be told: {error!r}")]


def pytest_unconfigure() -> None:
    """Of a test that was interrupted there is no report."""
    _end_interrupted()


def _end_interrupted() -> None:
    with suppress(Exception):
        _ended.close()
