"""The functions of PartiQL, one module for each family."""

from emulator.partiql.functions import collections, conditional, dates, text, transaction
from emulator.partiql.functions.registry import FUNCTIONS, Function

__all__ = ["FUNCTIONS", "Function", "collections", "conditional", "dates", "text", "transaction"]
