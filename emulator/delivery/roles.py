"""The role that an export or a stream is to write with.

By default any role will do that looks like one. A check of whether it exists, trusts the service and allows what is
needed is plugged in as a `RoleCheck`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\x21-\x7e]{1,576}")

Needs = Mapping[str, Sequence[str]]
"""The actions that must be allowed on each resource, by the resource's ARN."""


class RoleCheck(Protocol):
    def check(self, role_arn: str, region: str, needs: Needs) -> None:
        """Return if the role may be used; else raise the AwsError that says why not.

        Called on a thread that may wait, never on the one that serves requests.
        """


class AnyRole:
    """Every role exists and may do everything."""

    def check(self, role_arn: str, region: str, needs: Needs) -> None:
        pass


def refuse_malformed(role_arn: str) -> None:
    """InvalidParameterException for what is no role's ARN."""
    if not _ROLE.fullmatch(role_arn):
        raise InvalidParameterException(not_valid("RoleArn", role_arn, "the ARN of an IAM role"), "RoleArn")
