"""A Kinesis that keeps what it is given, and fails when it is told to. It knows nothing but to describe and to put."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, str, str]
"""Status, code and message of an error."""

NOT_FOUND = (400, "ResourceNotFoundException", "Stream mine under account 123456789012 not found.")
DENIED = (400, "AccessDeniedException", "User is not authorized to perform: kinesis:PutRecords")
BROKEN = (500, "InternalFailure", "The request failed for an unknown reason.")
THROTTLED = "ProvisionedThroughputExceededException"


class FickleKinesis:
    """`records` are those that were taken, in the order in which they came; `puts` counts the requests."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.puts = 0
        self.answer: Answer | None = None
        """What every put is answered while this is set."""
        self.takes: int | None = None
        """How many records of a request are taken, the rest being throttled; None for all."""
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = "http://{}:{}".format(*self._server.server_address[:2])

    def put(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        with self._lock:
            self.puts += 1
            taken = len(records) if self.takes is None else self.takes
            for record in records[:taken]:
                self.records.append({"PartitionKey": record["PartitionKey"], "Data": b64decode(record["Data"])})
        rest = [{"ErrorCode": THROTTLED, "ErrorMessage": "Rate exceeded for shard"}] * len(records[taken:])
        done = [{"SequenceNumber": "1", "ShardId": "shardId-000000000000"}] * len(records[:taken])
        return {"FailedRecordCount": len(rest), "Records": [*done, *rest]}

    def respond(self, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if target.endswith("DescribeStream"):
            return 200, {"StreamDescription": {"StreamName": "mine", "StreamStatus": "ACTIVE", "Shards": []}}
        if self.answer is not None:
            self.puts += 1
            return self.answer[0], {"__type": self.answer[1], "message": self.answer[2]}
        return 200, self.put(body["Records"])

    def _handler(self) -> Any:
        fickle = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, content = fickle.respond(self.headers["X-Amz-Target"], body)
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def serve(self) -> None:
        self._server.serve_forever(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def fickle_kinesis() -> Iterator[FickleKinesis]:
    kinesis = FickleKinesis()
    threading.Thread(target=kinesis.serve, daemon=True).start()
    try:
        yield kinesis
    finally:
        kinesis.close()
