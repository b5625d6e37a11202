"""Changes inside a document. Values are never changed once made: what lies along the path is built anew.

A location is the tuple of steps from the document: names of fields and places in lists. Of fields with the same name
the first is meant. Order of fields and annotations stay.
"""

from collections.abc import Callable
from typing import Any

from emulator.ion.values import Annotated, Struct
from emulator.partiql.messages import Unfit
from emulator.partiql.semantics.types import display
from emulator.partiql.values import MISSING, element

Step = str | int
Location = tuple[Step, ...]
Change = Callable[[Any], Any]


def set_at(document: Any, location: Location, value: Any) -> Any:
    """The document with a value there; a field that was absent is appended.

    Unfit for MISSING: it may come of a calculation that went wrong, and must not take a field away.
    """
    if value is MISSING:
        raise Unfit("set_missing")
    if not location:
        return value
    parent, last = location[:-1], location[-1]
    return _changed(document, parent, lambda found: _with(found, last, element(value)), parent)


def remove_at(document: Any, location: Location) -> Any:
    """The document without what is there; unchanged where nothing is."""
    return _changed(document, location[:-1], lambda parent: _without(parent, location[-1]), None)


def insert_at(document: Any, location: Location, value: Any, key: Any) -> Any:
    """The document with a value more in the list or struct there; `key` is MISSING where AT was not written."""
    return _changed(document, location, lambda target: _inserted(target, element(value), key), location)


def _changed(value: Any, steps: Location, change: Change, whole: Location | None) -> Any:
    """`value` with the part at `steps` changed. If there is none: an error that names `whole`, or no change."""
    if isinstance(value, Annotated):
        return Annotated(value.annotations, _changed(value.value, steps, change, whole))
    if not steps:
        return change(value)
    part = _part(value, steps[0])
    if part is MISSING:
        if whole is None:
            return value
        raise Unfit("absent_parent", name=_written(whole[: len(whole) - len(steps) + 1]))
    return _with(value, steps[0], _changed(part, steps[1:], change, whole))


def _part(value: Any, step: Step) -> Any:
    if isinstance(step, str):
        return value.get(step, MISSING) if isinstance(value, Struct) else MISSING
    return value[step] if isinstance(value, list) and 0 <= step < len(value) else MISSING


def _with(parent: Any, step: Step, value: Any) -> Any:
    if isinstance(step, str) and isinstance(parent, Struct):
        return _with_field(parent, step, value)
    if isinstance(step, int) and isinstance(parent, list):
        if not 0 <= step < len(parent):
            raise Unfit("element_range", index=step, size=len(parent))
        return type(parent)([*parent[:step], value, *parent[step + 1 :]])
    raise Unfit("absent_parent", name=step)


def _with_field(struct: Struct, name: str, value: Any) -> Struct:
    fields = list(struct.fields())
    for place, (field, _) in enumerate(fields):
        if field == name:
            fields[place] = (field, value)
            return Struct(fields)
    return Struct([*fields, (name, value)])


def _without(parent: Any, step: Step) -> Any:
    if _part(parent, step) is MISSING:
        return parent
    if isinstance(step, int):
        return type(parent)([*parent[:step], *parent[step + 1 :]])
    fields = list(parent.fields())
    del fields[[name for name, _ in fields].index(step)]
    return Struct(fields)


def _inserted(target: Any, value: Any, key: Any) -> Any:
    if isinstance(target, Struct):
        if not isinstance(key, str):
            raise Unfit("insert_key", came=display(key))
        return _with_field(target, str(key), value)
    if not isinstance(target, list):
        raise Unfit("insert_target", came=display(target))
    place = len(target) if key is MISSING else key
    if type(place) is not int or place < 0:
        raise Unfit("insert_position", came=key if type(key) is int else display(key))
    if place > len(target):
        raise Unfit("element_range", index=place, size=len(target))
    return type(target)([*target[:place], value, *target[place:]])


def _written(location: Location) -> str:
    return ".".join(map(str, location))
