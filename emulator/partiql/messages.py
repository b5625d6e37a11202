"""What a statement that cannot be read is told, all in one table.

A message stands in the envelope of the reference implementation: `Parser Error: at line 1, column 8: …`. The wording
follows the reference implementation where it has one; the service's own is known for few of them.
"""

from __future__ import annotations

from emulator.errors import BadRequestException
from emulator.partiql.ast import NOWHERE, Position

LEXER = "Lexer Error"
PARSER = "Parser Error"
SEMANTIC = "Semantic Error"
EVALUATOR = "Evaluator Error"

MESSAGES = {
    # Lexer
    "invalid_character": "invalid character at, {found}",
    "unterminated_string": "string without its closing quote",
    "unterminated_identifier": "quoted identifier without its closing quote",
    "unterminated_ion": "Ion literal without its closing backtick",
    "unterminated_comment": "comment without its closing */",
    "malformed_number": "malformed number",
    "number_out_of_range": "number out of range",
    "invalid_ion": "invalid Ion literal, {reason}",
    # Parser
    "unexpected_token": "unexpected token found, {found}; expected {expected}",
    "no_statement": "unexpected token found, {found}; expected a statement",
    "too_deep": "statement is nested too deeply; at most {limit} levels are allowed",
    "empty_select_list": "found empty SELECT list",
    "asterisk_not_alone": "Other expressions may not be present in the select list when '*' is used without dot "
    "notation.",
    "missing_from": "missing FROM after SELECT list; found {found}",
    "missing_operation": "expected DML or SELECT operation after FROM; found {found}",
    "expected_assignment": "expected assignment for SET; found {found}",
    "expected_path": "expected a path of names and subscripts to change",
    "expected_table": "expected the name of a table",
    "repeated_alias": "{clause} given twice for one source",
    "asterisk_call": "function call, other than COUNT, with (*) as parameter is not supported",
    "aggregate_arity": "Aggregate function calls take 1 argument only",
    "no_procedure": "No stored procedure provided",
    "one_index_field": "an index is on exactly one top-level field",
    "type_arity": "too many arguments for type {name}; at most {limit} allowed",
}

_PUNCTUATION = {
    "(": "LEFT_PAREN",
    ")": "RIGHT_PAREN",
    "[": "LEFT_BRACKET",
    "]": "RIGHT_BRACKET",
    "{": "LEFT_CURLY",
    "}": "RIGHT_CURLY",
    "<<": "LEFT_DOUBLE_ANGLE_BRACKET",
    ">>": "RIGHT_DOUBLE_ANGLE_BRACKET",
    "*": "STAR",
    ",": "COMMA",
    ".": "DOT",
    ":": "COLON",
    ";": "SEMICOLON",
    "?": "QUESTION_MARK",
    "@": "OPERATOR",
    "identifier": "IDENTIFIER",
    "quoted identifier": "QUOTED_IDENTIFIER",
    "string": "LITERAL",
    "number": "LITERAL",
    "ion": "ION_LITERAL",
    "end": "EOF",
}
_SHOWN_CHARACTERS = 60


def error(category: str, message: str, position: Position) -> BadRequestException:
    """The message in its envelope; a position that is not known is said to be so."""
    line, column = ("<UNKNOWN>", "<UNKNOWN>") if position == NOWHERE else (position.line, position.column)
    return BadRequestException(f"{category}: at line {line}, column {column}: {message}")


def lexer_error(name: str, position: Position, /, **details: object) -> BadRequestException:
    """The message of that name in `MESSAGES`, about the characters of a statement."""
    return error(LEXER, MESSAGES[name].format(**details), position)


def parser_error(name: str, position: Position, /, **details: object) -> BadRequestException:
    """The message of that name in `MESSAGES`, about the order of a statement's tokens."""
    return error(PARSER, MESSAGES[name].format(**details), position)


def describe_token(kind: str, value: str) -> str:
    """A token as messages name it: `KEYWORD : limit`, `COMMA : ,`."""
    if kind == "end":
        return "EOF"
    if kind.isupper():
        return f"KEYWORD : {value.lower()}"
    shown = value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…"
    return f"{_PUNCTUATION.get(kind, 'OPERATOR')} : {shown}"
