"""The table of functions, and how a family of them enters.

A body gets its arguments checked and without annotations, and is never called with NULL or MISSING, unless it says
that it `sees_unknowns`. Arguments it cannot work with are `Unfit`. A body that `needs_host` gets the running
transaction as its first argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from emulator.frozen import frozen
from emulator.ion.values import NULL, Struct, Timestamp
from emulator.partiql.ast import NOWHERE, Position
from emulator.partiql.host import Host
from emulator.partiql.messages import Unfit, evaluation_error, semantic_error
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare, is_unknown

Body = TypeVar("Body", bound=Callable[..., Any])


class Container:
    """The kind of an argument that has elements or fields."""


class Anything:
    """The kind of an argument that may be any value."""


_KINDS: dict[type, tuple[str, tuple[type, ...]]] = {
    str: ("STRING", (str,)),
    int: ("INT", (int,)),
    float: ("NUMBER", (int, float, Decimal)),
    Timestamp: ("TIMESTAMP", (Timestamp,)),
    Container: ("LIST or STRUCT", (list, Struct)),
    Anything: ("ANY", (object,)),
}


@frozen
class Function:
    """A function by its name in lower case; `body` may be called with as many arguments as `accepts` allows."""

    name: str
    args: tuple[type, ...]
    optional: tuple[type, ...]
    is_variadic: bool
    sees_unknowns: bool
    needs_host: bool
    body: Callable[..., Any]

    def check_count(self, count: int, position: Position = NOWHERE) -> None:
        """BadRequestException unless it can be called with so many arguments."""
        most = len(self.args) + len(self.optional)
        if count < len(self.args) or (count > most and not self.is_variadic):
            raise semantic_error("argument_count", position, name=self.name.upper(), wanted=self._wanted(), came=count)

    def _wanted(self) -> str:
        least, most = len(self.args), len(self.args) + len(self.optional)
        if self.is_variadic:
            return f"at least {least}"
        return str(least) if least == most else f"{least} to {most}"

    def __call__(self, host: Host, values: Sequence[Any], position: Position = NOWHERE) -> Any:
        """The result for these arguments. BadRequestException where one has the wrong type."""
        if not self.sees_unknowns:
            if any(map(is_unknown, values)):
                return NULL
            values = [bare(value) for value in values]
            self._check_types(values, position)
        try:
            return self.body(host, *values) if self.needs_host else self.body(*values)
        except Unfit as unfit:
            raise unfit.placed(position) from unfit

    def _check_types(self, values: Sequence[Any], position: Position) -> None:
        kinds = (*self.args, *self.optional)[: len(values)]
        if all(map(_is_of_kind, values, kinds)):
            return
        wanted = ", ".join(_KINDS[kind][0] for kind in kinds)
        came = ", ".join(map(display, values))
        raise evaluation_error("argument_types", position, name=self.name, wanted=wanted, came=came)


def _is_of_kind(value: Any, kind: type) -> bool:
    # A bool is an int to Python, but not to PartiQL.
    return isinstance(value, _KINDS[kind][1]) and (kind is Anything or type(value) is not bool)


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    args: Sequence[type],
    optional: Sequence[type] = (),
    *,
    is_variadic: bool = False,
    sees_unknowns: bool = False,
    needs_host: bool = False,
) -> Callable[[Body], Body]:
    """Enters a body in `FUNCTIONS`. `args` are the kinds of its arguments: str, int, Timestamp, Container, Anything."""

    def register(body: Body) -> Body:
        FUNCTIONS[name] = Function(name, tuple(args), tuple(optional), is_variadic, sees_unknowns, needs_host, body)
        return body

    return register
