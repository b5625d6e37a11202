"""A small client of both protocols that tells a refusal from a lost answer."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Sequence
from typing import Any

from emulator.ion.binary import decode, encode
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct, Value
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start, statement_digest
from tests.durability.process import HOST
from tests.timing import TOO_LONG_SECONDS

LEDGER = "endurance"


class RefusedError(Exception):
    """The server answered that it did not do it."""


class LostError(Exception):
    """There was no answer: nobody knows."""


class Connection:
    """One keep-alive connection to a server."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection(HOST, port, timeout=2 * TOO_LONG_SECONDS)

    def ask(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        """The answer's body. RefusedError for any other status than 200, LostError when no whole answer comes."""
        try:
            self._http.request("POST", path, json.dumps(body), headers)
            answer = self._http.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise LostError(repr(error)) from error
        if answer.status != 200:
            raise RefusedError(f"{answer.status} {content!r}")
        return json.loads(content)

    def close(self) -> None:
        self._http.close()


class Control(Connection):
    """The control plane."""

    def create_ledger(self) -> None:
        self._post("/ledgers", {"Name": LEDGER, "PermissionsMode": "ALLOW_ALL", "DeletionProtection": False})

    def digest(self) -> tuple[bytes, str]:
        """The digest and its tip's address."""
        answer = self._post(f"/ledgers/{LEDGER}/digest", {})
        return base64.b64decode(answer["Digest"]), answer["DigestTipAddress"]["IonText"]

    def block(self, address: str, tip: str) -> tuple[str, str]:
        """A block and its proof, as Ion text."""
        body = {"BlockAddress": {"IonText": address}, "DigestTipAddress": {"IonText": tip}}
        answer = self._post(f"/ledgers/{LEDGER}/block", body)
        return answer["Block"]["IonText"], answer["Proof"]["IonText"]

    def revision(self, address: str, document_id: str, tip: str) -> tuple[str, str]:
        """A revision and its proof, as Ion text."""
        body = {
            "BlockAddress": {"IonText": address},
            "DocumentId": document_id,
            "DigestTipAddress": {"IonText": tip},
        }
        answer = self._post(f"/ledgers/{LEDGER}/revision", body)
        return answer["Revision"]["IonText"], answer["Proof"]["IonText"]

    def _post(self, path: str, body: Any) -> Any:
        return self.ask(path, body, {"Content-Type": "application/json"})


class Session(Connection):
    """A session, with one transaction at a time."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.transaction_id = ""
        self._digest = b""
        self._token: str | None = None
        self._token = self._send("StartSession", {"LedgerName": LEDGER})["SessionToken"]

    def begin(self) -> None:
        self.transaction_id = self._send("StartTransaction", {})["TransactionId"]
        self._digest = commit_digest_start(self.transaction_id)

    def first_page(self, text: str, *parameters: Value) -> Any:
        """The first page of a statement, as it came."""
        holders = [{"IonBinary": base64.b64encode(encode(parameter)).decode()} for parameter in parameters]
        members = {"TransactionId": self.transaction_id, "Statement": text, "Parameters": holders}
        return self._send("ExecuteStatement", members)["FirstPage"]

    def execute(self, text: str, *parameters: Value) -> list[Struct]:
        """All rows of a statement."""
        page = self.first_page(text, *parameters)
        digest = statement_digest(text, [ion_hash(parameter) for parameter in parameters])
        self._digest = commit_digest_after(self._digest, digest)
        rows = _rows(page)
        while token := page.get("NextPageToken"):
            page = self._send("FetchPage", {"TransactionId": self.transaction_id, "NextPageToken": token})["Page"]
            rows += _rows(page)
        return rows

    def commit(self) -> None:
        digest = base64.b64encode(self._digest).decode()
        self._send("CommitTransaction", {"TransactionId": self.transaction_id, "CommitDigest": digest})

    def abort(self) -> None:
        self._send("AbortTransaction", {})

    def run(self, text: str, *parameters: Value) -> list[Struct]:
        """A statement in a transaction of its own."""
        self.begin()
        rows = self.execute(text, *parameters)
        self.commit()
        return rows

    def _send(self, command: str, members: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "QLDBSession.SendCommand"}
        body = {command: members, **({"SessionToken": self._token} if self._token else {})}
        return self.ask("/", body, headers)[command]


def _rows(page: dict[str, Sequence[dict[str, str]]]) -> list[Struct]:
    rows = [decode(base64.b64decode(value["IonBinary"])) for value in page["Values"]]
    assert all(isinstance(row, Struct) for row in rows)
    return [row for row in rows if isinstance(row, Struct)]
