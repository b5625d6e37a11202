"""Amazon Resource Names of what QLDB has: ledgers, their tables and catalogs, and streams.

Forms are those of the service authorization reference; exports have none.
"""

import re

from emulator.account.messages import not_valid
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen

MIN_CHARACTERS, MAX_CHARACTERS = 20, 1600  # service model, shape Arn

_NAME = r"(?P<ledger>[A-Za-z0-9-]{1,32})"
_UNIQUE_ID = r"[A-Za-z0-9-]{22}"
_RESOURCE = re.compile(
    rf"ledger/{_NAME}(?:/(?P<part>table/{_UNIQUE_ID}|information_schema/user_tables))?"
    rf"|stream/{_NAME.replace('ledger', 'of_ledger')}/(?P<stream>{_UNIQUE_ID})"
)
_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):qldb:(?P<region>[a-z0-9-]+):(?P<account>[0-9]+):(?P<resource>.+)")
_WANTED = "the ARN of a ledger, a table, a ledger's information_schema/user_tables or a stream"


@frozen
class ResourceArn:
    """What an ARN names: a ledger, or `part` of it (`table/{id}`, `information_schema/user_tables`, `stream/{id}`)."""

    text: str
    region: str
    account_id: str
    ledger_name: str
    part: str = ""


def parse(text: str) -> ResourceArn:
    """Read a taggable resource's ARN; InvalidParameterException when it is none."""
    arn = _ARN.fullmatch(text) if MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS else None
    resource = arn and _RESOURCE.fullmatch(arn["resource"])
    if not arn or not resource:
        raise InvalidParameterException(not_valid("ResourceArn", text, _WANTED), "ResourceArn")
    part = f"stream/{resource['stream']}" if resource["stream"] else resource["part"] or ""
    return ResourceArn(text, arn["region"], arn["account"], resource["ledger"] or resource["of_ledger"], part)


def ledger_arn(region: str, account_id: str, ledger_name: str) -> str:
    return f"arn:{partition(region)}:qldb:{region}:{account_id}:ledger/{ledger_name}"


def stream_arn(region: str, account_id: str, ledger_name: str, stream_id: str) -> str:
    return f"arn:{partition(region)}:qldb:{region}:{account_id}:stream/{ledger_name}/{stream_id}"


def partition(region: str) -> str:
    """The partition a Region is in."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
