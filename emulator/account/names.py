"""What a ledger may be called: the pattern of the service model's shape LedgerName, which StreamName has, too."""

import re

from emulator import limits
from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException

NAME_WANTED = "1 to 32 letters, digits and hyphens, not digits alone, without a hyphen at either end or two in a row"
_NAME = re.compile(rf"(?!.*--)(?![0-9]+\Z)(?!-)[A-Za-z0-9-]{{1,{limits.LEDGER_NAME_CHARACTERS}}}(?<!-)")


def is_name(text: str) -> bool:
    """Whether a ledger, or a stream, may be called so."""
    return bool(_NAME.fullmatch(text))


def refuse_ledger_name(name: str) -> None:
    """InvalidParameterException for what cannot be a ledger's name."""
    if not is_name(name):
        raise InvalidParameterException(not_valid("Name", name, NAME_WANTED), "Name")
