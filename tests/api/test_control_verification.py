"""GetDigest, GetBlock and GetRevision, through HTTP with boto3. What is proven how is tested with the ledger."""

from typing import Any

import httpx
import pytest

from emulator.testing import Qldb

pytestmark = pytest.mark.qldb(ledger="first")


@pytest.fixture
def strand_id(qldb: Qldb) -> str:
    return str(qldb.journal()[0]["blockAddress"]["strandId"])


@pytest.fixture
def document_id(qldb: Qldb) -> str:
    """A document, inserted in the block after the one that made its table."""
    qldb.run("CREATE TABLE Person")
    (inserted,) = qldb.run("INSERT INTO Person {'name': 'Ada'}")
    return str(inserted["documentId"])


def address(strand_id: str, sequence_no: int) -> dict[str, str]:
    return {"IonText": f'{{strandId:"{strand_id}",sequenceNo:{sequence_no}}}'}


def test_new_ledger_has_a_digest(qldb_client: Any, strand_id: str) -> None:
    """The first block is there from creation: 32 bytes, and the tip as compact Ion text."""
    digest = qldb_client.get_digest(Name="first")

    assert len(digest["Digest"]) == 32
    assert digest["DigestTipAddress"] == address(strand_id, 0)


def test_digest_request_has_no_media_type(http: httpx.Client, strand_id: str) -> None:
    """botocore sends GetDigest without body and Content-Type."""
    response = http.post("/ledgers/first/digest")

    assert response.status_code == 200
    assert response.json().keys() == {"Digest", "DigestTipAddress"}


def test_block_has_a_proof_with_a_tip(qldb_client: Any, strand_id: str, document_id: str) -> None:
    """The proof is there only when a tip was given."""
    tip = qldb_client.get_digest(Name="first")["DigestTipAddress"]

    bare = qldb_client.get_block(Name="first", BlockAddress=address(strand_id, 1))
    proven = qldb_client.get_block(Name="first", BlockAddress=address(strand_id, 1), DigestTipAddress=tip)

    assert "Proof" not in bare
    assert proven["Proof"]["IonText"].startswith("[{{")
    assert proven["Block"] == bare["Block"]
    assert bare["Block"]["IonText"].startswith(f'{{blockAddress:{{strandId:"{strand_id}",sequenceNo:1}},')


def test_revision_has_a_proof_with_a_tip(qldb_client: Any, strand_id: str, document_id: str) -> None:
    """A revision is found by its block and its document."""
    where = {"Name": "first", "BlockAddress": address(strand_id, 2), "DocumentId": document_id}

    bare = qldb_client.get_revision(**where)
    proven = qldb_client.get_revision(**where, DigestTipAddress=address(strand_id, 2))

    assert "Proof" not in bare
    assert proven["Proof"]["IonText"].startswith("[{{")
    assert 'data:{name:"Ada"}' in proven["Revision"]["IonText"]


@pytest.mark.parametrize("text", ["{", "[]", "{strandId:1}", "x", '{strandId:"a",sequenceNo:-1}'])
def test_malformed_address_is_refused(qldb_client: Any, strand_id: str, text: str) -> None:
    """An address is a struct with a strand and a sequence number."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as refused:
        qldb_client.get_block(Name="first", BlockAddress={"IonText": text})
    assert refused.value.response["ParameterName"] == "BlockAddress"


def test_block_beyond_the_end_is_refused(qldb_client: Any, strand_id: str) -> None:
    """There is no block there yet."""
    with pytest.raises(
        qldb_client.exceptions.InvalidParameterException, match="beyond the strand's latest committed record"
    ):
        qldb_client.get_block(Name="first", BlockAddress=address(strand_id, 7))


def test_document_of_another_block_is_refused(qldb_client: Any, strand_id: str, document_id: str) -> None:
    """A revision is where it was written and nowhere else."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="was not found in the block"):
        qldb_client.get_revision(Name="first", BlockAddress=address(strand_id, 1), DocumentId=document_id)


@pytest.mark.parametrize("document_id", ["0" * 23, "!" * 22])
def test_malformed_document_id_is_refused(qldb_client: Any, strand_id: str, document_id: str) -> None:
    """A unique id has 22 letters and digits, and what has not is not looked for."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="22 letters and digits") as refused:
        qldb_client.get_revision(Name="first", BlockAddress=address(strand_id, 0), DocumentId=document_id)
    assert refused.value.response["ParameterName"] == "DocumentId"


@pytest.mark.parametrize(
    ("request_body", "parameter"),
    [
        ({}, "BlockAddress"),
        ({"BlockAddress": None}, "BlockAddress"),
        ({"BlockAddress": {}}, "IonText"),
        ({"BlockAddress": {"IonText": ""}}, "BlockAddress"),
        ({"BlockAddress": {"IonText": "x" * 4_097}}, "BlockAddress"),
    ],
)
def test_address_breaks_the_model(
    http: httpx.Client, strand_id: str, request_body: dict[str, Any], parameter: str
) -> None:
    """What the model requires or limits is checked before any Ion is read."""
    response = http.post("/ledgers/first/block", json=request_body)

    assert response.headers["x-amzn-ErrorType"] == "InvalidParameterException"
    assert response.json()["ParameterName"] == parameter


def test_binary_value_is_no_address(http: httpx.Client, strand_id: str) -> None:
    """The control plane's ValueHolder has Ion text alone."""
    response = http.post("/ledgers/first/block", json={"BlockAddress": {"IonBinary": "4AEA6g=="}})

    assert response.status_code == 400
