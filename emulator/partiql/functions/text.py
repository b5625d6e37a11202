"""Functions of text. Characters are code points, places are counted from 1."""

from collections.abc import Callable, Mapping

from emulator.partiql.functions.registry import function
from emulator.partiql.messages import Unfit


@function("char_length", args=[str])
@function("character_length", args=[str])
def char_length(text: str) -> int:
    return len(text)


@function("lower", args=[str])
def lower(text: str) -> str:
    return text.lower()


@function("upper", args=[str])
def upper(text: str) -> str:
    return text.upper()


@function("substring", args=[str, int], optional=[int])
def substring(text: str, start: int, length: int | None = None) -> str:
    """The characters from `start` on; those before the first are empty, but count for the length."""
    if length is None:
        return text[max(start - 1, 0) :]
    if length < 0:
        raise Unfit("substring_length", came=length)
    return text[max(start - 1, 0) : max(start - 1 + length, 0)]


_TRIMS: Mapping[str, Callable[[str, str], str]] = {
    "both": lambda text, characters: text.strip(characters),
    "leading": lambda text, characters: text.lstrip(characters),
    "trailing": lambda text, characters: text.rstrip(characters),
}


@function("trim", args=[str, str, str])
def trim(side: str, characters: str, text: str) -> str:
    """The text without those of the characters that stand at its side or sides."""
    return _TRIMS[side](str(text), characters)
