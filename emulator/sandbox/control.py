"""Resources of CloudFormation that are made by asking our own control plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from moto.cloudformation.exceptions import ValidationError

from emulator.sandbox.host import ASKED, Answer
from emulator.sandbox.turn import MOTO

_NOT_FOUND = 404
_TRUTHS = {"true": True, "false": False}


class ResourceRefused(ValidationError):
    """The control plane does not make, change or delete the resource; the message has its reason."""


def ask(method: str, path: str, region: str, members: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """What the control plane answers. ResourceRefused when it refuses."""
    return _members(_asked(method, path, region, members))


def _members(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 400:
        reason = answer.members.get("Message") or answer.members.get("message") or "no reason given"
        raise ResourceRefused(message=f"{reason} (QLDB, status {answer.status})")
    return answer.members


def delete(path: str, region: str) -> None:
    """Delete a resource, unless there is none. ResourceRefused when something stands in the way."""
    answer = _asked("DELETE", path, region)
    if answer.status != _NOT_FOUND:
        _members(answer)


def _asked(method: str, path: str, region: str, members: Mapping[str, Any] | None = None) -> Answer:
    host = ASKED.host
    if host is None:
        raise ResourceRefused(message="This sandbox has no ledgers beside it.")
    wanted = None if members is None else {name: value for name, value in members.items() if value is not None}
    with MOTO.given_up():
        return host.control(method, path, region, wanted)


def truth(value: Any) -> Any:
    """A boolean property, which templates may write as text."""
    return _TRUTHS.get(value.lower(), value) if isinstance(value, str) else value


def tags_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a template, as the control plane has them."""
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or ()}


def update_tags(arn: str, region: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Give a resource the new tags, and take those away that are in the old ones alone."""
    path = f"/tags/{quote(arn, safe='')}"
    gone = sorted(old.keys() - new.keys())
    if gone:
        ask("DELETE", f"{path}?{urlencode([('tagKeys', key) for key in gone])}", region)
    if new:
        ask("POST", path, region, {"Tags": dict(new)})
