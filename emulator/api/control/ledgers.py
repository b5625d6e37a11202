"""CreateLedger, DescribeLedger, ListLedgers, UpdateLedger, UpdateLedgerPermissionsMode and DeleteLedger."""

from typing import Annotated, Any, Self

from fastapi import Response

from emulator.account.encryption import EncryptionDescription
from emulator.account.entry import LedgerDescription
from emulator.api.control.behind import InAccount
from emulator.api.control.operations import operations
from emulator.api.control.wire import (
    FindKey,
    KmsKey,
    LedgerInPath,
    LedgerName,
    Paged,
    PermissionsMode,
    Wire,
    body,
    seconds,
)

router = operations()


class CreateLedgerRequest(Wire):
    name: LedgerName
    permissions_mode: PermissionsMode
    tags: dict[str, str | None] | None = None
    deletion_protection: bool | None = None
    kms_key: KmsKey | None = None


class UpdateLedgerRequest(Wire):
    deletion_protection: bool | None = None
    kms_key: KmsKey | None = None


class UpdateLedgerPermissionsModeRequest(Wire):
    permissions_mode: PermissionsMode


class Encryption(Wire):
    kms_key_arn: str
    encryption_status: str

    @classmethod
    def of(cls, encryption: EncryptionDescription | None) -> "Encryption | None":
        if encryption is None:
            return None
        return cls(kms_key_arn=encryption.kms_key_arn, encryption_status=encryption.encryption_status)


class _LedgerResponse(Wire):
    """What every answer about one ledger has."""

    name: str
    arn: str
    state: str
    creation_date_time: float
    deletion_protection: bool

    @classmethod
    def about(cls, ledger: LedgerDescription, **more: Any) -> Self:
        """These members, and those that only some answers have."""
        return cls(
            name=ledger.name,
            arn=ledger.arn,
            state=ledger.state,
            creation_date_time=seconds(ledger.created_at_ms),
            deletion_protection=ledger.deletion_protection,
            **more,
        )


class CreateLedgerResponse(_LedgerResponse):
    permissions_mode: str
    kms_key_arn: str | None

    @classmethod
    def of(cls, ledger: LedgerDescription) -> Self:
        return cls.about(ledger, permissions_mode=ledger.permissions_mode, kms_key_arn=ledger.kms_key_arn)


class UpdateLedgerResponse(_LedgerResponse):
    """The permissions mode is not in it, by the service model."""

    encryption_description: Encryption | None

    @classmethod
    def of(cls, ledger: LedgerDescription) -> Self:
        return cls.about(ledger, encryption_description=Encryption.of(ledger.encryption))


class DescribeLedgerResponse(UpdateLedgerResponse):
    permissions_mode: str

    @classmethod
    def about(cls, ledger: LedgerDescription, **more: Any) -> Self:
        return super().about(ledger, permissions_mode=ledger.permissions_mode, **more)


class LedgerSummary(Wire):
    name: str
    state: str
    creation_date_time: float

    @classmethod
    def of(cls, ledger: LedgerDescription) -> "LedgerSummary":
        return cls(name=ledger.name, state=ledger.state, creation_date_time=seconds(ledger.created_at_ms))


class ListLedgersResponse(Wire):
    ledgers: list[LedgerSummary]
    next_token: str | None


class UpdateLedgerPermissionsModeResponse(Wire):
    name: str
    arn: str
    permissions_mode: str


@router.post("/ledgers")
async def create_ledger(
    account: InAccount, request: Annotated[CreateLedgerRequest, body(CreateLedgerRequest)], find_key: FindKey
) -> CreateLedgerResponse:
    return CreateLedgerResponse.of(
        account.ledgers.create(
            request.name,
            request.permissions_mode,
            request.deletion_protection is not False,
            await find_key(request.kms_key),
            request.tags,
        )
    )


@router.get("/ledgers")
async def list_ledgers(account: InAccount, page: Paged) -> ListLedgersResponse:
    ledgers, token = account.ledgers.list(*page)
    return ListLedgersResponse(ledgers=[LedgerSummary.of(ledger) for ledger in ledgers], next_token=token)


@router.get("/ledgers/{name}")
async def describe_ledger(account: InAccount, name: LedgerInPath) -> DescribeLedgerResponse:
    return DescribeLedgerResponse.of(account.ledgers.describe(name))


@router.patch("/ledgers/{name}")
async def update_ledger(
    account: InAccount,
    name: LedgerInPath,
    request: Annotated[UpdateLedgerRequest, body(UpdateLedgerRequest)],
    find_key: FindKey,
) -> UpdateLedgerResponse:
    key = await find_key(request.kms_key)
    return UpdateLedgerResponse.of(account.ledgers.update(name, request.deletion_protection, key))


@router.patch("/ledgers/{name}/permissions-mode")
async def update_ledger_permissions_mode(
    account: InAccount,
    name: LedgerInPath,
    request: Annotated[UpdateLedgerPermissionsModeRequest, body(UpdateLedgerPermissionsModeRequest)],
) -> UpdateLedgerPermissionsModeResponse:
    ledger = account.ledgers.update_permissions_mode(name, request.permissions_mode)
    return UpdateLedgerPermissionsModeResponse(
        name=ledger.name, arn=ledger.arn, permissions_mode=ledger.permissions_mode
    )


@router.delete("/ledgers/{name}")
async def delete_ledger(account: InAccount, name: LedgerInPath) -> Response:
    account.ledgers.delete(name)
    return Response()
