"""CREATE TABLE with tags, through both services with boto3. Source: developer guide, working.manage-tables."""

from typing import Any

import pytest

from tests.api.driving import Driver

ARN = "arn:aws:qldb:us-east-1:123456789012:ledger/ledger/table/{table_id}"
Refused = tuple[Any, str]


def create(qldb_client: Any, qldb_session_client: Any, permissions_mode: str = "STANDARD") -> Driver:
    qldb_client.create_ledger(Name="ledger", PermissionsMode=permissions_mode)
    return Driver(qldb_session_client)


def tags_of(qldb_client: Any, table_id: object) -> Any:
    return qldb_client.list_tags_for_resource(ResourceArn=ARN.format(table_id=table_id))["Tags"]


def refusal(driver: Driver, statement: str) -> str:
    """Why a statement is refused; the table is not there then."""
    driver.start()
    with pytest.raises(driver.client.exceptions.BadRequestException) as refused:
        driver.execute(statement)
    driver.abort()
    assert driver.transact("SELECT * FROM information_schema.user_tables") == []
    return str(refused.value.response["Error"]["Message"])


def test_a_table_has_its_tags_from_the_start(qldb_client: Any, qldb_session_client: Any) -> None:
    """Keys and values may be symbols, as the guide writes them, or strings; null is a tag without a value."""
    driver = create(qldb_client, qldb_session_client)
    statement = "CREATE TABLE Person WITH (aws_tags = `{'team': 'blue', \"cost\": \"low\", bare: null}`)"
    (row,) = driver.transact(statement)

    assert tags_of(qldb_client, row["tableId"]) == {"team": "blue", "cost": "low", "bare": None}  # type: ignore[call-overload, index]


def test_no_tags_are_no_tags(qldb_client: Any, qldb_session_client: Any) -> None:
    """An empty struct is allowed in every ledger."""
    driver = create(qldb_client, qldb_session_client, "ALLOW_ALL")
    (row,) = driver.transact("CREATE TABLE Person WITH (aws_tags = `{}`)")

    assert tags_of(qldb_client, row["tableId"]) == {}  # type: ignore[call-overload, index]


def test_an_aborted_creation_tags_nothing(qldb_client: Any, qldb_session_client: Any) -> None:
    """What is not committed leaves no tags."""
    driver = create(qldb_client, qldb_session_client)
    driver.start()
    driver.execute("CREATE TABLE Person WITH (aws_tags = `{a: b}`)")
    driver.abort()

    assert driver.transact("SELECT * FROM information_schema.user_tables") == []


def test_tags_need_the_standard_mode(qldb_client: Any, qldb_session_client: Any) -> None:
    """In ALLOW_ALL they are refused, and possible as soon as the mode is STANDARD."""
    driver = create(qldb_client, qldb_session_client, "ALLOW_ALL")
    statement = "CREATE TABLE Person WITH (aws_tags = `{a: b}`)"
    message = refusal(driver, statement)
    assert message == (
        "A table can get tags when it is created in ledgers with the permissions mode STANDARD; "
        "Ledger ledger has ALLOW_ALL"
    )
    qldb_client.update_ledger_permissions_mode(Name="ledger", PermissionsMode="STANDARD")
    (row,) = driver.transact(statement)

    assert tags_of(qldb_client, row["tableId"]) == {"a": "b"}  # type: ignore[call-overload, index]


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("{'aws:a': b}", "without the reserved prefix aws:"),
        ("{'': b}", "keys of 1 to 128 characters"),
        (f"{{{'k' * 129}: b}}", "keys of 1 to 128 characters"),
        (f"{{k: '{'v' * 257}'}}", "values of at most 256 characters"),
        ("{'a!': b}", "letters, spaces, digits"),
        (f"{{{', '.join(f'k{number}: v' for number in range(51))}}}", "at most 50"),
        ("{a: 1}", "aws_tags is a struct of keys and text values"),
        ("[a]", "aws_tags is a struct of keys and text values"),
    ],
)
def test_tags_follow_the_rules(qldb_client: Any, qldb_session_client: Any, tags: str, said: str) -> None:
    """The rules of TagResource, told as errors of a statement."""
    assert said in refusal(create(qldb_client, qldb_session_client), f"CREATE TABLE Person WITH (aws_tags = `{tags}`)")
