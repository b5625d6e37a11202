"""As little of a driver as it takes, over boto3."""

from typing import Any

from emulator.ion.binary import decode, encode
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Value
from tests.session.conversation import dot


class Driver:
    """One session; digests are kept as drivers keep them."""

    def __init__(self, client: Any, ledger_name: str = "ledger") -> None:
        self.client = client
        started = client.send_command(StartSession={"LedgerName": ledger_name})
        self.token = started["StartSession"]["SessionToken"]
        self.session_id = started["ResponseMetadata"]["RequestId"]
        self.transaction_id = ""
        self.digest = b""

    def start(self) -> None:
        started = self.client.send_command(SessionToken=self.token, StartTransaction={})
        self.transaction_id = started["StartTransaction"]["TransactionId"]
        self.digest = ion_hash(self.transaction_id)

    def execute(self, statement: str, *parameters: Value) -> list[Value]:
        """All rows of a statement, page by page."""
        holders = [{"IonBinary": encode(parameter)} for parameter in parameters]
        statement_hash = ion_hash(statement)
        for parameter in parameters:
            statement_hash = dot(statement_hash, ion_hash(parameter))
        self.digest = dot(self.digest, statement_hash)
        command = {"TransactionId": self.transaction_id, "Statement": statement, "Parameters": holders}
        executed = self.client.send_command(SessionToken=self.token, ExecuteStatement=command)
        page = executed["ExecuteStatement"]["FirstPage"]
        rows = list(page["Values"])
        while page.get("NextPageToken"):
            command = {"TransactionId": self.transaction_id, "NextPageToken": page["NextPageToken"]}
            page = self.client.send_command(SessionToken=self.token, FetchPage=command)["FetchPage"]["Page"]
            rows += page["Values"]
        return [decode(row["IonBinary"]) for row in rows]

    def commit(self, digest: bytes | None = None) -> Any:
        command = {"TransactionId": self.transaction_id, "CommitDigest": self.digest if digest is None else digest}
        return self.client.send_command(SessionToken=self.token, CommitTransaction=command)["CommitTransaction"]

    def abort(self) -> None:
        self.client.send_command(SessionToken=self.token, AbortTransaction={})

    def transact(self, statement: str, *parameters: Value) -> list[Value]:
        self.start()
        rows = self.execute(statement, *parameters)
        self.commit()
        return rows
