"""Encryption keys as clients see them. Nothing is encrypted with them here: there is no KMS, so every key works.

A ledger made without a key uses the one AWS owns and says nothing about encryption; one that was switched to it later
says `AWS_OWNED_KMS_KEY` (API reference, LedgerEncryptionDescription).
"""

import re
import uuid

from emulator.account.arns import partition
from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen

AWS_OWNED = "AWS_OWNED_KMS_KEY"

_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,256}")
_ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]{1,250}")
_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:key/[A-Za-z0-9-]{1,256}")
_ALIAS_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:alias/[A-Za-z0-9/_-]{1,250}")
_WANTED = "a key id, a key ARN, an alias name, an alias ARN or AWS_OWNED_KMS_KEY"


@frozen
class EncryptionDescription:
    kms_key_arn: str
    encryption_status: str


def is_key(arn: str) -> bool:
    """Whether `key_arn` may have given it."""
    return arn == AWS_OWNED or bool(_KEY_ARN.fullmatch(arn))


def key_arn(kms_key: str, region: str, account_id: str) -> str:
    """The ARN of the key that `kms_key` names in any of its forms; AWS_OWNED stays itself."""
    if kms_key == AWS_OWNED or _KEY_ARN.fullmatch(kms_key):
        return kms_key
    if _ALIAS_ARN.fullmatch(kms_key):
        return _behind_alias(kms_key)
    home = f"arn:{partition(region)}:kms:{region}:{account_id}"
    if _ALIAS.fullmatch(kms_key):
        return _behind_alias(f"{home}:{kms_key}")
    if _KEY_ID.fullmatch(kms_key):
        return f"{home}:key/{kms_key}"
    raise InvalidParameterException(not_valid("KmsKey", kms_key, _WANTED), "KmsKey")


def _behind_alias(alias_arn: str) -> str:
    """A key for an alias, always the same one: no KMS is there to ask."""
    return f"{alias_arn.partition(':alias/')[0]}:key/{uuid.uuid5(uuid.NAMESPACE_URL, alias_arn)}"
