"""What a request is told when the service that its job would write to does not take it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.delivery.sinks import SinkError
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen


@frozen
class Refusals:
    """Words of a service that says no, and of one that says something else or nothing; the parameter they are about.

    Both have places for the `code` and the `message` of the service.
    """

    refused: str
    not_understood: str
    parameter: str

    @contextmanager
    def told(self, hint: str = "") -> Iterator[None]:
        """InvalidParameterException for a SinkError; the hint is for whoever was not understood."""
        try:
            yield
        except SinkError as error:
            template = self.refused if error.refused else self.not_understood + hint
            message = template.format(code=error.code, message=error.message)
            raise InvalidParameterException(message, self.parameter) from error
