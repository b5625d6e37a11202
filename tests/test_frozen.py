"""Values that the type checker keeps from changing."""

from dataclasses import field, replace

import pytest

from emulator.frozen import frozen


@frozen
class Place:
    """A value as any other."""

    name: str
    number: int = 0
    others: tuple[str, ...] = field(default=())


def test_values_are_equal_by_their_fields() -> None:
    """Two of the same fields are one in a set; a copy with another field is not."""
    assert {Place("a"), Place("a", 0)} == {Place("a")}
    assert replace(Place("a"), number=1) == Place("a", 1) != Place("a")


def test_the_type_checker_alone_refuses_to_set_a_field() -> None:
    """mypy would complain of the comment below if there were nothing to ignore; at run time nobody minds."""
    place = Place("a")
    place.name = "b"  # type: ignore[misc]

    assert place.name == "b"


def test_values_have_no_fields_but_their_own() -> None:
    """A misspelled name is refused also where no type checker looks."""
    with pytest.raises(AttributeError):
        Place("a").nmae = "b"  # type: ignore[attr-defined]
