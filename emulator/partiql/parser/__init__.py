"""Statement text to its tree: recursive descent for statements, precedence climbing for expressions.

`cursor` walks the tokens; `expressions` holds the climbing and two tables that the other modules fill: what an
expression may begin with, and the operators.
"""

from emulator.partiql.parser.statements import parse

__all__ = ["parse"]
