"""ExportJournalToS3, DescribeJournalS3Export and the two lists of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Request

from emulator import limits
from emulator.api.asides import Asides
from emulator.api.control.wire import (
    LedgerInPath,
    MaxResults,
    Moment,
    NextToken,
    UniqueId,
    Wire,
    body,
    limit,
    one_of,
    seconds,
)
from emulator.runtime import Emulator

if TYPE_CHECKING:
    from emulator.delivery.exports.exports import ExportDescription, Exports
    from emulator.delivery.exports.request import ExportRequest

router = APIRouter()
