"""Seeds from files, by their endings, and those that are built in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from emulator.ion.binary import decode
from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.values import NULL, Struct, Value
from emulator.seeding.documents import seed_of
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
    return read_statements(source, content.decode())


def _ion(source: str, content: bytes) -> Seed:
    try:
        return seed_of(source, decode(content) if content.startswith(_BINARY) else read_text(content.decode()))
    except IonError as error:
        raise SeedError(f"{source}: {error}") from error


def _json(source: str, content: bytes) -> Seed:
    try:
        value = json.loads(content.decode(), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=Struct)
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        raise SeedError(f"{source}: the text is not JSON: {error}") from error
    return seed_of(source, _with_nulls(value))


def _no_constant(name: str) -> Value:
    raise ValueError(f"{name} is no number")


def _with_nulls(value: object) -> Value:
    if value is None:
        return NULL
    if isinstance(value, Struct):
        return Struct((name, _with_nulls(field)) for name, field in value.fields())
    if isinstance(value, list):
        return [_with_nulls(element) for element in value]
    known: Value = value  # type: ignore[assignment]  # what else JSON has are values already
    return known


_READERS: Mapping[str, Callable[[str, bytes], Seed]] = {
    ".partiql": _partiql,
    ".sql": _partiql,
    ".ion": _ion,
    ".10n": _ion,
    ".json": _json,
}
