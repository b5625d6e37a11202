"""Parameters of a statement, read.

A struct stays in its bytes (`Document`), because most of them are documents on their way into the journal and are never
looked into.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from emulator.errors import BadRequestException
from emulator.ion.binary import decode, encode
from emulator.ion.codec import read_text
from emulator.ion.document import document
from emulator.ion.errors import IonError
from emulator.ion.values import Value
from emulator.session import messages
from emulator.session.commands import IonBinary, Parameter


def read_parameters(parameters: Sequence[Parameter]) -> Generator[None, None, list[Value]]:
    """Every parameter read, with a turn after each; BadRequestException names the one that is no Ion value."""
    values = []
    for index, parameter in enumerate(parameters):
        try:
            values.append(_read(parameter))
        except IonError as error:
            reason = messages.PARAMETER_NOT_VALID.format(index=index, reason=error)
            raise BadRequestException(reason) from error
        yield None
    return values


def _read(parameter: Parameter) -> Value:
    data = parameter.data if isinstance(parameter, IonBinary) else encode(read_text(parameter.text))
    try:
        struct = document(data)
    except IonError:
        return decode(data)  # no struct, or no Ion at all
    # Inside another value a document is its fields alone, so annotations need the value spelled out.
    return decode(data) if struct.annotations else struct
