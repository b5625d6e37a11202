"""Seeds in ledgers: through the handle of a test, and as a server begins."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emulator.client.transport import HttpTransport, ask
from emulator.seeding import loading
from emulator.seeding.files import read_seed
from emulator.seeding.seed import SeedError
from emulator.testing import Emulator, Qldb


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


def test_seeding_that_was_cut_off_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a start left in the middle is not taken for the whole."""
    (tmp_path / "a.json").write_text('{"ledger": "mine", "tables": {"T": [{"a": 1}]}}')
    seeds = [read_seed(tmp_path / "a.json")]
    with Emulator() as server, monkeypatch.context() as patched:
        handle = server.handle("mine")
        patched.setattr(loading, "_batches", _killed)
        with pytest.raises(KeyboardInterrupt):
            loading.load_once(handle._transport, seeds)
        assert handle.run("SELECT * FROM T") == []
        patched.undo()

        loading.load_once(handle._transport, seeds)

        assert handle.run("SELECT VALUE a FROM T") == [1]
        arn = ask(handle._transport, "GET", "/ledgers/mine")["Arn"]
        assert ask(handle._transport, "GET", f"/tags/{arn.replace('/', '%2F')}")["Tags"] == {}


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
