"""PartiQL's `=` on known values, and keys that are the same exactly for values that are equal.

Numbers are equal by value, whatever their types; strings and symbols are one class, so are blobs and clobs;
timestamps are equal when they name the same instant; structs are bags of fields. Annotations do not count. Inside
containers, where nothing becomes NULL, nulls of any type equal each other. NaN equals NaN, so that equality stays
an equivalence and an index finds what a scan finds. Source: partiql.md 3.2.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from hashlib import sha256
from typing import Any, Final

from emulator.ion.timestamps import instant
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value

KEY_BYTES: Final = 40

_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

_CLASSES: Final[dict[type, bytes]] = {
    bool: b"?",
    int: b"0",
    float: b"0",
    Decimal: b"0",
    str: b"'",
    Symbol: b"'",
    bytes: b"x",
    Clob: b"x",
    Timestamp: b"@",
    list: b"[",
    Sexp: b"(",
    Struct: b"{",
    Null: b"n",
}
"""The classes of values that can be equal, each with the first byte of its keys."""

_OWN_EQUALITY: Final = frozenset([str, int, bool, Decimal])
"""Types whose values are equal when Python says so, the short way for most comparisons."""

_HASHED: Final = b"#"


def equal(left: Value, right: Value) -> bool:
    """Whether PartiQL finds the two equal; values of different classes never are, and that is no error."""
    if type(left) is type(right) and type(left) in _OWN_EQUALITY:
        return left == right
    left = left.value if isinstance(left, Annotated) else left
    right = right.value if isinstance(right, Annotated) else right
    kind = _class_of(left)
    if kind != _class_of(right):
        return False
    if kind in b"?'x" and left is not SYMBOL_ZERO and right is not SYMBOL_ZERO:
        return left == right
    if kind == b"0":
        # Python compares ints, floats and decimals exactly. NaN is the one number that is not itself.
        return left == right or (left != left and right != right)  # noqa: PLR0124
    if kind in b"[(":
        return _same_items(left, right)
    if kind == b"{" and (same := _same_fields(left, right)) is not None:
        return same
    return equality_key(left) == equality_key(right)


def _same_items(left: Any, right: Any) -> bool:
    return len(left) == len(right) and all(map(equal, left, right))


def _same_fields(left: Any, right: Any) -> bool | None:
    """Whether two structs are equal whose names stand in the same order, each once; None for others."""
    ours, theirs = left.fields(), right.fields()
    if len(ours) != len(theirs):
        return False
    names = [name for name, _ in ours]
    if names != [name for name, _ in theirs] or len(set(names)) < len(names) or SYMBOL_ZERO in names:
        return None
    return all(equal(ours[place][1], theirs[place][1]) for place in range(len(ours)))


def _class_of(value: Value) -> bytes:
    found = _CLASSES.get(type(value))
    if found is None:
        found = next(_CLASSES[base] for base in type(value).__mro__ if base in _CLASSES)
    return found


def equality_key(value: Value) -> bytes:
    """At most 40 bytes, the same for two values exactly if they are `equal` (short of a collision of SHA-256)."""
    if isinstance(value, Annotated):
        value = value.value
    kind = _class_of(value)
    if kind in b"[({":
        return _container_key(kind, value)
    key = kind + _SCALARS[kind](value)
    return key if len(key) <= KEY_BYTES else _hashed(kind, key)


def _hashed(kind: bytes, form: bytes) -> bytes:
    return _HASHED + kind + sha256(form).digest()


def _container_key(kind: bytes, value: Any) -> bytes:
    parts = []
    if kind == b"{":
        for name, field in value.fields():
            parts += [_prefixed(equality_key(name)) + _prefixed(equality_key(field))]
        parts.sort()
    else:
        for item in value:
            parts += [_prefixed(equality_key(item))]
    return _hashed(kind, b"".join(parts))


def _prefixed(key: bytes) -> bytes:
    return bytes([len(key)]) + key


def _number(value: Any) -> bytes:
    """The shortest decimal of that value, `1E+3` rather than 1000, so that no exponent is ever spelled out."""
    if type(value) is int and value % 10:
        return b"%d" % value
    if value != value:  # noqa: PLR0124
        return b"NaN"
    shortest = Decimal(value).normalize(_EXACT)
    return str(shortest).encode() if shortest else b"0"


def _text(value: str) -> bytes:
    return b"" if value is SYMBOL_ZERO else b"'" + value.encode("utf-8", "surrogatepass")


def _timestamp(value: Timestamp) -> bytes:
    at = instant(value)
    return b"%d/%d" % (at.numerator, at.denominator)


_SCALARS: Final[dict[bytes, Any]] = {
    b"?": lambda value: b"1" if value else b"0",
    b"0": _number,
    b"'": _text,
    b"x": bytes,
    b"@": _timestamp,
    b"n": lambda value: b"",
}
