"""Stream operations, which a later version has: until then each says so, once its ledger is found."""

from fastapi import APIRouter

from emulator.api.control.wire import InAccount, StreamLedgerInPath
from emulator.errors import ResourcePreconditionNotMetException

router = APIRouter()

_STREAMS = "journal-kinesis-streams"
_OF_STREAMS = (
    ("POST", f"/ledgers/{{name}}/{_STREAMS}", "StreamJournalToKinesis"),
    ("GET", f"/ledgers/{{name}}/{_STREAMS}", "ListJournalKinesisStreamsForLedger"),
    ("GET", f"/ledgers/{{name}}/{_STREAMS}/{{stream_id}}", "DescribeJournalKinesisStream"),
    ("DELETE", f"/ledgers/{{name}}/{_STREAMS}/{{stream_id}}", "CancelJournalKinesisStream"),
)


def _refusal(operation: str, resource_type: str, resource_name: str) -> ResourcePreconditionNotMetException:
    message = f"The operation {operation} is not there yet: it comes in a later version of this emulator"
    return ResourcePreconditionNotMetException(message, resource_type, resource_name)


def _add_for_stream(method: str, path: str, operation: str) -> None:
    async def refuse(account: InAccount, name: StreamLedgerInPath) -> None:
        account.ledgers.connect(name)
        raise _refusal(operation, "Stream", name)

    router.add_api_route(path, refuse, methods=[method], name=operation)


for _route in _OF_STREAMS:
    _add_for_stream(*_route)
