"""Functions of lists, bags and structs."""

from typing import Any

from emulator.ion.values import Struct
from emulator.partiql.functions.registry import Anything, Container, function
from emulator.partiql.messages import Unfit
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare


@function("size", args=[Container])
def size(container: list[Any] | Struct) -> int:
    return len(container)


@function("exists", args=[Anything], sees_unknowns=True)
def exists(value: Any) -> bool:
    """Whether the collection has anything in it.

    Of scalars, null and MISSING there are two published readings, false and an error; here they are an error.
    """
    container = bare(value)
    if not isinstance(container, list | Struct):
        raise Unfit("exists", came=display(value))
    return len(container) > 0
