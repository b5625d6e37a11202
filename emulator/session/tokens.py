"""Tokens of sessions and pages: what nobody can guess, in the alphabet that both service models allow.

Standard base64, not the URL-safe one: `_` is not in the model's `^[A-Za-z-0-9+/=]+$`.
"""

import base64
import re
import secrets

_BYTES = 48
"""A multiple of three, so that the text needs no padding."""
_PATTERN = re.compile(r"[A-Za-z0-9+/=-]{4,1024}")


def new_token() -> str:
    return base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def is_well_formed(token: str) -> bool:
    """Whether the service models admit the text as a token, ours or not."""
    return _PATTERN.fullmatch(token) is not None
