"""Whether the server is there, and what it serves."""

from typing import Any

from fastapi import APIRouter

from emulator import __version__
from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated

router = APIRouter(prefix=PREFIX)


@router.get("/health", response_model=None)
async def health() -> dict[str, Any]:
    """200 as soon as requests are served."""
    return {"status": "ok", "version": __version__}


@router.get("/info", response_model=None)
async def info(emulator: Emulated) -> dict[str, Any]:
    """What runs here, and for whom."""
    folder = emulator.settings.folder
    now_ms = emulator.clock.now_ms()
    return {
        "version": __version__,
        "region": emulator.settings.region,
        "account": emulator.settings.account_id,
        "data_dir": None if folder is None else str(folder.resolve()),
        "in_memory": folder is None,
        "transaction_lifetime_ms": emulator.settings.transaction_lifetime_ms,
        "sessions": len(emulator.sessions),
        "ledgers": [
            {"name": entry.name, "region": entry.region, "account": entry.account_id, "state": entry.state(now_ms)}
            for entry in emulator.all_ledgers()
        ],
    }
