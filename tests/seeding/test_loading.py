"""Seeds in ledgers: through the handle of a test, and as a server begins."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.client.transport import Answer, HttpTransport, Transport, ask
from emulator.seeding import loading
from emulator.seeding.files import read_seed
from emulator.seeding.seed import Seed, SeedError
from emulator.testing import Qldb, mock_qldb

CARS = """{
  ledger: "mine",
  tables: { Owner: [{ name: "Ada" }], Car: [{ make: "Tesla", owner: document_id::{ Owner: { name: "Ada" } } }] },
  indexes: { Car: ["make"] },
}"""


def test_sample_has_what_the_tutorials_use(qldb: Qldb) -> None:
    """Tables, indexes, and owners whose ids are those of people."""
    qldb.load(samples=["vehicle-registration"])

    owner = qldb.run(
        "SELECT VALUE p.FirstName FROM VehicleRegistration AS r, Person AS p BY id "
        "WHERE r.Owners.PrimaryOwner.PersonId = id AND r.VIN = '1N4AL11D75C109151'"
    )
    indexes = qldb.run("SELECT VALUE indexes FROM information_schema.user_tables WHERE name = 'VehicleRegistration'")

    assert owner == ["Raul"]
    assert qldb.run(
        "SELECT r.LicensePlateNumber AS plate, p.FirstName AS owner, l.LicenseType AS licence "
        "FROM VehicleRegistration AS r, Person AS p BY id, DriversLicense AS l "
        "WHERE r.Owners.PrimaryOwner.PersonId = id AND l.PersonId = id"
    ) == [
        {"plate": "LEWISR261LL", "owner": "Raul", "licence": "Learner"},
        {"plate": "CA762X", "owner": "Brent", "licence": "Probationary"},
        {"plate": "CD820Z", "owner": "Alexis", "licence": "Full"},
        {"plate": "LS477D", "owner": "Melvin", "licence": "Learner"},
        {"plate": "TH393F", "owner": "Salvatore", "licence": "Probationary"},
    ]
    assert [index["expr"] for index in indexes[0]] == ["[VIN]", "[LicensePlateNumber]"]
    qldb.assert_verified()


def test_many_documents_take_several_transactions(qldb: Qldb, tmp_path: Path) -> None:
    """As many as a transaction may have, and no more bytes than a parameter has room for."""
    small, large = [{"n": n} for n in range(85)], [{"text": "x" * 50_000} for _ in range(5)]
    (tmp_path / "many.json").write_text(json.dumps({"tables": {"Small": small, "Large": large}}))

    qldb.load(tmp_path / "many.json")

    assert [len(block.get("revisions", [])) for block in qldb.journal()[3:]] == [40, 40, 5, 2, 2, 1]
    assert qldb.run("SELECT VALUE COUNT(*) FROM Small") == [85]


REFUSED = {
    "a.sql": {
        "CREATE TABLE T;\nINSERT INTO Nowhere {'a': 1};": "line 2, column 13: Semantic Error: No such variable",
        "CREATE TABLE T; INSERT INTO\n\n  Nowhere {'a': 1}": "line 3, column 3: Semantic Error: No such variable",
        "CREATE TABLE T;\nDROP TABLE T; UNDROP TABLE T": "line 2: No table has the id 'T'",
        "CREATE TABLE T;\nINSERT INTO T ?": "line 2: Evaluator Error: No parameter bound",
    },
    "a.json": {
        '{"tables": {"a b": []}}': "tables.a b: Semantic Error: 'a b' cannot name a table",
        '{"tables": {"a\\nb": []}}': "tables.a\\nb: Semantic Error: 'a\\nb' cannot name a table",
    },
}


@pytest.mark.parametrize(
    ("name", "text", "said"), [(name, text, said) for name, texts in REFUSED.items() for text, said in texts.items()]
)
def test_what_a_ledger_refuses_has_its_place(qldb: Qldb, tmp_path: Path, name: str, text: str, said: str) -> None:
    """One place, that in the file, and what the ledger says."""
    (tmp_path / name).write_text(text)

    with pytest.raises(SeedError) as raised:
        qldb.load(tmp_path / name)

    assert str(raised.value).startswith(f"{tmp_path / name}, {said}")
    assert "at line" not in str(raised.value)


@contextmanager
def served(*options: str) -> Iterator[Qldb]:
    """A server process; it is ended when the context is left."""
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        url = next(word for word in greeting.split() if word.startswith("http://")).rstrip(",")
        yield Qldb(HttpTransport(url))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.mark.process
def test_server_begins_with_seeds_once(tmp_path: Path) -> None:
    """Started again with the same options, it leaves the ledgers as they are, to the block."""
    (tmp_path / "a.sql").write_text("CREATE TABLE T; INSERT INTO T {'a': 1};")
    options = ("--data-dir", str(tmp_path / "data"), "--seed-file", str(tmp_path / "a.sql"), "--seed-ledger", "mine")
    lengths = []
    for _ in range(2):
        with served(*options, "--sample", "vehicle-registration") as qldb:
            assert qldb.ledgers() == ["mine", "vehicle-registration"]
            lengths.append([len(qldb.journal(name)) for name in qldb.ledgers()])

    assert lengths[0] == lengths[1]


@pytest.mark.process
@pytest.mark.parametrize(
    ("text", "told"), [("CREATE TABLE T; oops", "line 1, column 17"), ("DROP TABLE T;", "line 1, column 12")]
)
def test_server_does_not_begin_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    """One line on stderr, status 1, and nothing was served."""
    (tmp_path / "a.sql").write_text(text)
    options = ("--in-memory", "--port", "0", "--seed-file", str(tmp_path / "a.sql"), "--seed-ledger", "mine")
    done = subprocess.run(
        [sys.executable, "-m", "emulator", "serve", *options], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert told in done.stderr


class Cut:
    """A transport of a process that is killed when so many requests have been answered."""

    def __init__(self, transport: Transport, requests: int) -> None:
        self._transport = transport
        self._left = requests

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._transport.request(method, path, headers, body)

    def close(self) -> None:
        pass


def cut_off(handle: Qldb, seeds: Sequence[Seed], requests: int) -> bool:
    """Seed as a process that is killed meanwhile; whether it was, before the end."""
    try:
        loading.load_once(Cut(handle._transport, requests), seeds)
    except KeyboardInterrupt:
        return True
    return False


def tags(handle: Qldb, ledger: str) -> dict[str, str]:
    arn = ask(handle._transport, "GET", f"/ledgers/{ledger}")["Arn"]
    found: dict[str, str] = ask(handle._transport, "GET", f"/tags/{arn.replace('/', '%2F')}")["Tags"]
    return found


def seeds_in(folder: Path, text: str = CARS) -> list[Seed]:
    (folder / "a.ion").write_text(text)
    return [read_seed(folder / "a.ion")]


@pytest.fixture
def handle() -> Iterator[Qldb]:
    """An emulator without ledgers."""
    with mock_qldb() as handle:
        handle.ledger = "mine"
        yield handle


@pytest.fixture(params=["made", "found"])
def began(request: pytest.FixtureRequest, handle: Qldb) -> Callable[[], int]:
    """Begins anew and tells how many blocks the ledger has: none, for one that the seeds make, or those of a user."""

    def anew() -> int:
        for ledger in handle.ledgers():
            ask(handle._transport, "PATCH", f"/ledgers/{ledger}", {"DeletionProtection": False})
            handle.delete_ledger(ledger)
        if request.param == "made":
            return 0
        handle.create_ledger("mine")
        ask(handle._transport, "PATCH", "/ledgers/mine", {"DeletionProtection": True})
        handle.run("SELECT * FROM information_schema.user_tables")
        return len(handle.journal())

    return anew


def blocks(handle: Qldb) -> int:
    return len(handle.journal()) if handle.ledgers() else 0


def test_seeding_that_was_cut_off_begins_again(tmp_path: Path, handle: Qldb, began: Callable[[], int]) -> None:
    """Wherever that was, what a start left in the middle is not taken for the whole."""
    seeds = seeds_in(tmp_path)
    requests, was_cut_off = 0, True
    while was_cut_off:
        before = began()
        was_cut_off = cut_off(handle, seeds, requests)

        loading.load_once(handle._transport, seeds)

        assert len(handle.journal()) == (before or 1) + 5
        assert handle.run("SELECT VALUE c.make FROM Car AS c, Owner AS o BY id WHERE c.owner = id") == ["Tesla"]
        assert tags(handle, "mine") == {}
        handle.assert_verified()
        requests += 1
    assert requests > 20


def test_what_came_after_a_seeding_that_was_cut_off_is_kept(
    tmp_path: Path, handle: Qldb, began: Callable[[], int]
) -> None:
    """Wherever that was: whoever went on with what there was has it still."""
    seeds = seeds_in(tmp_path)
    requests = 0
    began()
    while cut_off(handle, seeds, requests):
        if handle.ledgers():
            handle.run("CREATE TABLE Precious")
            journal = handle.journal()

            loading.load_once(handle._transport, seeds)

            assert handle.journal() == journal
            assert tags(handle, "mine") == {}
        requests += 1
        began()
    assert requests > 20


def test_exports_are_kept(tmp_path: Path) -> None:
    """They would go with what is taken back, so nothing is."""
    seeds = seeds_in(tmp_path)
    times = {"InclusiveStartTime": "2024-01-01T00:00:00Z", "ExclusiveEndTime": "2024-01-01T00:00:01Z"}
    encryption = {"ObjectEncryptionType": "SSE_S3"}
    export = {
        **times,
        "RoleArn": "arn:aws:iam::123456789012:role/any",
        "S3ExportConfiguration": {"Bucket": "mine", "Prefix": "", "EncryptionConfiguration": encryption},
    }
    with mock_qldb(clock="2024-01-01T00:00:05Z", export_dir=tmp_path) as handle:
        assert cut_off(handle, seeds, 20)
        ask(handle._transport, "POST", "/ledgers/mine/journal-s3-exports", export)
        journal = handle.journal("mine")

        loading.load_once(handle._transport, seeds)

        assert handle.journal("mine") == journal
        assert len(ask(handle._transport, "GET", "/ledgers/mine/journal-s3-exports")["JournalS3Exports"]) == 1


def test_interrupt_in_the_middle_of_a_commit_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether that commit was done matters to nobody: the ledger is gone."""
    with mock_qldb() as handle:
        request = handle._transport.request

        def interrupted(method: str, path: str, headers: Any, body: bytes) -> Any:
            if b"CommitTransaction" in body:
                raise KeyboardInterrupt
            return request(method, path, headers, body)

        monkeypatch.setattr(handle._transport, "request", interrupted)
        with pytest.raises(KeyboardInterrupt):
            loading.load_once(handle._transport, seeds_in(tmp_path))
        assert handle.ledgers() == []


@pytest.mark.parametrize("error", [SeedError, KeyboardInterrupt])
def test_seeding_that_fails_leaves_nothing(
    tmp_path: Path, handle: Qldb, began: Callable[[], int], error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that was there is what it was, a new one goes; with the mistake mended, all is seeded."""
    before = began()
    wrong = seeds_in(tmp_path, CARS.replace('["make"]', '["make", ""]'))
    with monkeypatch.context() as patched, pytest.raises(error):
        if error is KeyboardInterrupt:
            patched.setattr(loading, "_batches", _interrupted)
        loading.load_once(handle._transport, wrong if error is SeedError else seeds_in(tmp_path))

    assert blocks(handle) == before
    loading.load_once(handle._transport, seeds_in(tmp_path))
    assert handle.run("SELECT VALUE make FROM Car") == ["Tesla"]
    assert tags(handle, "mine") == {}


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("tag", ["unfinished", "", "0"])
def test_ledger_with_a_tag_of_another_form_is_kept(tmp_path: Path, handle: Qldb, tag: str) -> None:
    """It says too little to take anything back."""
    handle.create_ledger("mine", "STANDARD")
    handle.run("CREATE TABLE Precious")
    arn = ask(handle._transport, "GET", "/ledgers/mine")["Arn"].replace("/", "%2F")
    ask(handle._transport, "POST", f"/tags/{arn}", {"Tags": {"qldb-emulator:seeding": tag}})

    loading.load_once(handle._transport, seeds_in(tmp_path))

    assert handle.run("SELECT VALUE name FROM information_schema.user_tables") == ["Precious"]


def test_ledger_that_cannot_be_is_told_by_its_name(tmp_path: Path, handle: Qldb) -> None:
    """As the file has it."""
    with pytest.raises(SeedError, match=r"^the ledger \.\./x cannot be seeded: .* got '\.\./x', wanted 1 to 32 "):
        loading.load_once(handle._transport, seeds_in(tmp_path, CARS.replace("mine", "../x")))


def test_first_error_is_told(tmp_path: Path, handle: Qldb) -> None:
    """Not that the session is gone with it."""
    handle.create_ledger("mine")
    seeds_in(tmp_path)
    handle.faults.once("CommitTransaction", "InvalidSessionException")

    with pytest.raises(SeedError, match=r"a\.ion, tables\.Owner: "):
        handle.load(tmp_path / "a.ion")


def test_load_that_fails_keeps_what_came_before(tmp_path: Path, handle: Qldb) -> None:
    """In a test's ledger every statement is committed as it comes; nothing is loaded of what cannot be read."""
    handle.create_ledger("mine")
    (tmp_path / "a.sql").write_text("CREATE TABLE T; INSERT INTO T {'a': 1}; INSERT INTO Nowhere {'a': 2}")
    (tmp_path / "b.sql").write_text("CREATE TABLE U; oops")

    for name in ("b.sql", "a.sql"):
        with pytest.raises(SeedError):
            handle.load(tmp_path / name)

    assert handle.run("SELECT VALUE name FROM information_schema.user_tables") == ["T"]
    assert handle.run("SELECT VALUE a FROM T") == [1]
