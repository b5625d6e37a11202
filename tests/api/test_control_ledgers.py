"""The ledger operations, through HTTP with boto3. Sources: the service model and the API reference."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from emulator.testing.controls import Clock

CMK = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def create(qldb_client: Any, name: str = "first", **members: Any) -> Any:
    return qldb_client.create_ledger(
        Name=name, **{"PermissionsMode": "STANDARD", "DeletionProtection": False, **members}
    )


def members(response: Any) -> dict[str, Any]:
    """A response without what boto3 adds to it."""
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


# CreateLedger


def test_new_ledger_is_creating(qldb_client: Any) -> None:
    """The answer says CREATING however soon the ledger is there, and has the model's members."""
    assert members(qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")) == {
        "Name": "first",
        "Arn": "arn:aws:qldb:us-east-1:123456789012:ledger/first",
        "State": "CREATING",
        "CreationDateTime": datetime.fromisoformat("2023-11-14T22:13:20+00:00"),
        "PermissionsMode": "ALLOW_ALL",
        "DeletionProtection": True,
    }


def test_creation_time_has_milliseconds(http: httpx.Client, clock: Clock) -> None:
    """Timestamps are numbers of seconds, with a fraction."""
    clock.advance(951)

    response = http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"})

    assert response.json()["CreationDateTime"] == 1700000000.951


def test_taken_name_is_refused(qldb_client: Any) -> None:
    """A second ledger cannot have the first one's name."""
    create(qldb_client)

    with pytest.raises(qldb_client.exceptions.ResourceAlreadyExistsException) as refused:
        create(qldb_client)
    assert refused.value.response["ResourceType"] == "Ledger"
    assert refused.value.response["ResourceName"] == "first"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_names_are_case_sensitive(qldb_client: Any) -> None:
    """Two names that differ in case are two ledgers."""
    create(qldb_client, "first")
    create(qldb_client, "First")

    assert qldb_client.describe_ledger(Name="First")["Name"] == "First"


def test_sixth_ledger_is_refused(qldb_client: Any) -> None:
    """An account has five active ledgers in a Region (developer guide: limits)."""
    for number in range(5):
        create(qldb_client, f"ledger-{number}")

    with pytest.raises(qldb_client.exceptions.LimitExceededException) as refused:
        create(qldb_client, "one-more")
    assert refused.value.response["ResourceType"] == "Ledger"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_deleted_ledger_makes_room(qldb_client: Any) -> None:
    """Only ledgers that are there count."""
    for number in range(5):
        create(qldb_client, f"ledger-{number}")
    qldb_client.delete_ledger(Name="ledger-0")

    create(qldb_client, "one-more")


@pytest.mark.parametrize("name", ["a--b", "-a", "a-", "1234", "a_b", "a b", "ä", "a" * 33, "a/b", "..", "a\n", "a%2Fb"])
def test_name_breaks_the_pattern(qldb_client: Any, name: str) -> None:
    """Names are checked by the server: boto3 checks none of this."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        create(qldb_client, name)
    assert refused.value.response["ParameterName"] == "Name"
    assert refused.value.response["Error"]["Message"].startswith("The parameter Name is not valid")


@pytest.mark.parametrize("name", ["a", "a" * 32, "1a", "a-1", "A"])
def test_name_fits_the_pattern(qldb_client: Any, name: str) -> None:
    """What the pattern allows is allowed."""
    assert create(qldb_client, name)["Name"] == name


def test_unknown_permissions_mode_is_refused(qldb_client: Any) -> None:
    """Enumerations are checked by the server."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        create(qldb_client, PermissionsMode="SOME")
    assert refused.value.response["ParameterName"] == "PermissionsMode"
    assert "wanted ALLOW_ALL or STANDARD" in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("absent", ["Name", "PermissionsMode"])
@pytest.mark.parametrize("null", [False, True])
def test_required_member_is_absent(http: httpx.Client, absent: str, null: bool) -> None:
    """A member that must be there and is not, or is null, is named."""
    request: dict[str, Any] = {"Name": "first", "PermissionsMode": "STANDARD"}
    request.pop(absent)

    response = http.post("/ledgers", json=request | ({absent: None} if null else {}))

    assert response.status_code == 400
    assert response.headers["x-amzn-ErrorType"] == "InvalidParameterException"
    assert response.json()["ParameterName"] == absent


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({"Name": 1}, "Name: Input should be a valid string, got a number"),
        ({"DeletionProtection": "yes"}, "DeletionProtection: Input should be a valid boolean, got a string"),
        ({"Tags": ["a"]}, "Tags: Input should be an object, got a list"),
        ({"Tags": {"a": 1}}, "got a number"),
    ],
)
def test_member_of_another_type_is_refused(http: httpx.Client, member: dict[str, Any], said: str) -> None:
    """A member of the wrong JSON type cannot be deserialized; the message says what came and what was wanted."""
    response = http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD", **member})

    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (400, "SerializationException")
    assert response.json()["message"].endswith(said)


def test_unknown_members_are_ignored(http: httpx.Client) -> None:
    """A newer client may send more than the model has."""
    response = http.post("/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD", "Colour": "green"})

    assert response.status_code == 200


# Keys


def test_own_key_is_told(qldb_client: Any) -> None:
    """With a customer's key, CreateLedger gives its ARN and DescribeLedger says that it is used."""
    assert create(qldb_client, KmsKey=CMK)["KmsKeyArn"] == CMK
    assert qldb_client.describe_ledger(Name="first")["EncryptionDescription"] == {
        "KmsKeyArn": CMK,
        "EncryptionStatus": "ENABLED",
    }


@pytest.mark.parametrize("key", [None, "AWS_OWNED_KMS_KEY"])
def test_owned_key_is_not_mentioned(qldb_client: Any, key: str | None) -> None:
    """A ledger made with the key that AWS owns says nothing about encryption."""
    assert "KmsKeyArn" not in create(qldb_client, **({"KmsKey": key} if key else {}))
    assert "EncryptionDescription" not in qldb_client.describe_ledger(Name="first")


@pytest.mark.parametrize(
    ("key", "arn"),
    [
        ("1234abcd", "arn:aws:kms:us-east-1:123456789012:key/1234abcd"),
        ("alias/mine", "arn:aws:kms:us-east-1:123456789012:key/"),
        ("arn:aws:kms:eu-west-1:999999999999:alias/mine", "arn:aws:kms:eu-west-1:999999999999:key/"),
    ],
)
def test_key_is_told_as_arn(qldb_client: Any, key: str, arn: str) -> None:
    """Whatever form a key came in, the answer has a key ARN."""
    assert create(qldb_client, KmsKey=key)["KmsKeyArn"].startswith(arn)


@pytest.mark.parametrize("key", ["no key!", "arn:aws:s3:::bucket", "alias/", "k" * 1601])
def test_malformed_key_is_refused(qldb_client: Any, key: str) -> None:
    """What is no key in any form is refused."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        create(qldb_client, KmsKey=key)
    assert refused.value.response["ParameterName"] == "KmsKey"


# DescribeLedger and ListLedgers


def test_ledger_is_described(qldb_client: Any) -> None:
    """The description has the model's members, and no tags."""
    created = members(create(qldb_client, Tags={"a": "b"}))

    assert members(qldb_client.describe_ledger(Name="first")) == created | {"State": "ACTIVE"}


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("describe_ledger", {}),
        ("update_ledger", {}),
        ("update_ledger_permissions_mode", {"PermissionsMode": "STANDARD"}),
        ("delete_ledger", {}),
        ("get_digest", {}),
        ("get_block", {"BlockAddress": {"IonText": "{}"}}),
        ("get_revision", {"BlockAddress": {"IonText": "{}"}, "DocumentId": "0" * 22}),
    ],
)
def test_unknown_ledger_is_not_found(qldb_client: Any, operation: str, arguments: dict[str, Any]) -> None:
    """Every operation on a ledger says so when there is none."""
    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException) as refused:
        getattr(qldb_client, operation)(Name="nobody", **arguments)
    assert refused.value.response["Error"]["Message"] == "The Ledger with name nobody is not found"
    assert refused.value.response["ResourceType"] == "Ledger"
    assert refused.value.response["ResourceName"] == "nobody"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_name_in_path_is_checked(qldb_client: Any) -> None:
    """A name that no ledger can have is not valid, rather than not found, also percent-encoded."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        qldb_client.describe_ledger(Name="../first")
    assert refused.value.response["ParameterName"] == "Name"


def test_ledgers_are_listed_by_name(qldb_client: Any) -> None:
    """A summary has name, state and time; without a further page there is no token."""
    for name in ("b", "a"):
        create(qldb_client, name)

    listed = qldb_client.list_ledgers()

    assert [ledger["Name"] for ledger in listed["Ledgers"]] == ["a", "b"]
    assert listed["Ledgers"][0].keys() == {"Name", "State", "CreationDateTime"}
    assert "NextToken" not in listed


def test_no_ledgers_are_listed(qldb_client: Any) -> None:
    """An empty list is there."""
    assert members(qldb_client.list_ledgers()) == {"Ledgers": []}


def test_pages_cover_the_list(qldb_client: Any) -> None:
    """Page by page, every ledger comes once."""
    names = [f"ledger-{number}" for number in range(5)]
    for name in names:
        create(qldb_client, name)

    pages = [qldb_client.list_ledgers(MaxResults=2)]
    while "NextToken" in pages[-1]:
        pages.append(qldb_client.list_ledgers(MaxResults=2, NextToken=pages[-1]["NextToken"]))

    assert [[ledger["Name"] for ledger in page["Ledgers"]] for page in pages] == [names[:2], names[2:4], names[4:]]


def test_full_last_page_has_no_token(qldb_client: Any) -> None:
    """A page that ends the list exactly is the last."""
    for name in ("a", "b"):
        create(qldb_client, name)

    assert "NextToken" not in qldb_client.list_ledgers(MaxResults=2)


def test_page_token_fits_the_model(qldb_client: Any) -> None:
    """Tokens are 4 to 1024 characters of standard base64."""
    for name in ("a" * 32, "b"):
        create(qldb_client, name)

    token = qldb_client.list_ledgers(MaxResults=1)["NextToken"]

    assert 4 <= len(token) <= 1024
    assert not token.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+/=")


@pytest.mark.parametrize("token", ["abcd", "a", "____", "a" * 1025, "AAAAAAAAAAAAAAAAAAAAAAAA", "ä"])
def test_made_up_token_is_refused(http: httpx.Client, token: str) -> None:
    """A token that no answer had is not valid."""
    response = http.get("/ledgers", params={"next_token": token})

    assert (response.status_code, response.json()["ParameterName"]) == (400, "NextToken")


def test_altered_token_is_refused(qldb_client: Any) -> None:
    """A token is only good as it was given."""
    for name in ("a", "b"):
        create(qldb_client, name)
    token = qldb_client.list_ledgers(MaxResults=1)["NextToken"]

    with pytest.raises(qldb_client.exceptions.InvalidParameterException):
        qldb_client.list_ledgers(NextToken=("B" if token[0] == "A" else "A") + token[1:])


@pytest.mark.parametrize("size", ["0", "101", "-1", "many", "1.5", "", "9" * 5000])
def test_page_size_is_checked(http: httpx.Client, size: str) -> None:
    """A page has 1 to 100 results."""
    response = http.get("/ledgers", params={"max_results": size})

    assert response.status_code == 400
    assert response.headers["x-amzn-ErrorType"] == "InvalidParameterException"
    assert response.json()["ParameterName"] == "MaxResults"


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("/ledgers/-bad/journal-s3-exports", "next_token=!&max_results=0", "Name"),
        ("/ledgers/-bad/journal-s3-exports", "next_token=!", "Name"),
        ("/ledgers/-bad/journal-kinesis-streams", "max_results=0", "LedgerName"),
        ("/ledgers/absent/journal-s3-exports", "next_token=!&max_results=0", "MaxResults"),
        ("/ledgers/absent/journal-s3-exports", "next_token=!", "NextToken"),
        ("/ledgers", "next_token=!&max_results=0", "MaxResults"),
        ("/ledgers/-bad/journal-s3-exports/short", "", "Name"),
        ("/ledgers/absent/journal-s3-exports/short", "", "ExportId"),
    ],
)
def test_first_of_several_mistakes_is_told(http: httpx.Client, path: str, query: str, parameter: str) -> None:
    """What is in the path comes before paging, and how a parameter is formed before what it names."""
    response = http.get(f"{path}?{query}")

    assert response.headers["x-amzn-ErrorType"] == "InvalidParameterException"
    assert response.json()["ParameterName"] == parameter


# UpdateLedger and UpdateLedgerPermissionsMode


def test_protection_is_updated(qldb_client: Any) -> None:
    """The answer has no permissions mode, and no encryption with the key that AWS owns."""
    create(qldb_client)

    updated = qldb_client.update_ledger(Name="first", DeletionProtection=True)

    assert updated["DeletionProtection"] is True
    assert members(updated).keys() == {"Name", "Arn", "State", "CreationDateTime", "DeletionProtection"}
    assert qldb_client.describe_ledger(Name="first")["DeletionProtection"] is True


def test_update_of_nothing_changes_nothing(qldb_client: Any) -> None:
    """Members that are absent stay as they are."""
    create(qldb_client, KmsKey=CMK)
    before = members(qldb_client.describe_ledger(Name="first"))

    qldb_client.update_ledger(Name="first")

    assert members(qldb_client.describe_ledger(Name="first")) == before


def test_new_key_is_updating_first(qldb_client: Any) -> None:
    """A change of key is told as going on, and is done when asked for next."""
    create(qldb_client)

    updated = qldb_client.update_ledger(Name="first", KmsKey=CMK)

    assert updated["EncryptionDescription"] == {"KmsKeyArn": CMK, "EncryptionStatus": "UPDATING"}
    assert qldb_client.describe_ledger(Name="first")["EncryptionDescription"]["EncryptionStatus"] == "ENABLED"


def test_switch_to_owned_key_is_told(qldb_client: Any) -> None:
    """After the switch to the key that AWS owns, its name stands where the ARN did."""
    create(qldb_client, KmsKey=CMK)
    qldb_client.update_ledger(Name="first", KmsKey="AWS_OWNED_KMS_KEY")

    described = qldb_client.describe_ledger(Name="first")

    assert described["EncryptionDescription"]["KmsKeyArn"] == "AWS_OWNED_KMS_KEY"


def test_permissions_mode_is_updated(qldb_client: Any) -> None:
    """Both directions work; the answer has only three members."""
    create(qldb_client)

    for mode in ("ALLOW_ALL", "STANDARD"):
        updated = qldb_client.update_ledger_permissions_mode(Name="first", PermissionsMode=mode)
        assert members(updated) == {
            "Name": "first",
            "Arn": "arn:aws:qldb:us-east-1:123456789012:ledger/first",
            "PermissionsMode": mode,
        }
        assert qldb_client.describe_ledger(Name="first")["PermissionsMode"] == mode


# DeleteLedger


def test_deleted_ledger_is_gone(qldb_client: Any) -> None:
    """A deleted ledger is not found, and its name is free."""
    create(qldb_client)

    assert members(qldb_client.delete_ledger(Name="first")) == {}

    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
        qldb_client.describe_ledger(Name="first")
    assert qldb_client.list_ledgers()["Ledgers"] == []
    create(qldb_client)


def test_protected_ledger_is_not_deleted(qldb_client: Any) -> None:
    """Protection, on unless turned off, stands in the way of deletion."""
    qldb_client.create_ledger(Name="first", PermissionsMode="STANDARD")

    with pytest.raises(qldb_client.exceptions.ResourcePreconditionNotMetException) as refused:
        qldb_client.delete_ledger(Name="first")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412

    qldb_client.update_ledger(Name="first", DeletionProtection=False)
    qldb_client.delete_ledger(Name="first")


@pytest.mark.qldb(ledger_creating_ms=1_000, ledger_deleting_ms=1_000, kms_key_updating_ms=1_000)
class TestSlowly:
    """States that last."""

    def test_ledger_becomes_active(self, qldb_client: Any, clock: Clock) -> None:
        """A ledger is CREATING for as long as the settings say."""
        create(qldb_client)
        clock.advance(999)
        assert qldb_client.describe_ledger(Name="first")["State"] == "CREATING"
        clock.advance(1)
        assert qldb_client.describe_ledger(Name="first")["State"] == "ACTIVE"
        assert qldb_client.list_ledgers()["Ledgers"][0]["State"] == "ACTIVE"

    def test_ledger_being_created_is_in_use(self, qldb_client: Any) -> None:
        """It cannot be deleted yet, protected or not: use is looked at before protection."""
        create(qldb_client, DeletionProtection=True)

        with pytest.raises(qldb_client.exceptions.ResourceInUseException, match="Ledger is being created") as refused:
            qldb_client.delete_ledger(Name="first")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409

    def test_ledger_being_created_has_no_digest_yet(self, qldb_client: Any) -> None:
        """The precondition of every read is an active ledger."""
        create(qldb_client)

        with pytest.raises(qldb_client.exceptions.ResourcePreconditionNotMetException):
            qldb_client.get_digest(Name="first")

    def test_ledger_being_created_is_updated(self, qldb_client: Any) -> None:
        """Updates need not wait."""
        create(qldb_client)

        assert qldb_client.update_ledger(Name="first", DeletionProtection=True)["State"] == "CREATING"

    def test_ledger_is_deleting(self, qldb_client: Any, clock: Clock) -> None:
        """While it is being deleted a ledger is shown, and to all else it is not there or in use."""
        create(qldb_client)
        clock.advance(1_000)
        qldb_client.delete_ledger(Name="first")

        assert qldb_client.describe_ledger(Name="first")["State"] == "DELETING"
        assert qldb_client.list_ledgers()["Ledgers"][0]["State"] == "DELETING"
        with pytest.raises(qldb_client.exceptions.ResourceInUseException, match="Ledger is being deleted"):
            qldb_client.delete_ledger(Name="first")
        with pytest.raises(qldb_client.exceptions.ResourceInUseException):
            create(qldb_client)
        with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
            qldb_client.get_digest(Name="first")
        with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
            qldb_client.update_ledger(Name="first")
        clock.advance(1_000)
        with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
            qldb_client.describe_ledger(Name="first")

    def test_key_is_updating(self, qldb_client: Any, clock: Clock) -> None:
        """A change of key takes as long as the settings say."""
        create(qldb_client)
        qldb_client.update_ledger(Name="first", KmsKey=CMK)

        assert qldb_client.describe_ledger(Name="first")["EncryptionDescription"]["EncryptionStatus"] == "UPDATING"
        clock.advance(1_000)
        assert qldb_client.describe_ledger(Name="first")["EncryptionDescription"]["EncryptionStatus"] == "ENABLED"
