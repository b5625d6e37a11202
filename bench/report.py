"""Rows of the table: a figure, its floor, and whether the two are as far apart as they should be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TITLES = ("figure", "value", "floor", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, as it is printed. `met` is None where nothing was promised."""

    figure: str
    value: str
    floor: str
    ratio: str
    goal: str
    met: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        return (self.figure, self.value, self.floor, self.ratio, self.goal, verdict)


def at_least(figure: str, value: float, floor: float, goal: float, unit: str) -> Row:
    """A rate that should reach a part of its floor."""
    ratio = value / floor
    return Row(figure, _amount(value, unit), _amount(floor, unit), f"{ratio:.2f}", f"≥ {goal:.2f}", ratio >= goal)


def at_most(figure: str, value: float, floor: float, goal: float, unit: str) -> Row:
    """A cost that should not pass a multiple of its floor."""
    ratio = value / floor
    return Row(figure, _amount(value, unit), _amount(floor, unit), f"{ratio:.2f}", f"≤ {goal:.2f}", ratio <= goal)


def bounded(figure: str, value: float, floor: float, bound: float, unit: str) -> Row:
    """A cost that should not pass an amount, whatever its floor is."""
    ratio = f"{value / floor:.2f}"
    return Row(figure, _amount(value, unit), _amount(floor, unit), ratio, f"≤ {_amount(bound, unit)}", value <= bound)


def reaching(figure: str, value: float, floor: float, bound: float, unit: str) -> Row:
    """A rate that should reach an amount, whatever its floor is."""
    ratio = f"{value / floor:.2f}"
    return Row(figure, _amount(value, unit), _amount(floor, unit), ratio, f"≥ {_amount(bound, unit)}", value >= bound)


def plain(figure: str, value: float, floor: float, unit: str) -> Row:
    """A figure that is only told."""
    return Row(figure, _amount(value, unit), _amount(floor, unit), f"{value / floor:.2f}", "", None)


def table(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown, columns aligned."""
    lines = [_TITLES, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ("-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:5]), "-" * widths[5])
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if 0 < column < 5 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(aligned)} |"


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
