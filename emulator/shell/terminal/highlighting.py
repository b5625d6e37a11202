"""Statements in colours, by the tokens of the language."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.formatted_text.utils import split_lines
from prompt_toolkit.lexers import Lexer

from emulator.errors import BadRequestException
from emulator.partiql.lexer import ION, NUMBER, STRING, Tokens

_STYLES = {STRING: "class:string", ION: "class:string", NUMBER: "class:number"}


class StatementLexer(Lexer):
    """Gives each line of a text with its styles."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = [list(line) for line in split_lines(styled(document.text))]
        return lambda number: lines[number] if number < len(lines) else []


def styled(text: str) -> StyleAndTextTuples:
    """The whole text in parts; from a string or comment that is still open on, without style."""
    tokens = _tokens(text)
    parts: StyleAndTextTuples = []
    place = 0
    for kind, value, end in zip(tokens.kinds, tokens.values, tokens.ends, strict=False):
        start = end - len(value)
        parts += [("class:comment", text[place:start]), (_STYLES.get(kind, _word_style(kind)), value)]
        place = end
    return [*parts, ("", text[place:])]


def _tokens(text: str) -> Tokens:
    tokens = Tokens(text)
    start: int | None = 0
    try:
        while start is not None:
            start = tokens.read(start)
    except BadRequestException:
        pass
    return tokens


def _word_style(kind: str) -> str:
    return "class:keyword" if kind.isupper() else ""
