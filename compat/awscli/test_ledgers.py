"""`aws qldb`: a ledger's life, tags, pages, errors."""

import os
from collections.abc import Callable

import pytest
from conftest import Aws, CommandFailed


def test_life_of_a_ledger(aws: Aws) -> None:
    """A ledger is created with protection, updated, unprotected, deleted and waited for."""
    name = f"cli-life-{os.getpid()}"
    created = aws("qldb", "create-ledger", "--name", name, "--permissions-mode", "ALLOW_ALL", "--tags", "stage=test")
    assert (created["State"], created["DeletionProtection"]) == ("CREATING", True)
    assert created["Arn"].endswith(f":ledger/{name}")
    aws("qldb", "wait", "ledger-active", "--name", name)

    with pytest.raises(CommandFailed, match=r"ResourcePreconditionNotMetException.*DeleteLedger"):
        aws("qldb", "delete-ledger", "--name", name)
    changed = aws("qldb", "update-ledger-permissions-mode", "--name", name, "--permissions-mode", "STANDARD")
    assert changed["PermissionsMode"] == "STANDARD"
    assert aws("qldb", "update-ledger", "--name", name, "--no-deletion-protection")["DeletionProtection"] is False

    assert aws("qldb", "delete-ledger", "--name", name) is None
    aws("qldb", "wait", "ledger-deleted", "--name", name)


def test_tags(aws: Aws, ledgers: Callable[[], str]) -> None:
    """Tags are added, removed and listed by the ledger's ARN."""
    arn = aws("qldb", "describe-ledger", "--name", ledgers())["Arn"]
    aws("qldb", "tag-resource", "--resource-arn", arn, "--tags", "owner=Ada,stage=test")
    aws("qldb", "untag-resource", "--resource-arn", arn, "--tag-keys", "stage")

    assert aws("qldb", "list-tags-for-resource", "--resource-arn", arn)["Tags"] == {"owner": "Ada"}


def test_lists_are_paged_and_queried(aws: Aws, ledgers: Callable[[], str]) -> None:
    """Pages are followed to the end, and --query sees all of them."""
    mine = {ledgers(), ledgers()}

    listed = aws("qldb", "list-ledgers", "--page-size", "1", "--query", "Ledgers[].Name")

    assert mine <= set(listed)


def test_errors_are_told(aws: Aws) -> None:
    """What the service refuses ends the command with its name, operation and text."""
    with pytest.raises(CommandFailed, match=r"ResourceNotFoundException\) when calling the DescribeLedger") as raised:
        aws("qldb", "describe-ledger", "--name", "nobody")
    assert raised.value.status > 0

    with pytest.raises(CommandFailed, match=r"InvalidParameterException"):
        aws("qldb", "create-ledger", "--name", "no--good", "--permissions-mode", "ALLOW_ALL")


def test_without_the_kit_there_is_no_such_command(aws: Aws) -> None:
    """The newest CLI alone does not know QLDB: what the other tests show is the kit's doing."""
    with pytest.raises(CommandFailed, match=r"(?i)invalid choice"):
        aws("qldb", "list-ledgers", AWS_DATA_PATH="")
