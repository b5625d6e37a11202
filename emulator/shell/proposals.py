"""What may come next in a text: keywords, functions, tables and fields that begin as the word at its end does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.partiql.functions import FUNCTIONS
from emulator.partiql.lexer import tokenize
from emulator.partiql.printer.values import name as spelled
from emulator.shell.commands import COMMANDS
from emulator.shell.seen import Seen

STATEMENTS = ("SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "FROM", "CREATE TABLE", "CREATE INDEX ON", "DROP TABLE")
"""How statements begin; the rarer ones are among the others."""

_KEYWORDS = (
    *("VALUE", "DISTINCT", "AS", "AT", "BY", "WHERE", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ESCAPE", "IS"),
    *("NULL", "MISSING", "TRUE", "FALSE", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "EXISTS"),
    *("INNER JOIN", "JOIN", "LEFT JOIN", "ON", "VALUES", "SET", "REMOVE", "INSERT INTO", "UPDATE", "DELETE"),
    *("DROP INDEX", "UNDROP TABLE", "EXEC REDACT_REVISION", "SELECT", "FROM"),
    *("COUNT(", "SUM(", "MIN(", "MAX(", "AVG("),
)
_BEFORE_TABLES = frozenset({"FROM", "INTO", "UPDATE", "JOIN", "TABLE", "ON"})
_CATALOG = "information_schema.user_tables"
_COMMITTED = "_ql_committed_"

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


@frozen
class Proposal:
    """A word, and what it is."""

    text: str
    kind: str


def word_before(text: str) -> str:
    """The word at the end of a text; empty where it ends with something else."""
    found = _WORD.search(text)
    return found[0] if found else ""


def proposals(text: str, seen: Seen) -> list[Proposal]:
    """What may replace the word at the end of a text, the likeliest first; nothing inside a string or a comment."""
    word = word_before(text)
    try:
        kinds = tokenize(text[: len(text) - len(word)]).kinds
    except BadRequestException:
        return []
    offered = _offered(kinds[-2] if len(kinds) > 1 else ";", len(kinds) == 1, seen)
    fitting = {_cased(each, word): None for each in offered if _fits(each.text, word)}
    return list(fitting)


def _offered(before: str, is_first: bool, seen: Seen) -> Iterable[Proposal]:
    fields = [Proposal(spelled(field), "field") for field in seen.fields]
    tables = [Proposal(spelled(table), "table") for table in seen.tables]
    if before == ".":
        return fields
    if before == ";":
        starts = [Proposal(start, "keyword") for start in (*STATEMENTS, *_KEYWORDS)]
        return [*starts, *(Proposal(command, "command") for command in COMMANDS)] if is_first else starts
    keywords = [Proposal(keyword, "keyword") for keyword in _KEYWORDS]
    if before in _BEFORE_TABLES:
        views = [Proposal(spelled(_COMMITTED + table), "view") for table in seen.tables]
        return [*tables, *views, Proposal("history(", "function"), Proposal(_CATALOG, "catalog"), *fields, *keywords]
    functions = [Proposal(f"{function}(", "function") for function in FUNCTIONS]
    return [*fields, *keywords, *functions, *tables]


def _fits(text: str, word: str) -> bool:
    return text.strip('"').lower().startswith(word.lower()) and text != word


def _cased(proposal: Proposal, word: str) -> Proposal:
    """Keywords and functions in the case of what was begun."""
    if proposal.kind not in ("keyword", "function"):
        return proposal
    is_lower = word[:1].islower() if word else proposal.kind == "function"
    return Proposal(proposal.text.lower() if is_lower else proposal.text.upper(), proposal.kind)
