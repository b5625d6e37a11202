"""Imports point one way. Each rule says which way, and because of what; the code is read, not run."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "emulator"
MAX_LINES = 300

FOUNDATION = frozenset({"errors", "limits", "clock", "frozen", "ids", "memory_databases", "settings", "times"})
"""Modules that everything may use, because they use nothing but each other."""


@dataclass(frozen=True, slots=True)
class Room:
    """A package or module of the project: what of the project it may import beside itself and the foundation."""

    name: str
    may_use: frozenset[str]
    because: str


def _room(name: str, may_use: str, because: str) -> Room:
    return Room(name, frozenset(may_use.split()), because)


ROOMS = [
    _room("ion", "", "values come before everything that is done with them"),
    _room("journal", "ion", "the journal is the truth and must be readable without anything derived from it"),
    _room("partiql", "ion", "the language knows no ledger; it asks its host, so it can be tested and reused alone"),
    _room("ledger", "journal ion", "a ledger serves any language, so it must not know the one it is queried in"),
    _room("account", "ledger journal ion", "an account has ledgers; who talks to them is not its business"),
    _room("delivery", "account ledger journal ion", "exports and streams are readers of the journal, not of sessions"),
    _room("metrics", "", "what is counted knows nothing of what it is counted in"),
    _room("session", "account ledger journal partiql ion", "a session joins language and ledger, and knows no HTTP"),
    _room("faults", "", "rules say when something goes wrong, and know nothing of what it goes wrong in"),
    _room(
        "runtime",
        "faults metrics session delivery account ledger journal partiql ion",
        "the parts are put together in one place, which the ways in share",
    ),
    _room("sandbox", "account metrics", "other services open no ledger; what they need of one they are handed"),
    _room(
        "api",
        "sandbox runtime faults metrics session delivery account ledger journal partiql ion",
        "HTTP is one way in; nothing behind it may notice",
    ),
    _room("client", "journal ion", "a client knows of a server what comes over the wire"),
    _room("shell", "client partiql ion", "it is a client that also knows the language, and nothing of the server"),
    _room("seeding", "client partiql ion", "seeds come into a ledger by the way that every client goes"),
    _room(
        "in_process",
        "client api runtime faults",
        "a way in without a port, for whoever is in the same process",
    ),
    _room("kit", "", "what helps a client must be usable where no server is"),
    _room(
        "doctor",
        "account ledger journal ion",
        "it asks who has a directory; all else it sees from outside, as a client",
    ),
    _room(
        "cli",
        "testing in_process seeding shell client doctor kit "
        "api sandbox runtime faults metrics session delivery account ledger journal partiql ion",
        "the command starts everything and nothing needs the command",
    ),
    _room(
        "testing",
        "in_process seeding client kit api faults runtime session delivery account ledger journal partiql ion",
        "what tests use starts everything too, and needs no command",
    ),
    _room("__main__", "cli", "python -m emulator is the command under another name"),
    _room("__init__", "", "importing the package must cost nothing"),
]


@dataclass(frozen=True, slots=True)
class Confined:
    """A library, and the only places that may import it (path prefixes below `emulator/`)."""

    library: str
    places: tuple[str, ...]
    because: str


CONFINED = [
    Confined("fastapi", ("api/", "console/"), "the engine can be used without a web server"),
    Confined("starlette", ("api/", "console/"), "the engine can be used without a web server"),
    Confined("pydantic", ("api/", "console/"), "wire models are for the wire; values inside are plain dataclasses"),
    Confined("uvicorn", ("api/", "cli/"), "only what serves knows the server"),
    Confined(
        "asyncio", ("api/", "cli/", "testing/", "in_process.py"), "the engine is synchronous; only the ways in wait"
    ),
    Confined("typer", ("cli/",), "options are read in one room"),
    Confined("amazon", ("ion/codec.py",), "two versions of the Ion library matter, and one module knows both"),
    Confined(
        "sqlite3",
        ("journal/stores/", "ledger/view", "account/", "delivery/store.py", "memory_databases.py"),
        "SQL stays where things are stored",
    ),
    Confined("boto3", ("delivery/sinks/", "testing/"), "only what writes to S3 and Kinesis needs a client for them"),
    Confined("botocore", ("delivery/sinks/", "testing/"), "only what writes to S3 and Kinesis needs a client for them"),
    Confined("prometheus_client", ("api/admin/",), "figures are counted without a library, and shown with one"),
    Confined("prompt_toolkit", ("shell/terminal/",), "what a shell says and does is tried without a terminal"),
    Confined("moto", ("sandbox/",), "the other services are one room, and only who asks for them pays for them"),
    Confined("pyqldb", ("testing/stage.py",), "the driver pins an old Ion library; only tests that have it may use it"),
    Confined("ionhash", (), "it does not load with newer versions of the Ion library; Ion Hash is ours"),
]

LATER = (
    "emulator.account.snapshots",
    "emulator.api.admin.clock",
    "emulator.api.control.ledgers",
    "emulator.api.control.wire",
    "emulator.api.sandbox",
    "emulator.delivery",
    "emulator.ledger.ledger",
    "emulator.partiql",
    "emulator.sandbox.sandbox",
    "emulator.seeding",
    "emulator.session",
    "boto3",
    "cryptography",
    "moto",
    "prometheus_client",
    "urllib.request",
)
"""What starting a server does not wait for: it is read once somebody needs it."""

CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "date.today"}
CLOCK_PLACES = {"clock.py", "ids.py"}
CHANCE = {"os.urandom", "uuid.uuid1", "uuid.uuid4", "secrets.token_bytes", "secrets.token_urlsafe", "random.random"}
CHANCE_PLACES = {"ids.py", "session/tokens.py"}

LONGER = {"partiql/ast.py": "a list of node types, one idea each, that belong on one page"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def relative(path: Path) -> str:
    """Give the path below `emulator/`, with forward slashes."""
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    """Give the name of the room a module belongs to."""
    return relative(path).split("/", maxsplit=1)[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    """Give the code of a module."""
    return ast.parse(path.read_text())


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Give every module a module imports, wherever in it, as absolute dotted names."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = ["emulator", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{name}.{alias.name}" for alias in node.names)


def own_rooms(path: Path) -> set[str]:
    """Give the rooms of the project that a module imports from."""
    names = (name.split(".") for name in imported(path))
    return {parts[1] for parts in names if parts[0] == "emulator" and len(parts) > 1} - {"__version__"}


def test_every_module_belongs_to_a_room() -> None:
    """A new package states its place in the order, and why, before it is used."""
    known = {room.name for room in ROOMS} | FOUNDATION

    assert {room_of(path) for path in MODULES} <= known


def test_every_package_says_what_it_is() -> None:
    """Who opens a package reads in its first line what is in it."""
    packages = [path for path in MODULES if path.name == "__init__.py"]

    assert [relative(path) for path in packages if not ast.get_docstring(tree_of(path))] == []


def test_the_page_names_every_room() -> None:
    """The page of the architecture has a row for each room and module of the foundation, and for nothing else."""
    page = (ROOT / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| (`.+`) \| ", page, re.MULTILINE)
    named = [name.strip("`/").removesuffix(".py") for row in rows for name in row.split(", ")]

    assert sorted(named) == sorted({room.name for room in ROOMS if not room.name.startswith("__")} | FOUNDATION)


def test_every_room_has_its_tests() -> None:
    """Tests stand in a folder that is named for the room, so that they are found from there."""
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert {room for room in rooms if not list((ROOT / "tests" / room).rglob("test_*.py"))} == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_imports_only_what_lies_below(room: Room) -> None:
    """A room uses itself, the foundation, and the rooms named in its rule."""
    allowed = room.may_use | FOUNDATION | {room.name}
    strays = {relative(path): own_rooms(path) - allowed for path in MODULES if room_of(path) == room.name}

    assert {path: names for path, names in strays.items() if names} == {}, room.because


def test_foundation_imports_only_itself() -> None:
    """What everything uses can use nothing that uses it."""
    strays = {relative(path): own_rooms(path) - FOUNDATION for path in MODULES if room_of(path) in FOUNDATION}

    assert {path: names for path, names in strays.items() if names} == {}


@pytest.mark.parametrize("rule", CONFINED, ids=lambda rule: rule.library)
def test_library_stays_in_its_place(rule: Confined) -> None:
    """A library is imported only where its rule says."""
    users = {relative(path) for path in MODULES if rule.library in {name.split(".")[0] for name in imported(path)}}

    assert {user for user in users if not user.startswith(rule.places or ("no place",))} == set(), rule.because


def users_of(attributes: set[str]) -> set[str]:
    """Give the modules that name one of these attributes of a library."""
    return {
        relative(path)
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in attributes
    }


def test_time_comes_from_the_clock() -> None:
    """No module but the clock and the ids asks the machine what time it is, so that tests can say what time it is."""
    assert users_of(CLOCKS) <= CLOCK_PLACES


def test_chance_comes_from_the_sources_of_ids_and_tokens() -> None:
    """Ids come from a source that a test can replace; only session tokens, which nobody may guess, are drawn beside."""
    assert users_of(CHANCE) <= CHANCE_PLACES


STARTED = """
import asyncio, sys
from emulator.api import app, server, tls
from emulator.cli import serve
from emulator.runtime import Emulator
from emulator.settings import Settings

async def receive():
    return {"type": "http.request"}

async def send(message):
    print(message.get("body", b"").decode())

path = "/_qldb/health"
request = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}
asyncio.run(app.create_app(Emulator(Settings()))(request, receive, send))
print(*sys.modules)
"""


@pytest.mark.process
def test_starting_reads_little() -> None:
    """A server tells that it is there before what runs operations, statements and other services is read."""
    started = subprocess.run([sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=True)

    assert '"status":"ok"' in started.stdout
    assert [name for name in LATER if name in started.stdout.split()] == []


WAITED = """
import asyncio, sys
from emulator.api.app import create_app
from emulator.runtime import Emulator
from emulator.settings import Settings

async def send(message):
    pass

async def wait():
    messages = asyncio.Queue()
    messages.put_nowait({"type": "lifespan.startup"})
    app = create_app(Emulator(Settings()), reads_ahead=READS_AHEAD)
    living = asyncio.create_task(app({"type": "lifespan"}, messages.get, send))
    while "emulator.api.session" not in sys.modules:
        await asyncio.sleep(0.01)
    print(*sys.modules)
    messages.put_nowait({"type": "lifespan.shutdown"})
    await living

asyncio.run(wait())
"""


@pytest.mark.process
@pytest.mark.parametrize("reads_ahead", [True, False])
def test_a_server_reads_ahead(reads_ahead: bool) -> None:
    """Once it is there, a server reads what requests will want; one beside a test, what it has to do itself."""
    script = WAITED.replace("READS_AHEAD", str(reads_ahead))
    waited = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ("emulator.api.control.wire" in waited.stdout.split()) is reads_ahead


TESTED = """
import sys
from emulator.testing import mock_qldb

mock = mock_qldb()
print(mock.start("l").run("SELECT * FROM information_schema.user_tables"))
mock.stop()
print(*sys.modules)
"""


@pytest.mark.process
def test_a_test_that_only_runs_statements_reads_no_web_framework() -> None:
    """The control plane is read when it is asked for: a test with a driver, or a suite's worker, begins sooner."""
    tested = subprocess.run([sys.executable, "-c", TESTED], cwd=ROOT, capture_output=True, text=True, check=True)
    printed = tested.stdout.split()

    assert printed[0] == "[]"
    assert [name for name in ("fastapi", "pydantic", "starlette", "uvicorn", "moto") if name in printed] == []


def test_values_are_frozen_by_one_word() -> None:
    """Values with slots are `@frozen`; see `docs/decisions/0019-values-are-frozen-by-the-type-checker.md`."""
    others = [path for path in PACKAGE.rglob("*.py") if "@dataclass(frozen=True, slots=True)" in path.read_text()]

    assert others == []


def test_modules_are_short() -> None:
    """A module has one idea; what needs more lines than this has two."""
    lengths = {relative(path): len(path.read_text().splitlines()) for path in MODULES}

    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES and path not in LONGER} == {}
