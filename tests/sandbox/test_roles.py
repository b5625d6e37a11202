"""Roles of exports and streams, looked up in the sandbox's IAM."""

import json
from typing import Any

import pytest

from emulator.errors import AccessDeniedException, InvalidParameterException
from emulator.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Client
from tests.sandbox.test_services import TRUST

OBJECTS = "arn:aws:s3:::journal/*"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/journal"
EXPORTS = {OBJECTS: ("s3:PutObject", "s3:PutObjectAcl")}
STREAMS = {STREAM: ("kinesis:PutRecord", "kinesis:DescribeStream")}
ROLE = "arn:aws:iam::123456789012:role/exporter"


def policy(*actions: str, effect: str = "Allow", resource: str = "*") -> str:
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(client: Client) -> Any:
    """With the role, which trusts QLDB and allows nothing."""
    iam = client("iam")
    iam.create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)
    return iam


def test_role_that_does_not_exist_cannot_be_passed(client: Client, sandbox: Sandbox) -> None:
    """A role that IAM does not have is refused as one that the caller may not pass on."""
    with pytest.raises(AccessDeniedException, match=f"not authorized to perform: iam:PassRole on resource: {ROLE}"):
        sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


def test_role_that_trusts_others_cannot_be_passed(iam: Any, sandbox: Sandbox) -> None:
    """A role that QLDB may not assume is of no use to it."""
    iam.update_assume_role_policy(RoleName="exporter", PolicyDocument=TRUST.replace("qldb.", "lambda."))
    iam.put_role_policy(RoleName="exporter", PolicyName="all", PolicyDocument=policy("*"))

    with pytest.raises(AccessDeniedException, match="iam:PassRole"):
        sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        (EXPORTS, "error validating S3 configuration: AccessDenied .* s3:PutObject on arn:aws:s3:::journal/"),
        (STREAMS, "Response from Kinesis: AccessDeniedException .* kinesis:PutRecord on arn:aws:kinesis"),
    ],
)
def test_role_that_does_not_allow_it_is_refused(iam: Any, sandbox: Sandbox, needs: Any, words: str) -> None:
    """What the role does not allow is told as the answer of the service that would be asked with it."""
    with pytest.raises(InvalidParameterException, match=words):
        sandbox.roles.check(ROLE, "us-east-1", needs)


def test_every_action_is_looked_at(iam: Any, sandbox: Sandbox) -> None:
    """One action that is missing is enough to refuse the role."""
    iam.put_role_policy(RoleName="exporter", PolicyName="put", PolicyDocument=policy("s3:PutObject"))

    with pytest.raises(InvalidParameterException, match="s3:PutObjectAcl"):
        sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


def test_inline_policy_counts(iam: Any, sandbox: Sandbox) -> None:
    """A policy within the role allows what it says, on the resource it says."""
    iam.put_role_policy(RoleName="exporter", PolicyName="put", PolicyDocument=policy("s3:PutObject*", resource=OBJECTS))

    sandbox.roles.check(ROLE, "us-east-1", EXPORTS)
    with pytest.raises(InvalidParameterException):
        sandbox.roles.check(ROLE, "us-east-1", {"arn:aws:s3:::other/*": ("s3:PutObject",)})


def test_attached_policy_counts_in_its_current_version(iam: Any, sandbox: Sandbox) -> None:
    """A managed policy allows what its default version says."""
    arn = iam.create_policy(PolicyName="put", PolicyDocument=policy("s3:*"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="exporter", PolicyArn=arn)
    sandbox.roles.check(ROLE, "us-east-1", EXPORTS)

    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("kinesis:*"), SetAsDefault=True)
    sandbox.roles.check(ROLE, "us-east-1", STREAMS)
    with pytest.raises(InvalidParameterException):
        sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


def test_policy_of_aws_counts(sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies that AWS manages are there to be attached."""
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    sandbox.reset()
    iam = client("iam")
    iam.create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="exporter", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")

    sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


def test_deny_and_boundary_take_away(iam: Any, sandbox: Sandbox) -> None:
    """What a deny or the permissions boundary takes away is not allowed."""
    iam.put_role_policy(RoleName="exporter", PolicyName="all", PolicyDocument=policy("*"))
    iam.put_role_policy(RoleName="exporter", PolicyName="no", PolicyDocument=policy("kinesis:*", effect="Deny"))
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=policy("kinesis:*"))["Policy"]["Arn"]

    sandbox.roles.check(ROLE, "us-east-1", EXPORTS)
    with pytest.raises(InvalidParameterException):
        sandbox.roles.check(ROLE, "us-east-1", STREAMS)
    iam.put_role_permissions_boundary(RoleName="exporter", PermissionsBoundary=boundary)
    with pytest.raises(InvalidParameterException):
        sandbox.roles.check(ROLE, "us-east-1", EXPORTS)


@pytest.mark.parametrize(
    "role", ["arn:aws:iam::999999999999:role/exporter", "arn:aws-moon:iam::123456789012:role/exporter"]
)
def test_role_of_elsewhere_is_not_found(iam: Any, sandbox: Sandbox, role: str) -> None:
    """A role is looked up in its own account and partition."""
    with pytest.raises(AccessDeniedException):
        sandbox.roles.check(role, "us-east-1", EXPORTS)
