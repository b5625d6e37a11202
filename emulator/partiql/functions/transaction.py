"""Functions of the running transaction."""

from emulator.ion.values import Timestamp
from emulator.partiql.functions.registry import function
from emulator.partiql.host import Host


@function("txid", args=[], needs_host=True)
def txid(host: Host) -> str:
    return host.transaction_id


@function("utcnow", args=[], needs_host=True)
def utcnow(host: Host) -> Timestamp:
    return host.now()
