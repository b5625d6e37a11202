"""Streams into the sandbox's Kinesis: how fast one catches up, and what commits notice of one that follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter, time
from typing import Any

from bench import delivering
from bench.measuring import Bench, seconds
from bench.report import Row, plain
from bench.servers import Server, ask, emulator, running

_STREAM, _AGAIN = "measured", "again"
_AT_ONCE = 20
"""Records of Kinesis in each PutRecords of the floor, which is a megabyte."""
_ROUNDS = 8


def measure(bench: Bench) -> Iterator[Row]:
    blocks = bench.scale.blocks // 10
    delivering.filled(bench.folder / "data", blocks)
    with running([*emulator(bench.folder / "data")[:-1], "--sandbox", "--no-check-roles", "--port"]) as server:
        kinesis = delivering.kinesis_stream(server, _STREAM)
        started = perf_counter()
        delivering.streamed(server, delivering.stream(server, delivering.FULL, _STREAM, ExclusiveEndTime=time()))
        rate = blocks / (perf_counter() - started)
        records = _records(kinesis)
        delivering.kinesis_stream(server, _AGAIN)
        floor = blocks / seconds(lambda: _put(kinesis, records))
        yield plain(f"stream of {blocks:,} blocks, against putting its records", rate, floor, "blocks/s")
        yield _commits(server)


def _records(kinesis: Any) -> list[dict[str, Any]]:
    """All records that are in the stream, as PutRecords takes them."""
    shard = kinesis.list_shards(StreamName=_STREAM)["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName=_STREAM, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    page = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
    records = page["Records"]
    while page["Records"]:
        page = kinesis.get_records(ShardIterator=page["NextShardIterator"])
        records += page["Records"]
    return [{"Data": each["Data"], "PartitionKey": each["PartitionKey"]} for each in records]


def _put(kinesis: Any, records: list[dict[str, Any]]) -> None:
    """The least that can be done: records that are there already, put one batch after the other."""
    for at in range(0, len(records), _AT_ONCE):
        kinesis.put_records(StreamName=_AGAIN, Records=records[at : at + _AT_ONCE])


def _commits(server: Server) -> Row:
    delivering.create_written(server)

    def follow() -> Callable[[], object]:
        path = delivering.stream(server, delivering.WRITTEN, _STREAM, InclusiveStartTime=time() - 1)
        return lambda: ask(server.port, "DELETE", path)

    alone, beside = delivering.half_of_commits(server, follow, rounds=_ROUNDS)
    return plain("HTTP, insert and commit while a stream takes it to the sandbox, against alone", beside, alone, "ms")
