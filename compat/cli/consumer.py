"""Tell what is in the answer of `aws kinesis get-records`, a line for each record of the journal stream."""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

from journal_records import journal_records


def line(record: Any) -> str:
    """Say in a line what a record is, as the journal calls it."""
    kind, payload = str(record["recordType"]), record["payload"]
    if kind == "CONTROL":
        return f"{kind} {payload['controlRecordType']}"
    if kind == "BLOCK_SUMMARY":
        return f"{kind} {payload['blockAddress']['sequenceNo']}"
    revision = payload["revision"]
    name, version = payload["tableInfo"]["tableName"], revision["metadata"]["version"]
    return f"{kind} {revision['blockAddress']['sequenceNo']} {name} version {version}"


if __name__ == "__main__":
    for each in journal_records(json.loads(Path(sys.argv[1]).read_text())["Records"]):
        print(line(each))
