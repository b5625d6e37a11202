"""What the statements of a ledger did, and why its transactions were refused."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated, InAccount
from emulator.api.control.wire import LedgerInPath, number_from

router = APIRouter(prefix=PREFIX)

_Limit = Annotated[int, Query(alias="limit"), number_from(1, "limit")]


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
