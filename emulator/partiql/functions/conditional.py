"""Functions that choose among their arguments; null and MISSING are arguments like others to them."""

from typing import Any

from emulator.ion.values import NULL
from emulator.partiql.functions.registry import Anything, function
from emulator.partiql.semantics.comparison import equals
from emulator.partiql.values import MISSING, is_unknown


@function("coalesce", args=[Anything], is_variadic=True, sees_unknowns=True)
def coalesce(*values: Any) -> Any:
    """The first value that is known, else null."""
    return next((value for value in values if not is_unknown(value)), NULL)


@function("nullif", args=[Anything, Anything], sees_unknowns=True)
def nullif(value: Any, other: Any) -> Any:
    """Null where both are equal, else the first; null for NULLIF(MISSING, …) too."""
    return NULL if value is MISSING or equals(value, other) is True else value
