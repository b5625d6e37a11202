"""What tags may be: the service model's lengths, the AWS-wide rules on characters and the reserved prefix."""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Never

from emulator import limits
from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException

_PUNCTUATION = frozenset("+-=._:/@")
_CHARACTERS = "letters, spaces, digits and + - = . _ : / @"


def check_tags(tags: Mapping[str, str | None], parameter: str = "Tags") -> None:
    """Refuse tags that break a rule with an InvalidParameterException."""
    if len(tags) > limits.TAG_KEYS_PER_REQUEST:
        _refuse(parameter, f"{len(tags)} tags", f"at most {limits.TAG_KEYS_PER_REQUEST}")
    for key, value in tags.items():
        _check_key(parameter, key)
        _check_value(parameter, key, value)


def check_keys(keys: Collection[str], parameter: str = "TagKeys") -> None:
    """Refuse a list of keys to remove that is too long, or has a key no tag could have."""
    if len(keys) > limits.TAG_KEYS_PER_REQUEST:
        _refuse(parameter, f"{len(keys)} keys", f"at most {limits.TAG_KEYS_PER_REQUEST}")
    for key in keys:
        if not 1 <= len(key) <= limits.TAG_KEY_CHARACTERS:
            _refuse(parameter, key, f"keys of 1 to {limits.TAG_KEY_CHARACTERS} characters")


def check_count(tags: Collection[str], parameter: str = "Tags") -> None:
    """Refuse more tags on one resource than it may have."""
    if len(tags) > limits.TAGS_PER_RESOURCE:
        _refuse(parameter, f"{len(tags)} tags on the resource", f"at most {limits.TAGS_PER_RESOURCE}")


def _check_key(parameter: str, key: str) -> None:
    if not 1 <= len(key) <= limits.TAG_KEY_CHARACTERS:
        _refuse(parameter, key, f"keys of 1 to {limits.TAG_KEY_CHARACTERS} characters")
    if key.casefold().startswith("aws:"):
        _refuse(parameter, key, "keys without the reserved prefix aws:")
    if not _allowed(key):
        _refuse(parameter, key, f"keys of {_CHARACTERS}")


def _check_value(parameter: str, key: str, value: str | None) -> None:
    if value is None:
        return
    if len(value) > limits.TAG_VALUE_CHARACTERS:
        _refuse(parameter, {key: value}, f"values of at most {limits.TAG_VALUE_CHARACTERS} characters")
    if not _allowed(value):
        _refuse(parameter, {key: value}, f"values of {_CHARACTERS}")


def _allowed(text: str) -> bool:
    return all(character in _PUNCTUATION or unicodedata.category(character)[0] in "LNZ" for character in text)


def _refuse(parameter: str, came: object, wanted: str) -> Never:
    raise InvalidParameterException(not_valid(parameter, came, wanted), parameter)
