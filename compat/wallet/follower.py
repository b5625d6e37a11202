"""A consumer that follows the journal's stream in Kinesis and keeps the balances, without ever asking the ledger.

Records come at least once and in any order. So of each document the revision with the highest version counts, whenever
it comes; what is older, or comes again, changes nothing.
"""

from decimal import Decimal
from typing import Any

from journal_records import journal_records
from wallets import TABLE


class Follower:
    """Balances as the stream tells them."""

    def __init__(self, kinesis: Any, stream_name: str) -> None:
        """Begin at the stream's oldest record, in every shard."""
        self._kinesis = kinesis
        self._iterators = {
            shard["ShardId"]: kinesis.get_shard_iterator(
                StreamName=stream_name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            for shard in kinesis.list_shards(StreamName=stream_name)["Shards"]
        }
        self._newest: dict[str, Any] = {}

    def catch_up(self) -> None:
        """Read once what every shard has by now."""
        for shard, iterator in self._iterators.items():
            answer = self._kinesis.get_records(ShardIterator=iterator)
            self._iterators[shard] = answer["NextShardIterator"]
            for record in journal_records(answer["Records"]):
                self._take(record)

    def balances(self) -> dict[str, Decimal]:
        """Tell what every account has, as far as the stream has come."""
        data = [revision["data"] for revision in self._newest.values()]
        return {str(each["email"]): Decimal(each["CurrentBalance"]) for each in data}

    def _take(self, record: Any) -> None:
        payload = record["payload"]
        if record["recordType"] != "REVISION_DETAILS" or payload["tableInfo"]["tableName"] != TABLE:
            return
        revision = payload["revision"]
        document_id, version = str(revision["metadata"]["id"]), int(revision["metadata"]["version"])
        known = self._newest.get(document_id)
        if known is None or int(known["metadata"]["version"]) < version:
            self._newest[document_id] = revision
