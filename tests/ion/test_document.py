"""Documents: structs that stay bytes until somebody looks."""

from typing import Any

import pytest
from hypothesis import given

from emulator.ion.binary import decode, encode
from emulator.ion.document import Document, document
from emulator.ion.errors import IonError
from emulator.ion.hashing import ion_hash, ion_hash_encoded
from emulator.ion.text import write_text
from emulator.ion.values import SYMBOL_ZERO, Annotated, Null, Struct
from tests.ion.strategies import REGISTRATION, names, same, structs


@given(structs)
def test_a_document_is_the_struct_it_holds(struct: Struct) -> None:
    """Fields, texts and encodings of a document are those of the struct."""
    made = Document(encode(struct))

    assert same(list(made.fields()), list(struct.fields()))
    assert len(made) == len(struct)
    assert write_text(made) == write_text(struct)
    assert encode([made]) == encode([struct])


@given(structs, names)
def test_one_field_is_found_as_in_the_struct(struct: Struct, other: str) -> None:
    """`get` finds what a decoded struct has under the name, repeated and unknown names included."""
    data = encode(struct)
    for name in [*(name for name, _ in struct), other]:
        assert same(Document(data).get(name, Null()), struct.get(name, Null()))


@given(structs)
def test_a_validated_document_keeps_its_bytes(struct: Struct) -> None:
    """The bytes that came are the bytes that are kept, given out and hashed."""
    data = encode(struct)
    made = document(data)

    assert made.encoded is data
    assert encode(made) is data
    assert same(list(made), list(struct))
    assert ion_hash(made) == ion_hash(struct) == ion_hash_encoded(data)


def test_missing_fields() -> None:
    """An absent field is the default, or a KeyError where there is no default."""
    made = Document(encode(REGISTRATION))

    assert made.get("Colour", None) is None
    assert made["State"] == "WA"
    with pytest.raises(KeyError):
        made["Colour"]


@pytest.mark.parametrize("annotations", [(), ("a",), ("a", SYMBOL_ZERO, "c" * 20)])
def test_annotations_are_kept(annotations: tuple[str, ...]) -> None:
    """A document knows the annotations of its struct, and they count in its hash."""
    value: Any = Annotated(annotations, REGISTRATION) if annotations else REGISTRATION
    made = document(encode(value))

    assert made.annotations == annotations
    assert same(decode(made.encoded), value)
    assert made.get("City", None) == "Everett"
    assert ion_hash(made) == ion_hash(value)


@pytest.mark.parametrize(
    "data",
    [
        "e00100ea e00100ea d2 84 11",
        "e00100ea d2 84 11 e00100ea",
        "e00100ea 00 d2 84 11",
        "e00100ea d2 84 11 01 00",
        "e00100ea e7 8183 d4 87 b2 8161 e7 8183 d4 87 b2 8161 d2 84 11",
        "e00100ea d1 82 84 11",
        "e00100ea d4 84 00 84 11",
        "e00100ea d3 00 84 11",
    ],
)
def test_unusual_streams_become_documents(data: str) -> None:
    """Repeated markers and tables, padding and long forms make no difference to what is read."""
    made = document(bytes.fromhex(data))

    assert list(made) == [("name", True)]
    assert Document(made.encoded).get("name", None) is True
    assert list(Document(made.encoded)) == [("name", True)]


@pytest.mark.parametrize("data", ["df", "0f", "b0", "d2 84 11 d2 84 11", "d3 84 81 ff", "e3 81 84 df", ""])
def test_what_is_no_struct_is_no_document(data: str) -> None:
    """A null struct, another type, several values or a defect anywhere inside are IonErrors at once."""
    with pytest.raises(IonError):
        document(bytes.fromhex("e00100ea" + data))
