"""What is wrong with an Ion text, in words. The library's two readers say it in codes and in states of their own."""

import re
from typing import Final

_REASONS: Final = tuple(
    (re.compile(said), reason)
    for said, reason in (
        (
            r"TIMESTAMP|must be in|out of range for month|year 0 ",
            "a timestamp is no moment of the calendar, or unfinished",
        ),
        (r"EOF|an integer$|attribute 'text'", "it ends in the middle of a value"),
        (r"FIELDNAME|field name", "a struct has something else than fields, each with a name and a colon"),
        (r"LEADING_ZEROS", "a number begins with a zero"),
        (r"BASE64|pad characters", "a blob is not in base64"),
        (r"LOB_TERMINATOR|CLOB", "a clob is not one ASCII text between {{ and }}"),
        (r"UTF8|surrogate", "a text has half of a surrogate pair"),
        (r"ESCAPE|escape", "a backslash is followed by what Ion has no meaning for"),
        (r"NEW_LINE", "a text in quotes has a line break"),
        (r"TOKEN_CHAR|[Uu]nderscore|_ at", "an underscore in a number is not between two digits"),
        (r"ION_VERSION|IVM", "it is another Ion than 1.0"),
        (r"SYMBOL$|SID", "a symbol id is not in a symbol table"),
        (r"InvalidOperation", "a decimal's exponent is out of range"),
        (r"null type|TOKEN$", "a word or bracket may not stand where it does"),
    )
)
_OTHERWISE: Final = "something stands where it may not, or something is missing"


def reason(error: Exception) -> str:
    """The complaint of a reader as a sentence without its beginning."""
    said = str(error).strip()
    return next((reason for pattern, reason in _REASONS if pattern.search(said)), _OTHERWISE)
