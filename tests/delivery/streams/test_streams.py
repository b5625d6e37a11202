"""What a stream delivers, from when to when, and what Describe says of it meanwhile."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.delivery.streams.aggregation import MAGIC
from emulator.ion.text import write_text
from emulator.runtime import Emulator
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.streams.conftest import add
from tests.delivery.streams.fickle_kinesis import FickleKinesis
from tests.delivery.streams.streaming import (
    KINESIS_ARN,
    ROLE,
    becomes,
    described,
    kinds,
    moment,
    rebuilt_blocks,
    stream,
    user_records,
)
from tests.timing import eventually

ALL = [
    "CREATED",
    "BLOCK_SUMMARY 1",
    *(f"{kind} {number}" for number in (2, 3, 4) for kind in ("BLOCK_SUMMARY", "REVISION_DETAILS")),
]
DAY_MS = 86_400_000


def came(kinesis: FickleKinesis) -> list[str]:
    return kinds(user_records(kinesis.records))


def arrive(kinesis: FickleKinesis, wanted: list[str]) -> None:
    assert eventually(lambda: len(came(kinesis)) >= len(wanted)), f"{wanted} are there"
    assert came(kinesis) == wanted


@pytest.mark.parametrize("aggregated", [False, True])
def test_journal_is_replayed_in_order(qldb_client: Any, ledger: str, kinesis: FickleKinesis, aggregated: bool) -> None:
    """CREATED, and then each block's summary and revisions; the genesis, which no user made, is left out."""
    stream(qldb_client, ledger, "mine", aggregated=aggregated)

    arrive(kinesis, ALL)
    assert all(record["Data"].startswith(MAGIC) == aggregated for record in kinesis.records)


def test_blocks_can_be_rebuilt(qldb_client: Any, ledger: str, qldb: Qldb, kinesis: FickleKinesis) -> None:
    """Revisions in the place of their summaries give the blocks of the journal, to the byte."""
    stream(qldb_client, ledger, "mine")
    arrive(kinesis, ALL)

    found = rebuilt_blocks(user_records(kinesis.records))
    assert list(map(write_text, found)) == list(map(write_text, qldb.blocks(start=1)))


def test_commits_are_streamed_as_they_come(
    qldb_client: Any, ledger: str, qldb: Qldb, clock: Clock, kinesis: FickleKinesis
) -> None:
    """A stream without an end stays ACTIVE and delivers what is committed later."""
    stream_id = stream(qldb_client, ledger, "mine")
    arrive(kinesis, ALL)

    add(qldb, 3)

    arrive(kinesis, [*ALL, "BLOCK_SUMMARY 5", "REVISION_DETAILS 5"])
    assert described(qldb_client, ledger, stream_id)["Status"] == "ACTIVE"


def test_start_chooses_the_first_block(qldb_client: Any, ledger: str, clock: Clock, kinesis: FickleKinesis) -> None:
    """Blocks before the start are not in it; a start before the ledger is that of the ledger."""
    stream(qldb_client, ledger, "mine", start_ms=clock.now_ms() - 61_000)

    arrive(kinesis, ["CREATED", "BLOCK_SUMMARY 3", "REVISION_DETAILS 3", "BLOCK_SUMMARY 4", "REVISION_DETAILS 4"])


def test_end_in_the_past_completes_at_once(qldb_client: Any, ledger: str, clock: Clock, kinesis: FickleKinesis) -> None:
    """The block at the end time is not in it; COMPLETED is last."""
    stream_id = stream(qldb_client, ledger, "mine", end_ms=clock.now_ms() - 61_000)

    becomes(qldb_client, ledger, stream_id, "COMPLETED")
    arrive(kinesis, [*ALL[:4], "COMPLETED"])


def test_end_in_the_future_completes_when_it_has_come(
    qldb_client: Any, ledger: str, qldb: Qldb, clock: Clock, kinesis: FickleKinesis
) -> None:
    """Until then the stream is ACTIVE; what is committed at the end or later is not in it."""
    stream_id = stream(qldb_client, ledger, "mine", end_ms=clock.now_ms() + 2_000)
    arrive(kinesis, ALL)
    add(qldb, 3)
    arrive(kinesis, [*ALL, "BLOCK_SUMMARY 5", "REVISION_DETAILS 5"])
    assert described(qldb_client, ledger, stream_id)["Status"] == "ACTIVE"

    add(qldb, 4)

    becomes(qldb_client, ledger, stream_id, "COMPLETED")
    arrive(kinesis, [*ALL, "BLOCK_SUMMARY 5", "REVISION_DETAILS 5", "COMPLETED"])


def test_cancelled_stream_just_stops(
    qldb_client: Any, ledger: str, qldb: Qldb, clock: Clock, kinesis: FickleKinesis
) -> None:
    """No record says so, nothing more comes, and it cannot be cancelled again."""
    stream_id = stream(qldb_client, ledger, "mine")
    arrive(kinesis, ALL)

    assert qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)["StreamId"] == stream_id

    assert described(qldb_client, ledger, stream_id)["Status"] == "CANCELED"
    with pytest.raises(qldb_client.exceptions.ResourcePreconditionNotMetException, match="its status is CANCELED"):
        qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)
    add(qldb, 3)
    second = stream(qldb_client, ledger, "mine", start_ms=clock.now_ms())
    arrive(kinesis, [*ALL, "CREATED", "BLOCK_SUMMARY 5", "REVISION_DETAILS 5"])
    assert second != stream_id


def test_stream_is_described(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """Everything that was asked for, and what became of it."""
    stream_id = stream(qldb_client, ledger, "mine", aggregated=True, end_ms=clock.now_ms() + DAY_MS)

    assert described(qldb_client, ledger, stream_id) == {
        "LedgerName": ledger,
        "CreationTime": moment(clock.now_ms()),
        "InclusiveStartTime": moment(0),
        "ExclusiveEndTime": moment((clock.now_ms() + DAY_MS) // 1000 * 1000),
        "RoleArn": ROLE,
        "StreamId": stream_id,
        "Arn": f"arn:aws:qldb:us-east-1:123456789012:stream/{ledger}/{stream_id}",
        "Status": "ACTIVE",
        "KinesisConfiguration": {"StreamArn": KINESIS_ARN.format("mine"), "AggregationEnabled": True},
        "StreamName": "mine",
    }


def test_streams_are_listed_page_by_page(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """Those of the ledger, oldest first."""
    ids = []
    for number in range(5):
        ids.append(stream(qldb_client, ledger, "mine", StreamName=f"s{number}"))
        clock.advance(1)

    first = qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger, MaxResults=3)
    second = qldb_client.list_journal_kinesis_streams_for_ledger(
        LedgerName=ledger, MaxResults=3, NextToken=first["NextToken"]
    )

    assert [it["StreamId"] for it in (*first["Streams"], *second["Streams"])] == ids
    assert "NextToken" not in second


def test_ended_streams_are_known_for_seven_days(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """After that neither Describe nor List nor tags know them."""
    stream_id = stream(qldb_client, ledger, "mine", Tags={"a": "b"})
    arn = described(qldb_client, ledger, stream_id)["Arn"]
    qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)

    clock.advance(7 * DAY_MS - 1)
    assert described(qldb_client, ledger, stream_id)["Status"] == "CANCELED"
    assert qldb_client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "b"}

    clock.advance(1)
    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
        described(qldb_client, ledger, stream_id)
    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
        qldb_client.list_tags_for_resource(ResourceArn=arn)
    assert qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger)["Streams"] == []


def test_stream_has_tags(qldb_client: Any, ledger: str) -> None:
    """Given with it, and later by its ARN."""
    stream_id = stream(qldb_client, ledger, "mine", Tags={"a": "b"})
    arn = described(qldb_client, ledger, stream_id)["Arn"]

    qldb_client.tag_resource(ResourceArn=arn, Tags={"c": "d"})
    qldb_client.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert qldb_client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"c": "d"}


def test_deleting_the_ledger_ends_its_streams(
    qldb_client: Any, ledger: str, emulator: Emulator, kinesis: FickleKinesis
) -> None:
    """A ledger made anew under the name has none."""
    stream(qldb_client, ledger, "mine")
    arrive(kinesis, ALL)

    qldb_client.delete_ledger(Name=ledger)
    qldb_client.create_ledger(Name=ledger, PermissionsMode="STANDARD")

    assert qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger)["Streams"] == []
    assert emulator.delivery.store.active() == []


class TestWithChaos:
    """A server that is told to disturb its streams."""

    @pytest.fixture
    def qldb_settings(self, qldb_settings: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**qldb_settings, "stream_chaos": True}

    @pytest.fixture
    def disturbed(self, qldb_client: Any, ledger: str, qldb: Qldb, clock: Clock) -> str:
        """The id of a stream of twenty more blocks, which ends."""
        for number in range(20):
            add(qldb, number)
        clock.advance(2_000)
        return stream(qldb_client, ledger, "mine", aggregated=True, end_ms=clock.now_ms() - 1_000)

    def test_records_come_twice_and_out_of_order(
        self, qldb_client: Any, ledger: str, disturbed: str, kinesis: FickleKinesis
    ) -> None:
        """None is missing."""
        becomes(qldb_client, ledger, disturbed, "COMPLETED")

        found = came(kinesis)

        blocks = [f"{kind} {number}" for number in range(2, 25) for kind in ("BLOCK_SUMMARY", "REVISION_DETAILS")]
        assert set(found) == {"CREATED", "BLOCK_SUMMARY 1", *blocks, "COMPLETED"}
        assert len(found) > len(set(found))
        assert [it for it in found if it in blocks] != blocks


class TestWithMoto:
    """Streams into a Kinesis that is not ours."""

    @pytest.fixture
    def qldb_settings(self, qldb_settings: Mapping[str, Any], moto_url: str) -> Mapping[str, Any]:
        return {**qldb_settings, "kinesis_endpoint_url": moto_url}

    @pytest.mark.parametrize("aggregated", [False, True])
    def test_a_consumer_reads_the_stream(
        self, qldb_client: Any, ledger: str, real_kinesis: Any, kinesis_stream: str, aggregated: bool
    ) -> None:
        """GetRecords gives what was streamed."""
        stream(qldb_client, ledger, kinesis_stream, aggregated=aggregated)
        found: list[Any] = []

        def read() -> bool:
            shard = {"ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
            iterator = real_kinesis.get_shard_iterator(StreamName=kinesis_stream, **shard)["ShardIterator"]
            found[:] = real_kinesis.get_records(ShardIterator=iterator)["Records"]
            return len(user_records(found)) >= len(ALL)

        assert eventually(read), "all records are there"
        assert kinds(user_records(found)) == ALL

    def test_stream_that_is_not_there_is_refused(self, qldb_client: Any, ledger: str) -> None:
        """With the words of Kinesis."""
        with pytest.raises(qldb_client.exceptions.InvalidParameterException) as raised:
            stream(qldb_client, ledger, "nowhere")

        message = raised.value.response["Error"]["Message"]
        assert message.startswith("QLDB encountered an error validating Kinesis Data Streams: Response from Kinesis: ")
        assert "ResourceNotFoundException Stream" in message
        assert qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger)["Streams"] == []
