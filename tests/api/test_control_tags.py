"""Tags, through HTTP with boto3. Sources: the service model and the service authorization reference."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from emulator.testing import Qldb

LEDGER = "arn:aws:qldb:us-east-1:123456789012:ledger/first"
CATALOG = f"{LEDGER}/information_schema/user_tables"


@pytest.fixture(autouse=True)
def ledger(qldb_client: Any) -> None:
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False, Tags={"team": "blue"})


def make_table(qldb: Qldb, tags: str = "{}") -> str:
    """A table's ARN."""
    (table,) = qldb.run(f"CREATE TABLE Person WITH (aws_tags = `{tags}`)", ledger="first")
    return f"{LEDGER}/table/{table['tableId']}"


def tags(qldb_client: Any, arn: str = LEDGER) -> Any:
    return qldb_client.list_tags_for_resource(ResourceArn=arn)["Tags"]


def test_ledger_starts_with_tags(qldb_client: Any) -> None:
    """Tags may come with CreateLedger."""
    assert tags(qldb_client) == {"team": "blue"}


def test_tags_are_added(qldb_client: Any) -> None:
    """New tags stand beside the old; the answer is empty."""
    response = qldb_client.tag_resource(ResourceArn=LEDGER, Tags={"cost": "low", "Team": ""})

    assert response.keys() == {"ResponseMetadata"}
    assert tags(qldb_client) == {"team": "blue", "cost": "low", "Team": ""}


def test_tag_gets_a_new_value(qldb_client: Any) -> None:
    """A key that is there is overwritten: Terraform, tested on the service, relies on it."""
    qldb_client.tag_resource(ResourceArn=LEDGER, Tags={"team": "red"})

    assert tags(qldb_client) == {"team": "red"}


def test_tags_are_removed(qldb_client: Any) -> None:
    """Keys that are not there are no matter."""
    qldb_client.tag_resource(ResourceArn=LEDGER, Tags={"a": "1", "b": "2"})
    qldb_client.untag_resource(ResourceArn=LEDGER, TagKeys=["a", "team", "absent"])

    assert tags(qldb_client) == {"b": "2"}


def test_value_may_be_null(http: httpx.Client, qldb_client: Any) -> None:
    """A tag without a value is listed without one."""
    path = f"/tags/{quote(LEDGER, safe='')}"
    assert http.post(path, json={"Tags": {"bare": None}}).status_code == 200

    assert http.get(path).json() == {"Tags": {"bare": None, "team": "blue"}}
    assert tags(qldb_client)["bare"] is None


def test_plain_and_encoded_arns_are_the_same(http: httpx.Client) -> None:
    """SDKs encode the ARN's colons and slashes; people typing it do not."""
    assert http.get(f"/tags/{LEDGER}").json() == http.get(f"/tags/{quote(LEDGER, safe='')}").json()


def test_table_has_tags(qldb_client: Any, qldb: Qldb) -> None:
    """A table's tags are not its ledger's."""
    arn = make_table(qldb)
    qldb_client.tag_resource(ResourceArn=arn, Tags={"a": "b"})

    assert tags(qldb_client, arn) == {"a": "b"}
    assert tags(qldb_client) == {"team": "blue"}


def test_table_starts_with_tags(qldb_client: Any, qldb: Qldb) -> None:
    """Tags may come with CREATE TABLE."""
    assert tags(qldb_client, make_table(qldb, "{a: b, bare: null}")) == {"a": "b", "bare": None}


def test_catalog_has_tags(qldb_client: Any) -> None:
    """The catalog is a resource of its own."""
    qldb_client.tag_resource(ResourceArn=CATALOG, Tags={"a": "b"})

    assert tags(qldb_client, CATALOG) == {"a": "b"}


@pytest.mark.parametrize(
    ("arn", "resource_type"),
    [
        ("arn:aws:qldb:us-east-1:123456789012:ledger/nobody", "Ledger"),
        (f"{LEDGER}/table/{'0' * 22}", "Table"),
        (f"arn:aws:qldb:us-east-1:123456789012:stream/first/{'0' * 22}", "Stream"),
        ("arn:aws:qldb:eu-west-1:123456789012:ledger/first", "Ledger"),
        ("arn:aws:qldb:us-east-1:999999999999:ledger/first", "Ledger"),
        ("arn:aws:qldb:us-east-1:123456789012:ledger/nobody/information_schema/user_tables", "Ledger"),
    ],
)
def test_absent_resource_is_not_found(qldb_client: Any, arn: str, resource_type: str) -> None:
    """An ARN of the right form that names nothing here is not found."""
    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException) as refused:
        tags(qldb_client, arn)
    assert refused.value.response["ResourceType"] in {resource_type, "Catalog"}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::a-bucket-of-mine",
        "arn:aws:qldb:us-east-1:123456789012:export/first",
        f"{LEDGER}/table/short",
        f"{LEDGER}/../../etc/passwd",
        "x" * 20,
        LEDGER + "a" * 1600,
    ],
)
def test_malformed_arn_is_not_valid(qldb_client: Any, arn: str) -> None:
    """What is no ARN of a taggable resource is refused by its form."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        tags(qldb_client, arn)
    assert refused.value.response["ParameterName"] == "ResourceArn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aws:team": "a"},
        {"AWS:team": "a"},
        {"k" * 129: "a"},
        {"a": "v" * 257},
        {"a\n": "b"},
        {"a": "b!"},
        {f"key-{number}": "" for number in range(201)},
    ],
)
def test_tag_breaks_a_rule(qldb_client: Any, wrong: dict[str, str]) -> None:
    """Tags are checked when added and when a ledger is made, and nothing is changed then."""
    for operation, arguments in (
        (qldb_client.tag_resource, {"ResourceArn": LEDGER}),
        (qldb_client.create_ledger, {"Name": "second", "PermissionsMode": "STANDARD"}),
    ):
        with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
            operation(**arguments, Tags=wrong)
        assert refused.value.response["ParameterName"] == "Tags"
    assert tags(qldb_client) == {"team": "blue"}
    assert len(qldb_client.list_ledgers()["Ledgers"]) == 1


def test_empty_key_is_refused(http: httpx.Client) -> None:
    """A key has at least one character."""
    response = http.post(f"/tags/{LEDGER}", json={"Tags": {"": "a"}})

    assert (response.status_code, response.json()["ParameterName"]) == (400, "Tags")


def test_fifty_tags_are_the_most(qldb_client: Any) -> None:
    """A resource has up to fifty tags; overwriting adds none."""
    qldb_client.tag_resource(ResourceArn=LEDGER, Tags={f"key-{number}": "" for number in range(49)})
    qldb_client.tag_resource(ResourceArn=LEDGER, Tags={"team": "red"})

    with pytest.raises(qldb_client.exceptions.InvalidParameterException):
        qldb_client.tag_resource(ResourceArn=LEDGER, Tags={"one-more": ""})
    assert len(tags(qldb_client)) == 50


@pytest.mark.parametrize("keys", [["k" * 129], [f"key-{number}" for number in range(201)]])
def test_keys_to_remove_break_a_rule(qldb_client: Any, keys: list[str]) -> None:
    """Keys have a length, and a request has a number of them."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        qldb_client.untag_resource(ResourceArn=LEDGER, TagKeys=keys)
    assert refused.value.response["ParameterName"] == "TagKeys"


def test_keys_to_remove_are_absent(http: httpx.Client) -> None:
    """UntagResource must name keys."""
    response = http.delete(f"/tags/{LEDGER}")

    assert (response.status_code, response.json()["ParameterName"]) == (400, "TagKeys")


def test_new_ledger_of_an_old_name_has_no_tags(qldb_client: Any) -> None:
    """Tags go with the ledger."""
    qldb_client.delete_ledger(Name="first")
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD")

    assert tags(qldb_client) == {}
