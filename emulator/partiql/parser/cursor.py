"""A place among a statement's tokens, and the few moves a parser makes from it."""

from __future__ import annotations

from emulator import limits
from emulator.errors import BadRequestException
from emulator.partiql.ast import Identifier, Position
from emulator.partiql.lexer import IDENTIFIER, QUOTED, tokenize
from emulator.partiql.messages import describe_token, parser_error


class Cursor:
    """`kind` is the kind of the token at hand; `depth` how many expressions are open around it."""

    __slots__ = ("depth", "index", "kind", "kinds", "parameters", "tokens", "values")

    def __init__(self, text: str) -> None:
        """Raises `BadRequestException` for text that is no sequence of tokens."""
        self.tokens = tokenize(text)
        self.kinds = self.tokens.kinds
        self.values = self.tokens.values
        self.index = 0
        self.kind = self.kinds[0]
        self.depth = 0
        self.parameters = 0

    @property
    def value(self) -> str:
        """The token's text as written."""
        return self.values[self.index]

    @property
    def next_kind(self) -> str:
        """The kind of the token after this one, which is not the end."""
        return self.kinds[self.index + 1]

    @property
    def position(self) -> Position:
        return self.tokens.position_of(self.index)

    @property
    def found(self) -> str:
        """The token as messages name it."""
        return describe_token(self.kind, self.value)

    def advance(self) -> str:
        """Step over the token, which is not the end; its text."""
        value = self.values[self.index]
        self.index += 1
        self.kind = self.kinds[self.index]
        return value

    def take(self, kind: str) -> bool:
        """Step over the token if it is of that kind."""
        if self.kind != kind:
            return False
        self.index += 1
        self.kind = self.kinds[self.index]
        return True

    def expect(self, kind: str) -> None:
        """Step over a token of that kind, or refuse the statement."""
        if self.kind != kind:
            raise self.unexpected(kind)
        self.index += 1
        self.kind = self.kinds[self.index]

    def deeper(self) -> None:
        """One more level is open, or the statement is refused."""
        self.depth += 1
        if self.depth > limits.EXPRESSION_DEPTH:
            raise self.error("too_deep", limit=limits.EXPRESSION_DEPTH)

    def at_word(self, word: str) -> bool:
        """Whether the token is that word, given in upper case, which is not reserved."""
        return self.kind == IDENTIFIER and self.value.upper() == word

    def expect_word(self, word: str) -> None:
        if not self.at_word(word):
            raise self.unexpected(word)
        self.advance()

    def name(self, expected: str) -> str:
        """Step over a name, quoted or not; the name."""
        if self.kind == IDENTIFIER:
            return self.advance()
        if self.kind == QUOTED:
            return self.advance()[1:-1].replace('""', '"')
        raise self.unexpected(expected)

    def identifier(self, expected: str) -> Identifier:
        """Step over a name; it with whether it was quoted."""
        position, quoted = self.position, self.kind == QUOTED
        return Identifier(self.name(expected), quoted, False, position)

    def table_name(self) -> Identifier:
        """Step over the name of a table, where no view and no path may stand."""
        name = self.identifier("the name of a table")
        if self.kind == ".":
            raise self.error("plain_table", found=self.found)
        return name

    def back_to(self, index: int) -> None:
        """Step back to a token, for an error that is about it."""
        self.index = index
        self.kind = self.kinds[index]

    def unexpected(self, expected: str) -> BadRequestException:
        """The error of a token that cannot stand here."""
        return self.error("unexpected_token", found=self.found, expected=expected)

    def error(self, message: str, /, **details: object) -> BadRequestException:
        """The error of that name in the table of messages, at this token."""
        return parser_error(message, self.position, **details)
