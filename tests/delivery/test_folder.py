"""Exports into a local folder, for those who have no S3 at hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.delivery.sinks import SinkError
from emulator.delivery.sinks.folder import FolderSink
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.exporting import assert_chain, ended, export, read_export
from tests.delivery.ledgers import strand_id_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    return {**qldb_settings, "export_dir": folder}


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_bucket_is_a_folder(qldb_client: Any, ledger: str, qldb: Qldb, clock: Clock, folder: Path) -> None:
    """Folder and bucket are made as needed, keys are paths in it, and nothing else is left there."""
    export_id = export(
        qldb_client, ledger, "my-bucket", end_ms=clock.now_ms(), Prefix="a/b", Encryption=("NO_ENCRYPTION",)
    )
    assert ended(qldb_client, ledger, export_id) == "COMPLETED"

    strand_id = strand_id_of(qldb)
    completed = f"a/b/{export_id}.{strand_id}.completed.manifest"
    exported = read_export(lambda key: (folder / "my-bucket" / key).read_bytes(), completed)
    assert_chain(exported.blocks)
    assert len(exported.blocks) == 10
    assert files(folder / "my-bucket") == sorted([f"a/b/{export_id}.started.manifest", completed, *exported.keys])


@pytest.mark.parametrize(
    "prefix",
    ["..", "../outside", "a/../../b", "/etc", "a//b", ".", "a/./b", "a\0b", "a\nb", "x" * 120 + "/\ud7ff\uffff"],
)
def test_nothing_is_written_outside(qldb_client: Any, ledger: str, clock: Clock, tmp_path: Path, prefix: str) -> None:
    """A prefix that is no plain path below the bucket is refused, and leaves no trace anywhere."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="A local folder cannot hold the name"):
        export(qldb_client, ledger, "my-bucket", end_ms=clock.now_ms(), Prefix=prefix)

    assert files(tmp_path) == []


@pytest.mark.parametrize("bucket", ["...", ". .", "a" * 241])
def test_bucket_that_is_no_name_is_refused(tmp_path: Path, bucket: str) -> None:
    """Names that a system takes for something else, or cannot hold."""
    with pytest.raises(SinkError):
        FolderSink(tmp_path, bucket, "0" * 22)


def test_object_is_whole_or_not_there(tmp_path: Path) -> None:
    """An object is replaced at once by another of its name; one that cannot be written leaves nothing behind."""
    sink = FolderSink(tmp_path, "bucket", "0" * 22)
    sink.put("a/b", b"first", "text/plain")
    sink.put("a/b", b"second", "text/plain")
    with pytest.raises(SinkError) as failed:
        sink.put("a/b/c", b"third", "text/plain")
    sink.close()

    assert not failed.value.refused
    assert files(tmp_path) == ["bucket/a/b"]
    assert (tmp_path / "bucket/a/b").read_bytes() == b"second"


@pytest.mark.qldb(seed="a seed")
def test_each_export_has_an_id_of_its_own(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """However repeatable ids are, no two exports share one."""
    exports = [export(qldb_client, ledger, "my-bucket", end_ms=clock.now_ms()) for _ in range(2)]

    assert len(set(exports)) == 2
    assert [ended(qldb_client, ledger, each) for each in exports] == ["COMPLETED", "COMPLETED"]
