"""Ion Hash. Expected serializations are worked out by hand from the specification."""

import hashlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.binary import decode, encode
from emulator.ion.codec import read_text
from emulator.ion.document import Document
from emulator.ion.errors import IonError
from emulator.ion.hashing import ion_hash, ion_hash_encoded, ion_hash_string, sha256
from emulator.ion.values import Struct, Timestamp, Value
from tests.ion.strategies import structs, texts, values

VECTORS = Path(__file__).parent.parent / "vectors"


def serialized(text: str) -> str:
    """What is hashed in the end for the value of an Ion text; with a hasher that gives back what it gets."""
    return ion_hash_encoded(encode(read_text(text)), bytes).hex(" ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", "0b 0f 0e"),
        ("null.int", "0b 2f 0e"),
        ("null.struct", "0b df 0e"),
        ("false", "0b 10 0e"),
        ("true", "0b 11 0e"),
        ("0", "0b 20 0e"),
        ("256", "0b 20 01 00 0e"),
        ("-1", "0b 30 01 0e"),
        ("0x0b0c0e", "0b 20 0c 0b 0c 0c 0c 0e 0e"),
        ("0e0", "0b 40 0e"),
        ("-0e0", "0b 40 80 00 00 00 00 00 00 00 0e"),
        ("1e0", "0b 40 3f f0 00 00 00 00 00 00 0e"),
        ("nan", "0b 40 7f f8 00 00 00 00 00 00 0e"),
        ("-inf", "0b 40 ff f0 00 00 00 00 00 00 0e"),
        ("0.", "0b 50 0e"),
        ("-0.", "0b 50 80 80 0e"),
        ("0.0", "0b 50 c1 0e"),
        ("90.25", "0b 50 c2 23 41 0e"),
        ("2017T", "0b 60 c0 0f e1 0e"),
        ("2017-08-21", "0b 60 c0 0f e1 88 95 0e"),
        ("2017-08-21T10:30Z", "0b 60 80 0f e1 88 95 8a 9e 0e"),
        ("2017-08-21T10:30:00.120Z", "0b 60 80 0f e1 88 95 8a 9e 80 c3 78 0e"),
        ("2017-08-21T12:30+02:00", "0b 60 00 f8 0f e1 88 95 8a 9e 0e"),
        ("2017-08-21T10:30:00.000-00:00", "0b 60 c0 0f e1 88 95 8a 9e 80 c3 0e"),
        ("a", "0b 70 61 0e"),
        ("$0", "0b 71 0e"),
        ('""', "0b 80 0e"),
        ('"a"', "0b 80 61 0e"),
        ('{{"\\x0e"}}', "0b 90 0c 0e 0e"),
        ("{{Cw==}}", "0b a0 0c 0b 0e"),
        ("[]", "0b b0 0e"),
        ("[1,[true]]", "0b b0 0b 20 01 0e 0b b0 0b 11 0e 0e 0e"),
        ("(a)", "0b c0 0b 70 61 0e 0e"),
        ("{}", "0b d0 0e"),
        ("{a:1}", "0b d0 0c 0b 70 61 0c 0e 0c 0b 20 01 0c 0e 0e"),
        ("{b:1,a:0}", "0b d0 0c 0b 70 61 0c 0e 0c 0b 20 0c 0e 0c 0b 70 62 0c 0e 0c 0b 20 01 0c 0e 0e"),
        ("{a:1,a:1}", "0b d0" + " 0c 0b 70 61 0c 0e 0c 0b 20 01 0c 0e" * 2 + " 0e"),
        ("{$0:$0}", "0b d0 0c 0b 71 0c 0e 0c 0b 71 0c 0e 0e"),
        ("a::b::1", "0b e0 0b 70 61 0e 0b 70 62 0e 0b 20 01 0e 0e"),
        ("[a::$0::{}]", "0b b0 0b e0 0b 70 61 0e 0b 71 0e 0b d0 0e 0e 0e"),
    ],
)
def test_serialization_of_each_type(text: str, expected: str) -> None:
    """Type byte, representation, markers and escapes are those of the specification."""
    assert serialized(text) == expected


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("22 00 05", "21 05"),
        ("3f", "2f"),
        ("44 3f 80 00 00", "48 3f f0 00 00 00 00 00 00"),
        ("48 00 00 00 00 00 00 00 00", "40"),
        ("44 7f c0 00 01", "48 7f f8 00 00 00 00 00 00"),
        ("53 c1 00 0f", "52 c1 0f"),
        ("51 80", "50"),
        ("53 c1 80 00", "52 c1 80"),
        ("69 80 0f e1 88 95 8a 80 80 80", "68 80 0f e1 88 95 8a 80 80"),
        ("6a 80 0f e1 88 95 8a 80 80 c3 00", "69 80 0f e1 88 95 8a 80 80 c3"),
        ("65 80 0f e1 88 95", "65 c0 0f e1 88 95"),
        ("8e 81 61", "81 61"),
        ("b2 00 11", "b1 11"),
        ("d5 84 01 00 84 11", "d2 84 11"),
        ("d1 82 84 11", "d2 84 11"),
    ],
)
def test_spelling_does_not_count(long: str, short: str) -> None:
    """Padding, long forms and other encodings of the same value hash the same."""
    first, second = (ion_hash_encoded(bytes.fromhex("e00100ea" + text)) for text in (long, short))

    assert first == second


@given(values)
def test_equal_streams_have_equal_hashes(value: Value) -> None:
    """Hashing what was read again gives the hash of what was written."""
    assert ion_hash(decode(encode(value))) == ion_hash(value)


@given(structs, st.randoms())
def test_the_order_of_fields_does_not_count(struct: Struct, random: Random) -> None:
    """Structs with the same fields in any order have the same hash."""
    fields = list(struct)
    random.shuffle(fields)

    assert ion_hash(Struct(fields)) == ion_hash(struct)


@given(texts)
def test_strings_have_a_short_cut(text: str) -> None:
    """`ion_hash_string` is `ion_hash` of a string."""
    assert ion_hash_string(text) == ion_hash(text) == sha256(ion_hash_encoded(encode(text), bytes))


def test_documents_are_hashed_by_their_bytes() -> None:
    """A document's hash needs none of its fields decoded."""
    struct = Struct([("name", Timestamp(2017))])
    field = hashlib.sha256(bytes.fromhex("0b 70 6e616d65 0e 0b 60 c0 0fe1 0e")).digest()
    escaped = b"".join(b"\x0c" + bytes([octet]) if octet in b"\x0b\x0c\x0e" else bytes([octet]) for octet in field)

    assert ion_hash(Document(encode(struct))) == sha256(b"\x0b\xd0" + escaped + b"\x0e")


def test_half_a_surrogate_pair_has_no_hash() -> None:
    """A text that no Ion holds is an IonError, with the short cut as well."""
    for hash_of in (ion_hash, ion_hash_string):
        with pytest.raises(IonError):
            hash_of("\ud800")


@pytest.mark.parametrize("text", ["", "21", "71 0a", "f0", "8e"])
def test_malformed_streams_have_no_hash(text: str) -> None:
    """What cannot be read is not hashed."""
    with pytest.raises(IonError):
        ion_hash_encoded(bytes.fromhex("e00100ea" + text))


def published_block() -> Any:
    vector: Any = read_text((VECTORS / "cli-vehicle-registration.ion").read_text())
    return vector["block"]


def test_a_published_statement_digest() -> None:
    """The digest in aws-cli's example of GetBlock is the Ion Hash of the statement's text."""
    statement = published_block()["transactionInfo"]["statements"][0]

    assert ion_hash_string(statement["statement"]) == statement["statementDigest"]


def test_a_published_revision_hash() -> None:
    """Hashes of the metadata and the data of aws-cli's example, joined, are the revision's published hash."""
    revision = published_block()["revisions"][0]
    hashes = [ion_hash(revision["metadata"]), ion_hash(revision["data"])]
    hashes.sort(key=lambda hash_: [octet - 256 if octet > 127 else octet for octet in reversed(hash_)])

    assert sha256(b"".join(hashes)) == revision["hash"]
