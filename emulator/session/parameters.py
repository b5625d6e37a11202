"""Parameters of a statement, read.

A struct stays in its bytes (`Document`), because most of them are documents on their way into the journal and are never
looked into.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator import limits
from emulator.errors import BadRequestException
from emulator.ion.binary import decode, encode
from emulator.ion.codec import read_text
from emulator.ion.document import document
from emulator.ion.errors import IonError
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Value
from emulator.journal.hash_chain import statement_digest
from emulator.session import messages
from emulator.session.commands import IonBinary, Parameter

_HOLDER_BYTES = 64
"""What a parameter takes besides its value, about."""


def size(parameters: Sequence[Parameter]) -> int:
    """How long the parameters are together, as a measure of the work they make."""
    lengths = [len(item.data if isinstance(item, IonBinary) else item.text) for item in parameters]
    return sum(lengths) + _HOLDER_BYTES * len(lengths)


def read_and_hash(text: str, parameters: Sequence[Parameter]) -> tuple[list[Value], bytes]:
    """Every parameter read, and the digest of the statement that has them. BadRequestException for too much of them."""
    came = size(parameters)
    if came > limits.PARAMETERS_BYTES:
        raise BadRequestException(messages.PARAMETERS_TOO_LARGE.format(limit=limits.PARAMETERS_BYTES, came=came))
    values = read_parameters(parameters)
    return values, statement_digest(text, map(ion_hash, values))


def read_parameters(parameters: Sequence[Parameter]) -> list[Value]:
    """Every parameter read; BadRequestException names the one that is no Ion value."""
    values = []
    for index, parameter in enumerate(parameters):
        try:
            values.append(_read(parameter))
        except IonError as error:
            reason = messages.PARAMETER_NOT_VALID.format(index=index, reason=error)
            raise BadRequestException(reason) from error
    return values


def _read(parameter: Parameter) -> Value:
    data = parameter.data if isinstance(parameter, IonBinary) else encode(read_text(parameter.text))
    try:
        struct = document(data)
    except IonError:
        return decode(data)  # no struct, or no Ion at all
    # Inside another value a document is its fields alone, so annotations need the value spelled out.
    return decode(data) if struct.annotations else struct
