"""Tags, through HTTP with boto3. Sources: the service model and the service authorization reference."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from emulator.runtime import Emulator

LEDGER = "arn:aws:qldb:us-east-1:123456789012:ledger/first"
CATALOG = f"{LEDGER}/information_schema/user_tables"


@pytest.fixture(autouse=True)
def ledger(qldb: Any) -> None:
    qldb.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False, Tags={"team": "blue"})


def make_table(emulator: Emulator, tags: dict[str, str | None] | None = None) -> str:
    """A table's ARN."""
    ledger = emulator.account().ledgers.connect("first")
    transaction = ledger.begin()
    transaction.begin_statement("CREATE TABLE Person")
    table_id = transaction.create_table("Person", tags or {})
    ledger.commit(transaction)
    return f"{LEDGER}/table/{table_id}"


def tags(qldb: Any, arn: str = LEDGER) -> Any:
    return qldb.list_tags_for_resource(ResourceArn=arn)["Tags"]


def test_ledger_starts_with_tags(qldb: Any) -> None:
    """Tags may come with CreateLedger."""
    assert tags(qldb) == {"team": "blue"}


def test_tags_are_added(qldb: Any) -> None:
    """New tags stand beside the old; the answer is empty."""
    response = qldb.tag_resource(ResourceArn=LEDGER, Tags={"cost": "low", "Team": ""})

    assert response.keys() == {"ResponseMetadata"}
    assert tags(qldb) == {"team": "blue", "cost": "low", "Team": ""}


def test_tag_gets_a_new_value(qldb: Any) -> None:
    """A key that is there is overwritten: Terraform, tested on the service, relies on it."""
    qldb.tag_resource(ResourceArn=LEDGER, Tags={"team": "red"})

    assert tags(qldb) == {"team": "red"}


def test_tags_are_removed(qldb: Any) -> None:
    """Keys that are not there are no matter."""
    qldb.tag_resource(ResourceArn=LEDGER, Tags={"a": "1", "b": "2"})
    qldb.untag_resource(ResourceArn=LEDGER, TagKeys=["a", "team", "absent"])

    assert tags(qldb) == {"b": "2"}


def test_value_may_be_null(http: httpx.Client, qldb: Any) -> None:
    """A tag without a value is listed without one."""
    path = f"/tags/{quote(LEDGER, safe='')}"
    assert http.post(path, json={"Tags": {"bare": None}}).status_code == 200

    assert http.get(path).json() == {"Tags": {"bare": None, "team": "blue"}}
    assert tags(qldb)["bare"] is None


def test_plain_and_encoded_arns_are_the_same(http: httpx.Client) -> None:
    """SDKs encode the ARN's colons and slashes; people typing it do not."""
    assert http.get(f"/tags/{LEDGER}").json() == http.get(f"/tags/{quote(LEDGER, safe='')}").json()


def test_table_has_tags(qldb: Any, emulator: Emulator) -> None:
    """A table's tags are not its ledger's."""
    arn = make_table(emulator)
    qldb.tag_resource(ResourceArn=arn, Tags={"a": "b"})

    assert tags(qldb, arn) == {"a": "b"}
    assert tags(qldb) == {"team": "blue"}


def test_table_starts_with_tags(qldb: Any, emulator: Emulator) -> None:
    """Tags may come with CREATE TABLE."""
    assert tags(qldb, make_table(emulator, {"a": "b", "bare": None})) == {"a": "b", "bare": None}


def test_catalog_has_tags(qldb: Any) -> None:
    """The catalog is a resource of its own."""
    qldb.tag_resource(ResourceArn=CATALOG, Tags={"a": "b"})

    assert tags(qldb, CATALOG) == {"a": "b"}


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
def test_absent_resource_is_not_found(qldb: Any, arn: str, resource_type: str) -> None:
    """An ARN of the right form that names nothing here is not found."""
    with pytest.raises(qldb.exceptions.ResourceNotFoundException) as refused:
        tags(qldb, arn)
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
def test_malformed_arn_is_not_valid(qldb: Any, arn: str) -> None:
    """What is no ARN of a taggable resource is refused by its form."""
    with pytest.raises(qldb.exceptions.InvalidParameterException) as refused:
        tags(qldb, arn)
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
def test_tag_breaks_a_rule(qldb: Any, wrong: dict[str, str]) -> None:
    """Tags are checked when added and when a ledger is made, and nothing is changed then."""
    for operation, arguments in (
        (qldb.tag_resource, {"ResourceArn": LEDGER}),
        (qldb.create_ledger, {"Name": "second", "PermissionsMode": "STANDARD"}),
    ):
        with pytest.raises(qldb.exceptions.InvalidParameterException) as refused:
            operation(**arguments, Tags=wrong)
        assert refused.value.response["ParameterName"] == "Tags"
    assert tags(qldb) == {"team": "blue"}
    assert len(qldb.list_ledgers()["Ledgers"]) == 1


def test_empty_key_is_refused(http: httpx.Client) -> None:
    """A key has at least one character."""
    response = http.post(f"/tags/{LEDGER}", json={"Tags": {"": "a"}})

    assert (response.status_code, response.json()["ParameterName"]) == (400, "Tags")


def test_fifty_tags_are_the_most(qldb: Any) -> None:
    """A resource has up to fifty tags; overwriting adds none."""
    qldb.tag_resource(ResourceArn=LEDGER, Tags={f"key-{number}": "" for number in range(49)})
    qldb.tag_resource(ResourceArn=LEDGER, Tags={"team": "red"})

    with pytest.raises(qldb.exceptions.InvalidParameterException):
        qldb.tag_resource(ResourceArn=LEDGER, Tags={"one-more": ""})
    assert len(tags(qldb)) == 50


@pytest.mark.parametrize("keys", [["k" * 129], [f"key-{number}" for number in range(201)]])
def test_keys_to_remove_break_a_rule(qldb: Any, keys: list[str]) -> None:
    """Keys have a length, and a request has a number of them."""
    with pytest.raises(qldb.exceptions.InvalidParameterException) as refused:
        qldb.untag_resource(ResourceArn=LEDGER, TagKeys=keys)
    assert refused.value.response["ParameterName"] == "TagKeys"


def test_keys_to_remove_are_absent(http: httpx.Client) -> None:
    """UntagResource must name keys."""
    response = http.delete(f"/tags/{LEDGER}")

    assert (response.status_code, response.json()["ParameterName"]) == (400, "TagKeys")


def test_new_ledger_of_an_old_name_has_no_tags(qldb: Any) -> None:
    """Tags go with the ledger."""
    qldb.delete_ledger(Name="first")
    qldb.create_ledger(Name="first", PermissionsMode="STANDARD")

    assert tags(qldb) == {}
