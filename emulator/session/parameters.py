"""Parameters of a statement: their values, for the plan, and their Ion hashes, for the digests.

A struct stays in its bytes (`Document`), because most of them are documents on their way into the journal and are never
looked into.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from emulator.errors import BadRequestException
from emulator.ion.binary import decode
from emulator.ion.codec import read_text
from emulator.ion.document import document
from emulator.ion.errors import IonError
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Value
from emulator.session import messages
from emulator.session.commands import IonBinary, Parameter


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter that was read."""

    value: Value
    hash: bytes


def read_parameters(parameters: Sequence[Parameter]) -> Generator[None, None, list[Argument]]:
    """Every parameter read, with a turn after each; BadRequestException names the one that is no Ion value."""
    arguments = []
    for index, parameter in enumerate(parameters):
        try:
            arguments.append(_read(parameter))
        except IonError as error:
            reason = messages.PARAMETER_NOT_VALID.format(index=index, reason=error)
            raise BadRequestException(reason) from error
        yield None
    return arguments


def _read(parameter: Parameter) -> Argument:
    value = _value(parameter.data) if isinstance(parameter, IonBinary) else read_text(parameter.text)
    return Argument(value, ion_hash(value))


def _value(data: bytes) -> Value:
    try:
        struct = document(data)
    except IonError:
        return decode(data)  # no struct, or no Ion at all
    # Inside another value a document is its fields alone, so annotations need the value spelled out.
    return decode(data) if struct.annotations else struct
