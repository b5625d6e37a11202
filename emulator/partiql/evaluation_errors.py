"""The sentences of semantic and evaluation errors, in one table, and the exceptions that carry them.

Names and types follow the wording of the open PartiQL implementation the service was built on, as far as it is known;
the sentence about an unknown table is the service's own, observed by the authors of its drivers.
"""

from collections.abc import Mapping

from emulator.errors import BadRequestException
from emulator.partiql import messages
from emulator.partiql.ast import NOWHERE, Position

SEMANTIC: Mapping[str, str] = {
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
    "unknown_type": "No such type: {name}",
    "history_arguments": "history takes a table, by name or by its id in single quotes, and up to two timestamps",
    "only_user_view": "Documents can be changed in the user view of a table only, '{name}' is none",
    "one_table": "A statement changes the documents of one table, '{name}' is none of its nested collections",
    "no_place": "'{name}' is no place in a document that could be changed",
    "wildcard_place": "A place to change is written without wildcards",
    "table_name": "'{name}' cannot name a table: wanted are 1 to 128 letters, digits and underscores, no digit first",
    "reserved_name": "'{name}' cannot name a table: names that start with _ql_ are reserved",
    "field_name": "'{name}' cannot be indexed: a field's name has 1 to 128 characters",
    "tags": "aws_tags is a struct of keys and text values",
    "purge": "DROP INDEX is written with its consent to lose the index: WITH (purge = true)",
    "no_redaction": "Redaction is not available in this version",
    "too_deep": "The statement is nested too deeply",
}

EVALUATION: Mapping[str, str] = {
    "parameters": "No parameter bound for position! The statement has {wanted} parameters, {came} came",
    "overflow": "Int overflow or underflow",
    "division": "/ by zero",
    "modulo": "% by zero",
    "decimal_range": "The result is no decimal that could be represented",
    "like": "Invalid argument given to LIKE expression",
    "like_escape": "Invalid escape character given to LIKE expression: wanted is one character, came {value}",
    "like_sequence": "Invalid escape sequence in the pattern of a LIKE expression: {value}",
    "cast": "Cannot convert {came} to {wanted}",
    "cast_text": "can't convert string value to {wanted}",
    "argument_types": "Invalid argument types for {name}, expected: {wanted}, got: {came}",
    "struct_key": "The key of a struct must be text, {came} came",
    "aggregate_number": "{name} expects numbers, {came} came",
    "date_part": "'{name}' is no date part of {function}",
    "date_range": "The timestamp would leave the years 1 to 9999",
    "date_format": "Invalid timestamp format pattern '{pattern}': {reason}",
    "date_text": "'{text}' is no timestamp of the format '{pattern}'",
    "timestamp_text": "'{text}' is no Ion timestamp",
    "substring_length": "The length given to SUBSTRING must not be negative, {came} came",
    "trim_side": "TRIM takes LEADING, TRAILING or BOTH, '{name}' came",
    "exists": "EXISTS expects a list, bag or struct, {came} came",
    "history_type": "history takes timestamps as its bounds, {came} came",
    "history_order": "The start of a history must not be later than its end",
    "history_future": "The end of a history must not be in the future",
    "set_missing": "SET takes a value, MISSING came: of a name that is not there, or a calculation with no numbers",
    "documents": "A statement changes {limit} documents at most, as a transaction does; here are more",
    "document": "A document must be a struct, {came} came",
    "absent_parent": "There is no '{name}' in the document that could be changed",
    "element_range": "The list has no place {index}, only {size} elements",
    "insert_key": "A value is inserted in a struct AT a field's name",
    "insert_position": "A value is inserted in a list AT a position, a whole number from 0 on",
    "insert_target": "A value can be inserted in a list or struct, {came} came",
}

UNKNOWN_NAME_CODE = "432"


def semantic_error(key: str, position: Position = NOWHERE, **parts: object) -> BadRequestException:
    """What a statement means cannot be: an unknown name, a clause where it may not stand."""
    placed = messages.error(messages.SEMANTIC, SEMANTIC[key].format(**parts), position)
    return BadRequestException(placed.message, error_code=UNKNOWN_NAME_CODE if key == "unknown_name" else None)


def evaluation_error(key: str, position: Position = NOWHERE, **parts: object) -> BadRequestException:
    """The statement is sound, its values are not: a division by zero, a conversion that fails."""
    return messages.error(messages.EVALUATOR, EVALUATION[key].format(**parts), position)
