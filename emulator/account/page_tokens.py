"""Page tokens of the list operations: the last item's place, sealed so that a made-up or altered one is noticed.

The seal guards against mistakes, not against enemies: a token only ever says where in the caller's own list to go on.
Tokens are in the standard base64 alphabet, for the service model's pattern has no `_`.
"""

import base64
import binascii
import hashlib
import hmac

from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException

_SEAL_BYTES = 12


def seal(listing: str, place: str) -> str:
    """The token that continues `listing` (what is listed, and whose) after `place`."""
    position = place.encode()
    return base64.b64encode(_mark(listing, position) + position).decode()


def unseal(listing: str, token: str) -> str:
    """The place in a token that `seal` made for the same listing; InvalidParameterException for any other text."""
    sealed = _decoded(token)
    mark, position = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not hmac.compare_digest(mark, _mark(listing, position)) or base64.b64encode(sealed).decode() != token:
        raise InvalidParameterException(
            not_valid("NextToken", token, "the NextToken of the same list's last page"), "NextToken"
        )
    return position.decode()


def _decoded(token: str) -> bytes:
    try:
        return base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _mark(listing: str, position: bytes) -> bytes:
    return hashlib.blake2b(position, digest_size=_SEAL_BYTES, key=listing.encode()[:64]).digest()
