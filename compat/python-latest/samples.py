"""Values for every member of a shape, made from the shape: the same description gives the same values anywhere."""

import base64
import datetime
from typing import Any

MOMENT = datetime.datetime(2020, 2, 29, 12, 34, 56, tzinfo=datetime.UTC)
PATTERNED = {
    "LedgerName": "a-Ledger-1",
    "StreamName": "a-Stream-1",
    "UniqueId": "ADR2ONPKN5LINYGb4dp7yZ",
    "TransactionId": "ADR2ONPKN5LINYGb4dp7yZ",
}


def sample(shape: Any) -> Any:
    """Give a value for a botocore shape as a caller would pass it, with every member there is."""
    return MAKERS.get(shape.type_name, _number)(shape)


def on_the_wire(value: Any) -> Any:
    """Give a value as the JSON of an answer has it."""
    if isinstance(value, dict):
        return {name: on_the_wire(each) for name, each in value.items()}
    if isinstance(value, list):
        return [on_the_wire(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp() + 0.25 if isinstance(value, datetime.datetime) else value


def _string(shape: Any) -> str:
    if shape.enum:
        return str(shape.enum[-1])
    text = PATTERNED.get(shape.name, f"arn:aws:{shape.name}/é+&=%")
    return text.ljust(shape.metadata.get("min", 0), "x")[: shape.metadata.get("max")]


def _number(shape: Any) -> int:
    return int(shape.metadata.get("max", 7))


MAKERS = {
    "structure": lambda shape: {name: sample(member) for name, member in shape.members.items()},
    "list": lambda shape: [sample(shape.member), sample(shape.member)],
    "map": lambda shape: {sample(shape.key): sample(shape.value)},
    "string": _string,
    "blob": lambda shape: bytes(range(32)),
    "timestamp": lambda shape: MOMENT,
    "boolean": lambda shape: False,
}
