"""Values that never change.

The type checker sees to it, as it does to everything else that types say. `@dataclass(frozen=True)` would have every
field of every value set through `object.__setattr__` besides, four times as slow, and a transaction makes some twenty
values on its way into the journal (`docs/decisions/0019-values-are-frozen-by-the-type-checker.md`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """A dataclass with slots, equal and hashed by its fields, none of which is set after `__init__`."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
