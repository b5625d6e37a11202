"""Parameters: what they may be, and how they enter the commit digest."""

from contextlib import nullcontext
from threading import Thread

import pytest

from emulator.errors import BadRequestException
from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Annotated, Struct, Value
from emulator.session.aside import AT_ONCE_BYTES, Aside
from emulator.session.commands import ExecuteStatement, IonBinary, IonText, Parameter
from emulator.session.parameters import read_parameters
from tests.session.conversation import Conversation, dot, finish, values


def read(*parameters: Parameter) -> list[Value]:
    return read_parameters(parameters)


@pytest.mark.parametrize("value", [5, "text", [1, 2], Struct([("a", 1)]), Annotated(("note",), 5), True])
def test_binary_parameter_is_what_it_was(value: Value) -> None:
    """Read from its bytes, a parameter has its value and its hash, annotations included."""
    (came,) = read(IonBinary(encode(value)))
    assert came == value
    assert ion_hash(came) == ion_hash(value)


def test_text_and_binary_hash_alike() -> None:
    """Clients may send either form: the commit digest is the same."""
    text, binary = read(IonText("{a: [1, note::x]}"), IonBinary(encode(read(IonText("{a:[1,note::x]}"))[0])))
    assert ion_hash(text) == ion_hash(binary)


def test_struct_stays_in_its_bytes() -> None:
    """A document goes into the journal as the client encoded it."""
    data = encode(Struct([("a", 1)]))
    (came,) = read(IonBinary(data))
    assert isinstance(came, Document)
    assert came.encoded == data


@pytest.mark.parametrize(
    "parameter",
    [
        IonBinary(b"no Ion"),
        IonBinary(encode("text")[:-1]),
        IonBinary(b"\xe0\x01\x00\xea"),
        IonBinary(encode(1) + b"\x21\x05"),
        IonText("{a: "),
        IonText("1 2"),
        IonText(" "),
    ],
)
def test_bad_ion_is_named(parameter: Parameter) -> None:
    """What is not exactly one Ion value is refused, and the message says which parameter it is."""
    with pytest.raises(BadRequestException, match=r"^The parameter Parameters\[1\] is not valid: ."):
        read(IonText("1"), parameter)


def test_text_parameter_enters_the_digest(session: Conversation) -> None:
    """A transaction with a parameter in text commits with the digest of its value."""
    session.start()
    statement = "INSERT INTO People ?"
    session.run(ExecuteStatement(session.transaction_id, statement, (IonText("{name: 'Ada'}"),)))
    document = read(IonText("{name: 'Ada'}"))[0]
    session.commit(dot(session.digest, dot(ion_hash(statement), ion_hash(document))))
    session.start()
    assert len(values(session.execute("SELECT * FROM People"))) == 1


def test_bad_parameter_leaves_the_transaction_open(session: Conversation) -> None:
    """The statement never began."""
    session.start()
    with pytest.raises(BadRequestException):
        session.run(ExecuteStatement(session.transaction_id, "INSERT INTO People ?", (IonBinary(b"x"),)))
    session.commit()


def test_several_parameters_are_joined_in_order(session: Conversation) -> None:
    """The digest covers every parameter, and each `?` has its own."""
    session.start()
    session.execute("INSERT INTO People << ?, ? >>", Struct([("name", "Ada")]), Struct([("name", "Bob")]))
    assert len(session.execute("SELECT * FROM People WHERE name IN (?, ?)", "Ada", "Bob").values) == 2
    session.commit()


def test_large_parameters_are_read_aside(session: Conversation) -> None:
    """Whoever drives the command may read them on another thread; a mistake in them is told all the same."""
    large = IonText(f"[{'1, ' * AT_ONCE_BYTES}2]")
    for parameter, wrong in ((large, False), (IonText(large.text[:-1]), True)):
        command = ExecuteStatement(session.start(), "SELECT * FROM People WHERE name IN ?", (parameter,))
        steps = session.session.run(command)
        step = next(steps)
        assert isinstance(step, Aside)
        thread = Thread(target=step.run)
        thread.start()
        thread.join()
        with pytest.raises(BadRequestException) if wrong else nullcontext():
            finish(steps, session.session.ledger)
        session.abort()


def test_digest_of_large_parameters_is_the_same(session: Conversation) -> None:
    """It is made where they are read."""
    session.start()
    session.execute("INSERT INTO People ?", Struct([("name", "x" * AT_ONCE_BYTES)]))
    session.commit()
