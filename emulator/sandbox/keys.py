"""Keys that ledgers are to be encrypted with, looked up in the sandbox's KMS."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from emulator.account.encryption import AWS_OWNED, key_arn
from emulator.errors import InvalidParameterException

_SYMMETRIC = "SYMMETRIC_DEFAULT"


class SandboxKeys:
    def __init__(self, account_id: str, turn: Callable[[], AbstractContextManager[object]]) -> None:
        """`turn` waits for the turn in moto, and has it loaded."""
        self._account_id = account_id
        self._turn = turn

    def found(self, kms_key: str, region: str) -> str:
        """The ARN of the key that `kms_key` names. InvalidParameterException for one that no ledger could use:

        one that is not there, cannot be used at the moment, or is not symmetric.
        """
        if kms_key == AWS_OWNED:
            return kms_key
        key_arn(kms_key, region, self._account_id)  # refuses what is no name of a key in any form
        with self._turn():
            return self._in_moto(kms_key, region)

    def _in_moto(self, kms_key: str, region: str) -> str:
        key = key_named(kms_key, region, self._account_id)
        if key is None:
            raise _not_usable(kms_key, "is not found in KMS")
        if key.key_state != "Enabled":
            raise _not_usable(kms_key, f"is {key.key_state}")
        if key.key_spec != _SYMMETRIC:
            raise _not_usable(kms_key, f"is {key.key_spec}, and ledgers take symmetric ones")
        return str(key.arn)


def key_named(kms_key: str, region: str, account_id: str) -> Any:
    """The key of moto's KMS that an id, an alias or the ARN of either names, None if there is none. Needs the turn."""
    from moto.kms.models import kms_backends  # noqa: PLC0415 - it is loaded by now

    name = kms_key
    if kms_key.startswith("arn:"):
        _, _, _, region, account_id, name = kms_key.split(":", 5)
        name = name.removeprefix("key/")
    kms = kms_backends[account_id][region]
    key_id = kms.get_key_id_from_alias(name) if name.startswith("alias/") else name
    return kms.keys.get(key_id or "")


def _not_usable(kms_key: str, reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"The parameter KmsKey is not valid: the key {kms_key} {reason}", "KmsKey")
