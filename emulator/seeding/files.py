"""Seeds from files, by their endings, and those that are built in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from emulator.ion.binary import decode
from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.json import write_json
from emulator.ion.text import write_text
from emulator.seeding.documents import seed_of
from emulator.seeding.json_values import read_json
from emulator.seeding.seed import Seed, SeedError
from emulator.seeding.statements import read_statements

_BINARY = b"\xe0\x01\x00\xea"
_SAMPLES = Path(__file__).parent / "samples"


def samples() -> list[str]:
    """The names of the seeds that are built in."""
    return sorted(path.stem for path in _SAMPLES.glob("*.ion"))


def sample(name: str) -> Seed:
    """A seed that is built in. SeedError names those that there are."""
    if name not in samples():
        raise SeedError(f"there is no sample {name!r}; there are {', '.join(samples())}")
    return read_seed(_SAMPLES / f"{name}.ion")


def read_seed(path: Path) -> Seed:
    """The seed of a file. SeedError when it cannot be read or is wrong."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise SeedError(f"{path}: a seed is a file that ends in {', '.join(_READERS)}")
    try:
        return read(str(path), path.read_bytes())
    except OSError as error:
        raise SeedError(f"{path}: the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: the text is not UTF-8: {error.reason} at byte {error.start}") from error


def _partiql(source: str, content: bytes) -> Seed:
    return read_statements(source, _text(content))


def _ion(source: str, content: bytes) -> Seed:
    try:
        value = decode(content) if content.startswith(_BINARY) else read_text(_text(content))
    except IonError as error:
        raise SeedError(f"{source}: {error}") from error
    return seed_of(source, value, write_text)


def _json(source: str, content: bytes) -> Seed:
    return seed_of(source, read_json(source, _text(content)), write_json)


def _text(content: bytes) -> str:
    """The text of a file. Some editors put a byte order mark before it, which is no part of it."""
    return content.decode().removeprefix("\ufeff")


_READERS: Mapping[str, Callable[[str, bytes], Seed]] = {
    ".partiql": _partiql,
    ".sql": _partiql,
    ".ion": _ion,
    ".10n": _ion,
    ".json": _json,
}
