"""What requests and responses of the control plane are made of: the service model's shapes, with its limits.

A member of the wrong JSON type is a SerializationException, one that is missing or breaks a limit is an
InvalidParameterException that names it. Members that are not in the model are ignored, as the service did.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import unquote

from fastapi import Depends, Path, Query, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)
from pydantic.alias_generators import to_pascal

from emulator import limits
from emulator.account.names import NAME_WANTED, is_name
from emulator.api.bodies import read_body, refuse_crowded
from emulator.api.control.behind import behind
from emulator.api.control.limit import broken, limit, one_of, refusal
from emulator.session.tokens import is_well_formed
from emulator.times import text_ms


class Wire(BaseModel):
    """A structure of the model. Members are written in PascalCase; what is None is left out."""

    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True, strict=True, extra="ignore")

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {member: value for member, value in write(self).items() if value is not None}


M = TypeVar("M", bound=Wire)


_UNIQUE_ID = re.compile(r"[A-Za-z0-9-]{22}")
_NUMBER, _MOST = re.compile(r"[0-9]{1,9}"), 999_999_999
"""A number in a query, and the greatest there is: more than there are blocks or statements to ask for."""
_PAGE_WANTED = f"a number from 1 to {limits.PAGE_RESULTS}"


def _name(parameter: str) -> AfterValidator:
    return limit(NAME_WANTED, is_name, parameter)


def arn_length(parameter: str) -> AfterValidator:
    """The limit of the shape Arn; what an ARN has to name, the rules behind the operation know."""
    return limit("20 to 1600 characters", lambda arn: 20 <= len(arn) <= 1600, parameter)


def _decoded(segment: object) -> object:
    """A segment of the path, which arrives percent-encoded. What is not UTF-8 becomes what no shape allows."""
    return unquote(segment, errors="replace") if isinstance(segment, str) else segment


def unique_id(parameter: str = "") -> AfterValidator:
    """A limit: an id that the service made."""
    return limit("a unique id of 22 letters and digits", lambda text: bool(_UNIQUE_ID.fullmatch(text)), parameter)


LedgerName = Annotated[str, _name("Name")]
StreamName = Annotated[str, _name("StreamName")]
PermissionsMode = Annotated[str, one_of("ALLOW_ALL", "STANDARD")]
KmsKey = Annotated[str, limit("at most 1600 characters", lambda key: len(key) <= 1600)]
UniqueId = Annotated[str, unique_id()]
AddressText = Annotated[
    str,
    limit(
        f"1 to {limits.ADDRESS_CHARACTERS} characters of Ion text",
        lambda text: 1 <= len(text) <= limits.ADDRESS_CHARACTERS,
    ),
]

LedgerInPath = Annotated[str, Path(alias="name"), BeforeValidator(_decoded), _name("Name")]
StreamLedgerInPath = Annotated[str, Path(alias="name"), BeforeValidator(_decoded), _name("LedgerName")]
ArnInPath = Annotated[str, Path(alias="resource_arn"), BeforeValidator(_decoded)]


def whole_number(came: object) -> object:
    """Digits of a query as the number they are; what else came is left as it is, for a limit to refuse."""
    return int(came) if isinstance(came, str) and _NUMBER.fullmatch(came) else came


def number_from(least: int, parameter: str) -> BeforeValidator:
    """A limit of a query's parameter: a whole number that is not less, nor more than any that is read."""

    def check(came: object) -> object:
        number = whole_number(came)
        if not isinstance(number, int) or number < least:
            raise broken(f"a whole number from {least} to {_MOST}", parameter)
        return number

    return BeforeValidator(check)


_MaxResults = Annotated[
    Any,
    Query(alias="max_results"),
    BeforeValidator(whole_number),
    limit(_PAGE_WANTED, lambda count: isinstance(count, int) and 1 <= count <= limits.PAGE_RESULTS, "MaxResults"),
]
_NextToken = Annotated[
    str | None,
    Query(alias="next_token"),
    limit(
        "the NextToken of the same list's last page",
        lambda token: token is None or is_well_formed(token),
        "NextToken",
    ),
]


class Page(NamedTuple):
    """What part of a list is wanted: so many results at the most, those behind the ones before."""

    max_results: int
    next_token: str | None


async def _page(max_results: _MaxResults = limits.PAGE_RESULTS, next_token: _NextToken = None) -> Page:
    return Page(max_results, next_token)


Paged = Annotated[Page, Depends(_page)]


_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""Of the years 1 to 9999."""


def _moment_ms(came: object) -> int:
    """A timestamp as SDKs send it, seconds since 1970 or ISO 8601, in milliseconds. Without an offset it is UTC."""
    try:
        if isinstance(came, str):
            milliseconds = text_ms(came)
        elif isinstance(came, int | float) and not isinstance(came, bool):
            milliseconds = round(came * 1000)
        else:
            raise ValueError
        if _FIRST_MS <= milliseconds <= _LAST_MS:
            return milliseconds
    except (ValueError, OverflowError):
        pass
    raise broken("seconds since 1970, or ISO 8601")


Moment = Annotated[int, BeforeValidator(_moment_ms)]
"""A timestamp of a request, in milliseconds."""


def body(model: type[M]) -> Any:
    """A dependency: the request's body as the model. An empty one has no members; its media type does not matter."""

    async def read(request: Request) -> M:
        content = await read_body(dict(request.scope["headers"]), request.receive)
        refuse_crowded(content)
        try:
            return model.model_validate_json(content or b"{}")
        except ValidationError as error:
            raise refusal(error.errors()[0]) from error

    return Depends(read)


KeyFinder = Callable[[str | None], Awaitable[str | None]]


async def _key_finder(request: Request) -> KeyFinder:
    """Gives the ARN of the key that a request names, as the sandbox's KMS has it; without a sandbox what was named."""
    beside, region = behind(request), request.scope["qldb.region"]
    sandbox = beside.sandbox

    async def find(kms_key: str | None) -> str | None:
        if not kms_key or sandbox is None:
            return kms_key
        return await beside.threads.run(lambda: sandbox.keys.found(kms_key, region or beside.emulator.settings.region))

    return find


FindKey = Annotated[KeyFinder, Depends(_key_finder)]


def seconds(milliseconds: int) -> float:
    """A timestamp as rest-json writes it: seconds since the epoch, with the milliseconds as a fraction."""
    return milliseconds / 1000
