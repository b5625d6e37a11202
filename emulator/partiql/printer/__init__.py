"""Trees to text. What is printed here, the parser reads back as the same tree.

UPDATE and DELETE come out as the FROM statement that does the same, and conditions of joins as part of WHERE, since
their trees are one.
"""

from emulator.partiql.printer.statements import expression_text, to_text

__all__ = ["expression_text", "to_text"]
