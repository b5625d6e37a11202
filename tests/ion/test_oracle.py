"""amazon.ion as the judge of our reader and writers, in whichever version is installed.

Its known defects, named here, are kept out of the values; ours have to be right there without a witness.
"""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from amazon.ion import simpleion
from hypothesis import assume, given

from emulator.ion import codec
from emulator.ion.binary import decode, encode
from emulator.ion.text import write_text
from emulator.ion.values import SYMBOL_ZERO, Annotated, Struct, Timestamp, Value
from tests.ion.strategies import same, values

Data = bytes | str
Read = Callable[[Data], Any]
Write = Callable[[Any], bytes]


def read_python(data: Data) -> Any:
    return simpleion.load_python(io.StringIO(data) if isinstance(data, str) else io.BytesIO(data))


def write_python(value: Any) -> bytes:
    out = io.BytesIO()
    simpleion.dump_python(value, out)
    return out.getvalue()


def read_c(data: Data) -> Any:
    return simpleion.loads(data, text_buffer_size_limit=1_000_000)


def write_c(value: Any) -> bytes:
    return bytes(simpleion.dumps(value))


def parts(value: Value) -> Iterator[Any]:
    """A value, and all values in it."""
    yield value
    if isinstance(value, Annotated):
        yield from parts(value.value)
    elif isinstance(value, Struct):
        for _, field in value:
            yield from parts(field)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)


def nothing(part: Any) -> bool:
    return False


def beyond_c(part: Any) -> bool:
    """Its C writer rounds decimals to 34 digits, its C reader keeps nine digits of a fraction."""
    if isinstance(part, Decimal):
        return len(part.as_tuple().digits) > 34
    return isinstance(part, Timestamp) and part.fraction[1] > 9


PYTHON = pytest.param(read_python, write_python, nothing, id="python")
C = pytest.param(read_c, write_c, beyond_c, id="c")
IMPLEMENTATIONS = [PYTHON, C] if codec._HAS_C_READER else [PYTHON]


def gathered(value: Value) -> Value:
    """The value with fields of the same name side by side, as the library's structs have them."""
    if isinstance(value, Annotated):
        return Annotated(value.annotations, gathered(value.value))
    if isinstance(value, Struct):
        places: dict[Any, list[tuple[str, Value]]] = {}
        for name, field in value:
            places.setdefault((name, name is SYMBOL_ZERO), []).append((name, gathered(field)))
        return Struct(field for fields in places.values() for field in fields)
    if isinstance(value, list):
        return type(value)(map(gathered, value))
    return value


@pytest.mark.parametrize(("read", "write", "defect"), IMPLEMENTATIONS)
@given(value=values)
def test_the_library_agrees_on_binary(read: Read, write: Write, defect: Callable[[Any], bool], value: Value) -> None:
    """amazon.ion reads what we write, and what it writes of that we read as the same value."""
    assume(not any(map(defect, parts(value))))

    assert same(decode(write(read(encode(value)))), gathered(value))


@pytest.mark.parametrize(("read", "write", "defect"), IMPLEMENTATIONS)
@given(value=values)
def test_the_library_agrees_on_text(read: Read, write: Write, defect: Callable[[Any], bool], value: Value) -> None:
    """amazon.ion reads the text we write as the value that its binary form has for us."""
    assume(not any(map(defect, parts(value))))

    assert same(decode(write(read(write_text(value)))), gathered(value))


@given(values)
def test_text_is_read_as_it_was_written(value: Value) -> None:
    """Reading our own text gives the value back."""
    assert same(codec.read_text(write_text(value)), value)
