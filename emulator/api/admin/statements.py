"""What the statements of a ledger did, and why its transactions were refused."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated, InAccount
from emulator.api.control.limit import limit
from emulator.api.control.wire import LedgerInPath, whole_number

router = APIRouter(prefix=PREFIX)

_Limit = Annotated[
    Any,
    Query(alias="limit"),
    BeforeValidator(whole_number),
    limit("a whole number from 1 on", lambda count: isinstance(count, int) and count >= 1, "limit"),
]


@router.get("/ledgers/{name}/statements")
async def statements(
    emulator: Emulated,
    account: InAccount,
    name: LedgerInPath,
    *,
    limit: _Limit = 100,
    transaction_id: str | None = None,
    region: str | None = None,
) -> JSONResponse:
    """What the newest statements of a ledger did, and why transactions were refused; newest first."""
    ledger = (emulator.account(region) if region else account).ledgers.connect(name)
    return JSONResponse({"ledger": name, **emulator.sessions.log_of(ledger).newest(limit, transaction_id)})
