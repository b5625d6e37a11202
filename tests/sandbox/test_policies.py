"""What policy documents allow."""

from typing import Any

import pytest

from emulator.sandbox.policies import allow, parsed, trusts

OBJECT = "arn:aws:s3:::journal/exports/1"
QLDB = "qldb.amazonaws.com"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allowed(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", **elements}


def denied(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Deny", **elements}


ANYTHING = allowed(Action="*", Resource="*")


@pytest.mark.parametrize(
    "statement",
    [
        ANYTHING,
        allowed(Action="s3:PutObject", Resource=OBJECT),
        allowed(Action=["s3:GetObject", "S3:putobject"], Resource=["arn:aws:s3:::other/*", OBJECT]),
        allowed(Action="s3:Put*", Resource="arn:aws:s3:::journal/*"),
        allowed(Action="s3:P?tObject", Resource="arn:aws:s3:::journal/?xports/1"),
        allowed(NotAction="s3:DeleteObject", NotResource="arn:aws:s3:::other/*"),
        allowed(Action="*", Resource="*", Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
    ],
)
def test_allows(statement: dict[str, Any]) -> None:
    """A statement that covers action and resource allows it: by name, in a list, by wildcard or by opposite."""
    assert allow([document(statement)], "s3:PutObject", OBJECT)


@pytest.mark.parametrize(
    "statement",
    [
        allowed(Action="s3:PutObjectAcl", Resource="*"),
        allowed(Action="s3:PutObject", Resource="arn:aws:s3:::Journal/*"),
        allowed(Action="s3:PutObject", Resource="arn:aws:s3:::journal"),
        allowed(Action="s3:PutObject"),
        allowed(Resource="*"),
        allowed(NotAction="s3:*", Resource="*"),
        allowed(NotResource="arn:aws:s3:::journal/*", Action="*"),
        allowed(Action="s3.PutObject", Resource="*"),
        {"Effect": "allow", "Action": "*", "Resource": "*"},
    ],
)
def test_does_not_allow(statement: dict[str, Any]) -> None:
    """What no statement covers is not allowed."""
    assert not allow([document(statement)], "s3:PutObject", OBJECT)


def test_deny_goes_before_allow() -> None:
    """An explicit deny in any document wins, and one with conditions does not count."""
    deny = denied(Action="s3:Put*", Resource="*")

    assert not allow([document(ANYTHING), document(deny)], "s3:PutObject", OBJECT)
    assert allow(
        [document(ANYTHING, {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}})], "s3:PutObject", OBJECT
    )


@pytest.mark.parametrize("broken", ["", "no JSON", "[]", '{"Statement": "x"}', '{"Statement": [1]}', "{}"])
def test_broken_document_allows_nothing(broken: str) -> None:
    """What is no policy document allows nothing, and breaks nothing."""
    assert not allow([parsed(broken)], "s3:PutObject", OBJECT)
    assert not trusts(parsed(broken), QLDB)


@pytest.mark.parametrize(
    "principal", [{"Service": QLDB}, {"Service": ["lambda.amazonaws.com", QLDB]}, "*", {"AWS": "*"}]
)
def test_trusts(principal: Any) -> None:
    """A trust policy that names the service, alone or among others, or everybody, lets it assume the role."""
    assert trusts(document(allowed(Action="sts:AssumeRole", Principal=principal)), QLDB)
    assert trusts(document(allowed(Action=["sts:AssumeRole", "sts:TagSession"], Principal=principal)), QLDB)


@pytest.mark.parametrize(
    "statement",
    [
        allowed(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}),
        allowed(Action="sts:AssumeRole", Principal={"AWS": "arn:aws:iam::123456789012:root"}),
        allowed(Action="sts:TagSession", Principal={"Service": QLDB}),
        denied(Action="sts:AssumeRole", Principal={"Service": QLDB}),
        allowed(Action="sts:AssumeRole", NotPrincipal={"Service": QLDB}),
    ],
)
def test_does_not_trust(statement: dict[str, Any]) -> None:
    """A trust policy that does not let the service assume the role is no trust."""
    assert not trusts(document(statement), QLDB)
