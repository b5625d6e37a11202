"""Statement text to tokens, with one regular expression.

Every alternative is possessive and the last one takes any character, so no text makes the expression try twice: the
time is linear in the text. A token is a kind and its text as written. The kind of an operator or a mark is the text
itself, that of a reserved word its upper case; the others have the names below, in lower case, which no reserved word
has. What strings, numbers and Ion literals mean is left to the parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from emulator.partiql.ast import Position
from emulator.partiql.keywords import KEYWORDS
from emulator.partiql.messages import lexer_error

IDENTIFIER = "identifier"
QUOTED = "quoted identifier"
STRING = "string"
NUMBER = "number"
ION = "ion"
END = "end"

# Inside an Ion literal a backtick may stand in a string, a symbol or a comment; two slashes in a blob are no comment.
_ION = r"""
    ` (?: [^`"'/{]++
        | "(?:[^"\\]++|\\.)*+"
        | '''(?:[^'\\]++|\\.|'(?!''))*+'''
        | '(?!'')(?:[^'\\]++|\\.)*+'
        | //[^\r\n]*+
        | /\*(?:[^*]++|\*(?!/))*+\*/
        | /(?![/*])
        | \{(?:\{[A-Za-z0-9+/=\s]*+\}\})?+
      )*+ `
"""

_TOKEN = re.compile(
    rf"""
    [ \t\r\n\f\v]*+
    (?: ([A-Za-z_$][A-Za-z0-9_$]*+)
      | (<<|>>|<=|>=|<>|!=|\|\||-(?!-)|/(?!\*)|\.(?!\d)|[+*%=<>()\[\]{{}},:;?@])
      | ('[^']*+(?:''[^']*+)*+')
      | ((?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?+\d++)?+(?![A-Za-z0-9_$]))
      | ("[^"]*+(?:""[^"]*+)*+")
      | ({_ION})
      | (\Z)
      | (--[^\r\n]*+)
      | (/\*)
      | (.)
    )""",
    re.ASCII | re.VERBOSE | re.DOTALL,
)
_WORD, _MARK, _END, _LINE_COMMENT, _BLOCK_COMMENT = 1, 2, 7, 8, 9
_KINDS = {3: STRING, 4: NUMBER, 5: QUOTED, 6: ION, 7: END}

_INVALID_STARTS = {
    "'": "unterminated_string",
    '"': "unterminated_identifier",
    "`": "unterminated_ion",
    **dict.fromkeys(".0123456789", "malformed_number"),
}
_INVALID = re.compile(r"[.0-9][A-Za-z0-9_$.]{0,40}|.", re.DOTALL)
"""What an error shows of the text that is no token."""

_COMMENT_EDGE = re.compile(r"/\*|\*/")
_LINE_BREAK = re.compile(r"\r\n?|\n")


class Tokens:
    """The tokens of a text as columns, the last of them `END`; lines and columns are worked out when asked."""

    __slots__ = ("_lines", "ends", "kinds", "text", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.ends: list[int] = []
        self._lines: list[int] | None = None

    def position_of(self, index: int) -> Position:
        """Where a token begins."""
        return self.position_at(self.ends[index] - len(self.values[index]))

    def position_at(self, offset: int) -> Position:
        """Line and column of an offset in the text."""
        if self._lines is None:
            self._lines = [match.end() for match in _LINE_BREAK.finditer(self.text)]
        if not self._lines:
            return Position(1, offset + 1)
        line = bisect_right(self._lines, offset)
        return Position(line + 1, offset - (self._lines[line - 1] if line else 0) + 1)

    def read(self, start: int) -> int | None:
        """Take tokens from an offset up to a block comment; where that ends, or None at the end of the text."""
        keywords, add_kind, add_value, add_end = KEYWORDS.get, self.kinds.append, self.values.append, self.ends.append
        for match in _TOKEN.finditer(self.text, start):
            group = match.lastindex or 0
            value = match[group]
            if group == _WORD:
                add_kind(keywords(value) or keywords(value.upper(), IDENTIFIER))
            elif group == _MARK:
                add_kind(value)
            elif group in _KINDS:
                add_kind(_KINDS[group])
            elif group == _LINE_COMMENT:
                continue
            elif group == _BLOCK_COMMENT:
                return self._comment_end(match.start(group))
            else:
                raise self._invalid(match.start(group))
            add_value(value)
            add_end(match.end())
            if group == _END:
                break
        return None

    def _comment_end(self, start: int) -> int:
        """The offset after a block comment. Block comments nest."""
        depth = 0
        for edge in _COMMENT_EDGE.finditer(self.text, start):
            depth += 1 if edge[0] == "/*" else -1
            if not depth:
                return edge.end()
        raise lexer_error("unterminated_comment", self.position_at(start))

    def _invalid(self, offset: int) -> Exception:
        start, found = self.text[offset], _INVALID.match(self.text, offset)
        assert found is not None
        return lexer_error(_INVALID_STARTS.get(start, "invalid_character"), self.position_at(offset), found=found[0])


def tokenize(text: str) -> Tokens:
    """The tokens of a statement; a `BadRequestException` with a lexer error where it has none."""
    tokens = Tokens(text)
    start: int | None = 0
    while start is not None:
        start = tokens.read(start)
    return tokens
