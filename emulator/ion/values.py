"""Ion values as Python values, the same whichever version of amazon.ion is installed.

| Ion        | Python                                   |
|------------|------------------------------------------|
| null       | `Null`, one for each type; `NULL` untyped |
| bool       | `bool`                                   |
| int        | `int`                                    |
| float      | `float`                                  |
| decimal    | `decimal.Decimal`, exponent and sign of zero kept |
| timestamp  | `Timestamp`                              |
| string     | `str`                                    |
| symbol     | `Symbol`, a `str`                        |
| blob, clob | `bytes`, `Clob`                          |
| list, sexp | `list`, `Sexp`                           |
| struct     | `Struct`: ordered fields, names may repeat |
| annotated  | `Annotated` around any of these          |

Values are never changed once made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from emulator.frozen import frozen

D = TypeVar("D")


class Symbol(str):
    """A symbol; equal to the string of the same text. `SYMBOL_ZERO` is the one without text."""

    __slots__ = ()


SYMBOL_ZERO = Symbol("$0")
"""Ion's `$0`, told from a symbol spelled `$0` by identity."""


class Clob(bytes):
    __slots__ = ()


class Sexp(list["Value"]):
    __slots__ = ()


@frozen
class Null:
    """A null of an Ion type: `Null("blob")` is `null.blob`."""

    ion_type: str = "null"


NULL = Null()


@frozen
class Annotated:
    """A value with its annotations, outermost first. The value itself is never `Annotated`."""

    annotations: tuple[str, ...]
    value: Any


@frozen
class Timestamp:
    """A moment as written: local fields, absent ones None, and the offset they are local to.

    `fraction` is (coefficient, digits): `.120` is (120, 3); no fraction is (0, 0).
    `offset_minutes` is None for the unknown offset `-00:00`, and for dates, which have none.
    """

    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    fraction: tuple[int, int] = (0, 0)
    offset_minutes: int | None = None


class Struct:
    """Fields in order. Names may repeat; access by name finds the first."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, Value]] = ()) -> None:
        self._fields: Sequence[tuple[str, Value]] = tuple(fields)

    @property
    def encoded(self) -> bytes | None:
        """The complete Ion stream this struct was read from, where that is kept."""
        return None

    def fields(self) -> Sequence[tuple[str, Value]]:
        return self._fields

    def get(self, name: str, default: D) -> Value | D:
        """The value of the first field of that name, else `default`."""
        for field, value in self.fields():
            if field == name:
                return value
        return default

    def __getitem__(self, name: str) -> Value:
        for field, value in self.fields():
            if field == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter(self.fields())

    def __len__(self) -> int:
        return len(self.fields())

    def __eq__(self, other: object) -> bool:
        """The same fields with the same Python values in the same order; for Ion's and PartiQL's see `equality`."""
        return isinstance(other, Struct) and tuple(self.fields()) == tuple(other.fields())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Struct({list(self.fields())!r})"


Value = Null | bool | int | float | Decimal | Timestamp | str | bytes | list[Any] | Struct | Annotated
"""Any Ion value; `Symbol`, `Clob` and `Sexp` are among them as subclasses."""
