"""The public test vectors of Ion Hash: every type, annotations, symbols, nested values, repeated fields.

They are data of `ion-hash-test`, see `data/ion-hash-test/SOURCE.md`. What is hashed on the way is part of
each vector, so the walker runs with the hash functions that the vectors name.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.ion.binary import decode, encode
from emulator.ion.codec import read_all
from emulator.ion.hashing import Hasher, ion_hash_encoded
from emulator.ion.text import write_text
from emulator.ion.values import Annotated, Sexp, Struct, Value

VECTORS = Path(__file__).parent / "data" / "ion-hash-test" / "ion_hash_tests.ion"

HASHERS: dict[str, Hasher] = {"identity": bytes, "md5": lambda data: hashlib.md5(data).digest()}


def bare(value: Value) -> Value:
    return value.value if isinstance(value, Annotated) else value


def cases() -> Iterator[object]:
    for vector in read_all(VECTORS.read_text()):
        struct = bare(vector)
        assert isinstance(struct, Struct)
        name = vector.annotations[0] if isinstance(vector, Annotated) else write_text(struct.get("ion", 0))[:60]
        expectations = struct["expect"]
        assert isinstance(expectations, Struct)
        for hasher, expected in expectations:
            yield pytest.param(source(struct), hasher, expected, id=f"{name}.{hasher}")


def source(struct: Struct) -> bytes:
    """The value of a vector as a stream, with one symbol table at most."""
    binary = struct.get("10n", None)
    if binary is None:
        return encode(struct["ion"])
    assert isinstance(binary, Sexp)
    data = bytes(octet for octet in binary if isinstance(octet, int))
    return data if data.startswith(b"\xe0") else b"\xe0\x01\x00\xea" + data


def digests(data: bytes, hasher: Hasher) -> list[bytes]:
    """All that the hasher returns while a value is hashed, the value's own hash last."""
    made = []

    def recorded(serialized: bytes) -> bytes:
        made.append(hasher(serialized))
        return made[-1]

    ion_hash_encoded(data, recorded)
    return made


@pytest.mark.parametrize(("data", "hasher", "expected"), list(cases()))
def test_public_vector(data: bytes, hasher: str, expected: Sexp) -> None:
    """A value has the digests that the public vectors give it, those of fields included."""
    wanted = [
        (step.annotations[0], bytes(step.value))
        for step in expected
        if isinstance(step, Annotated) and step.annotations[0] != "update"
    ]
    final = [bytes_ for kind, bytes_ in wanted if kind == "final_digest"]
    made = digests(data, HASHERS[hasher])

    assert made[-1:] == final if final else made == [bytes_ for _, bytes_ in wanted]
    assert digests(encode(decode(data)), HASHERS[hasher])[-1] == made[-1]
