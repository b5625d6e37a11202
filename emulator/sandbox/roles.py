"""Whether a role may be used: it exists in the sandbox's IAM, trusts QLDB, and allows what is needed.

The refusals are those of the developer guide's tables of export and stream errors. It has one for a role that cannot be
passed on; what the role must not do, QLDB there tells as the answer of the service that it asked with the role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from emulator.errors import AccessDeniedException, AwsError, InvalidParameterException
from emulator.sandbox.keys import key_named
from emulator.sandbox.policies import Document, allow, parsed, trusts

_QLDB = "qldb.amazonaws.com"
_S3 = ("S3ExportConfiguration", "QLDB encountered an error validating S3 configuration: {code} {reason}")
_KINESIS = (
    "KinesisConfiguration",
    "QLDB encountered an error validating Kinesis Data Streams: Response from Kinesis: {code} {reason}",
)
_REFUSALS = {"s3": _S3, "kms": _S3, "kinesis": _KINESIS}
"""By the service of the resource: keys are those that exported objects are encrypted with."""
_DENIED = {"s3": "AccessDenied", "kms": "AccessDenied", "kinesis": "AccessDeniedException"}
"""How each service says so."""


class SandboxRoles:
    """A `RoleCheck` of the delivery room."""

    def __init__(self, account_id: str, turn: Callable[[], AbstractContextManager[object]]) -> None:
        """`turn` waits for the turn in moto, and has it loaded."""
        self._account_id = account_id
        self._turn = turn

    def check(self, role_arn: str, region: str, needs: Mapping[str, Sequence[str]]) -> None:
        """Return if the role may do what it needs to; else AccessDeniedException or InvalidParameterException."""
        with self._turn():
            role = _found(role_arn)
            if role is None or not trusts(parsed(role.assume_role_policy_document), _QLDB):
                raise self._not_passed(role_arn)
            groups = _policies(role)
            for resource in needs:
                if _service(resource) == "kms":
                    self._refuse_unusable(resource, region)
        for resource, actions in needs.items():
            for action in actions:
                if not all(allow(documents, action, resource) for documents in groups):
                    raise _not_allowed(role_arn, action, resource)

    def _refuse_unusable(self, key_arn: str, region: str) -> None:
        """What S3 says of a key for objects that KMS does not have, or does not let anybody use. moto takes any."""
        key = key_named(key_arn, region, self._account_id)
        if key is None:
            raise _refusal(key_arn, "KMS.NotFoundException", f"Key '{key_arn}' does not exist")
        if key.key_state != "Enabled":
            raise _refusal(key_arn, "KMS.DisabledException", f"{key.arn} is {key.key_state}.")

    def _not_passed(self, role_arn: str) -> AwsError:
        user = f"arn:{role_arn.split(':', 2)[1]}:iam::{self._account_id}:root"
        return AccessDeniedException(f"User: {user} is not authorized to perform: iam:PassRole on resource: {role_arn}")


def _not_allowed(role_arn: str, action: str, resource: str) -> AwsError:
    reason = f"{role_arn} is not allowed to perform {action} on {resource}"
    return _refusal(resource, _DENIED[_service(resource)], reason)


def _refusal(resource: str, code: str, reason: str) -> AwsError:
    parameter, template = _REFUSALS[_service(resource)]
    return InvalidParameterException(template.format(code=code, reason=reason), parameter)


def _service(resource: str) -> str:
    """The service that an ARN names."""
    return resource.split(":", 3)[2]


def _found(role_arn: str) -> Any:
    from moto.iam.exceptions import NotFoundException  # noqa: PLC0415 - it is loaded by now
    from moto.iam.models import iam_backends  # noqa: PLC0415 - as above

    _, partition, _, _, account_id, _ = role_arn.split(":", 5)
    try:
        return iam_backends[account_id][partition].get_role_by_arn(role_arn)
    except (KeyError, NotFoundException):
        return None


def _policies(role: Any) -> list[list[Document]]:
    """The role's policies, and its permissions boundary if it has one: each group has to allow what is done."""
    from moto.iam.models import iam_backends  # noqa: PLC0415 - as above

    attached = [*role.policies.values(), *map(_current, role.managed_policies.values())]
    groups = [[parsed(document) for document in attached]]
    if role.permissions_boundary_arn:
        managed = iam_backends[role.account_id][role.partition].managed_policies
        boundary = managed.get(role.permissions_boundary_arn)
        groups.append([] if boundary is None else [parsed(_current(boundary))])
    return groups


def _current(policy: Any) -> str | Document:
    """The document of a managed policy's default version."""
    return next((version.document for version in policy.versions if version.is_default), "")
