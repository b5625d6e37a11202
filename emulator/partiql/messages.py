"""What a statement that is refused is told, all in one table.

A message stands in the envelope of the reference implementation: `Parser Error: at line 1, column 8: …`. Its category
says how far the statement came: to its characters, its words, its names, or its values. The wording follows the
reference implementation where it has one; the sentence about an unknown table is the service's own, as the authors of
its drivers saw it.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.errors import BadRequestException
from emulator.partiql.ast import NOWHERE, Position

LEXER = "Lexer Error"
PARSER = "Parser Error"
SEMANTIC = "Semantic Error"
EVALUATOR = "Evaluator Error"

MESSAGES: Mapping[str, Mapping[str, str]] = {
    LEXER: {
        "invalid_character": "invalid character at, {found}",
        "unterminated_string": "string without its closing quote",
        "unterminated_identifier": "quoted identifier without its closing quote",
        "unterminated_ion": "Ion literal without its closing backtick",
        "unterminated_comment": "comment without its closing */",
        "malformed_number": "malformed number, {found}",
        "number_out_of_range": "number out of range, {found}",
        "invalid_ion": "invalid Ion literal, {reason}",
    },
    PARSER: {
        "unexpected_token": "unexpected token found, {found}; expected {expected}",
        "no_statement": "unexpected token found, {found}; expected a statement",
        "too_deep": "statement is nested too deeply; at most {limit} levels are allowed",
        "too_many_sources": "a statement joins {limit} sources at most; here is one more",
        "empty_select_list": "found empty SELECT list; expected columns, VALUE or *",
        "asterisk_not_alone": "Other expressions may not be present in the select list when '*' is used without dot "
        "notation.",
        "missing_from": "missing FROM after SELECT list; found {found}",
        "missing_operation": "expected DML or SELECT operation after FROM; found {found}",
        "expected_assignment": "expected assignment for SET; found {found}",
        "expected_path": "expected a path of names and subscripts to change; found {found}",
        "expected_table": "expected the name of a table; found {found}",
        "plain_table": "found {found} behind the name of a table; views are only read, and places in documents are "
        "changed with FROM",
        "asterisk_call": "function call, other than COUNT, with (*) as parameter is not supported",
        "aggregate_arity": "Aggregate function calls take 1 argument only",
        "no_procedure": "No stored procedure provided; found {found}",
        "one_index_field": "an index is on exactly one top-level field; found {found}",
        "type_arity": "too many arguments for type {name}; at most {limit} allowed",
    },
    SEMANTIC: {
        "unknown_name": "No such variable named '{name}'; No such variable named '{name}'",
        "unknown_table_id": "No table has the id '{name}'",
        "unknown_function": "No such function: {name}",
        "unknown_procedure": "No such stored procedure: {name}",
        "name_taken": "A variable named '{name}' was already defined in this scope",
        "nested_table": "Global variable access is illegal in this context, variable name: '{name}'",
        "path_into_table": "'{name}' is a table here, and a table has no fields; the alias is written @{name}",
        "argument_count": "Incorrect number of arguments to function call: {name} takes {wanted}, {came} came",
        "misplaced_aggregate": "{name} may stand in the select list only, and not inside another aggregate function",
        "plain_column": "'{name}' may not stand beside an aggregate function: there is no GROUP BY",
        "history_arguments": "history takes a table, by name or by its id in single quotes, and up to two timestamps",
        "only_user_view": "Documents can be changed in the user view of a table only, '{name}' is none",
        "view": "Tables are indexed and dropped by their own names, '{name}' is a view",
        "one_table": "A statement changes the documents of one table, '{name}' is none of its nested collections",
        "no_place": "'{name}' is no place in a document that could be changed",
        "table_name": "'{name}' cannot name a table: wanted are 1 to 128 letters, digits and underscores, no digit "
        "first",
        "reserved_name": "'{name}' cannot name a table: names that start with _ql_ are reserved",
        "field_name": "'{name}' cannot be indexed: a field's name has 1 to 128 characters",
        "tags": "aws_tags is a struct of keys and text values, {came} came",
        "purge": "DROP INDEX is written with its consent to lose the index: WITH (purge = true)",
        "procedure_arguments": "REDACT_REVISION takes a block address, a table's id and a document's id; {came} came",
    },
    EVALUATOR: {
        "parameters": "No parameter bound for position! The statement has {wanted} parameters, {came} came",
        "overflow": "Int overflow or underflow",
        "division": "/ by zero",
        "modulo": "% by zero",
        "decimal_range": "The result is no decimal that could be represented",
        "like": "Invalid argument given to LIKE expression, expected: {wanted}, got: {came}",
        "like_escape": "Invalid escape character given to LIKE expression: wanted is one character, came {value}",
        "like_sequence": "Invalid escape sequence in the pattern of a LIKE expression: {value}",
        "cast": "Cannot convert {came} to {wanted}",
        "cast_text": "can't convert string value to {wanted}: '{text}'",
        "argument_types": "Invalid argument types for {name}, expected: {wanted}, got: {came}",
        "struct_key": "The key of a struct must be text, {came} came",
        "aggregate_number": "{name} expects numbers, {came} came",
        "date_range": "The timestamp would leave the years 1 to 9999",
        "date_format": "Invalid timestamp format pattern '{pattern}': {reason}",
        "date_text": "'{text}' is no timestamp of the format '{pattern}'",
        "timestamp_text": "'{text}' is no Ion timestamp",
        "substring_length": "The length given to SUBSTRING must not be negative, {came} came",
        "exists": "EXISTS expects a list, bag or struct, {came} came",
        "history_type": "history takes timestamps as its bounds, {came} came",
        "history_order": "The start of a history must not be later than its end, {start} is later than {end}",
        "history_future": "The end of a history must not be in the future, {end} is later than {now}",
        "block_address": 'REDACT_REVISION takes a block address {{strandId: "…", sequenceNo: …}} first, {came} came',
        "procedure_id": "REDACT_REVISION takes the id of a {wanted} as text, {came} came",
        "set_missing": "SET takes a value, MISSING came: of a name that is not there, or a calculation with no numbers",
        "expression_bytes": "For one row, the expressions of a statement read, make and compare {limit} bytes at most; "
        "here are more",
        "kept_bytes": "A statement keeps {limit} bytes at most, of queries inside of expressions and of values to be "
        "set; here are more",
        "nested_rows": "A query inside of an expression has {limit} rows at most; here are more",
        "changes": "A statement makes {limit} changes in documents at most; here are more",
        "documents": "A statement changes {limit} documents at most, as a transaction does; here are more",
        "document": "A document must be a struct, {came} came",
        "absent_parent": "There is no '{name}' in the document that could be changed",
        "element_range": "The list has no place {index}, only {size} elements",
        "insert_key": "A value is inserted in a struct AT a field's name, {came} came",
        "insert_position": "A value is inserted in a list AT a position, a whole number from 0 on, {came} came",
        "insert_target": "A value can be inserted in a list or struct, {came} came",
    },
}

UNKNOWN_NAME_CODE = "432"

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
_MOST_CHARACTERS = 200
"""Of anything in a message that a statement says: names may have 128."""


def _message(category: str, name: str, position: Position, details: Mapping[str, object]) -> str:
    """The message in its envelope; a position that is not known is said to be so."""
    line, column = ("<UNKNOWN>", "<UNKNOWN>") if position == NOWHERE else (position.line, position.column)
    shown = {
        key: shortened(value, _MOST_CHARACTERS) if isinstance(value, str) else value for key, value in details.items()
    }
    return f"{category}: at line {line}, column {column}: {MESSAGES[category][name].format(**shown)}"


def lexer_error(name: str, position: Position, /, **details: object) -> BadRequestException:
    """The message of that name about the characters of a statement."""
    return BadRequestException(_message(LEXER, name, position, details))


def parser_error(name: str, position: Position, /, **details: object) -> BadRequestException:
    """The message of that name about the order of a statement's tokens."""
    return BadRequestException(_message(PARSER, name, position, details))


class Unfit(Exception):
    """A value that cannot be worked with. It is raised where no place is known; who knows it uses `placed`."""

    def __init__(self, key: str, /, **details: object) -> None:
        super().__init__(key)
        self.key = key
        self.details = details

    def placed(self, position: Position) -> BadRequestException:
        """The evaluation error of that name."""
        return evaluation_error(self.key, position, **self.details)


def semantic_error(key: str, position: Position = NOWHERE, /, **details: object) -> BadRequestException:
    """What a statement means cannot be: an unknown name, a clause where it may not stand."""
    code = UNKNOWN_NAME_CODE if key == "unknown_name" else None
    return BadRequestException(_message(SEMANTIC, key, position, details), error_code=code)


def evaluation_error(key: str, position: Position = NOWHERE, /, **details: object) -> BadRequestException:
    """The statement is sound, its values are not: a division by zero, a conversion that fails."""
    return BadRequestException(_message(EVALUATOR, key, position, details))


def describe_token(kind: str, value: str) -> str:
    """A token as messages name it: `KEYWORD : limit`, `COMMA : ,`."""
    if kind == "end":
        return "EOF"
    if kind.isupper():
        return f"KEYWORD : {value.lower()}"
    return f"{_PUNCTUATION.get(kind, 'OPERATOR')} : {shortened(value)}"


def shortened(text: str, characters: int = _SHOWN_CHARACTERS) -> str:
    """The text as messages show it, which is not a megabyte of it."""
    return text if len(text) <= characters else text[:characters] + "…"
