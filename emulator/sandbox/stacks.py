"""Stacks that fail as they fail on AWS, where a resource of ours is refused.

moto passes the error on to who asked: a stack that could not be made stays half made, and one that could not be deleted
is forgotten. Here the one is rolled back and the other kept, and their events have the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.cloudformation.models import CloudFormationBackend

from emulator.sandbox.control import ResourceRefused

_log = logging.getLogger(__name__)


def fail_as_on_aws() -> None:
    """Have moto's backend do so."""
    backend: Any = CloudFormationBackend
    if not hasattr(backend.create_stack, "__wrapped__"):
        backend.create_stack = _rolled_back(backend.create_stack)
        backend.delete_stack = _kept(backend.delete_stack)


def _rolled_back(create_stack: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(create_stack)
    def create(backend: Any, name: str, *arguments: Any, **options: Any) -> Any:
        try:
            return create_stack(backend, name, *arguments, **options)
        except ResourceRefused as refusal:
            stack = next(stack for stack in backend.stacks.values() if stack.name == name)
            _roll_back(stack, refusal)
            return stack

    return create


def _roll_back(stack: Any, refusal: ResourceRefused) -> None:
    stack._add_stack_event("CREATE_FAILED", resource_status_reason=refusal.message)
    try:
        stack.resource_map.delete()
    except Exception as error:
        _log.warning("stack %s cannot be rolled back: %s", stack.name, error)
        _end(stack, "ROLLBACK_FAILED", str(error))
    else:
        _end(stack, "ROLLBACK_COMPLETE", None)
    _leave_gone(stack)


def _kept(delete_stack: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(delete_stack)
    def delete(backend: Any, name_or_stack_id: str) -> None:
        before = dict(backend.stacks)
        try:
            delete_stack(backend, name_or_stack_id)
        except ResourceRefused as refusal:
            for stack_id in before.keys() - backend.stacks.keys():
                backend.stacks[stack_id] = before[stack_id]
                _end(before[stack_id], "DELETE_FAILED", refusal.message)
        for stack in before.values():
            if stack.status.startswith("DELETE_"):
                _leave_gone(stack)

    return delete


def _leave_gone(stack: Any) -> None:
    """moto makes a resource whenever it is asked for one it does not have, were it only to describe a deleted stack."""
    resources = stack.resource_map
    left = {name: of for name, of in resources._resource_json_map.items() if name in resources._parsed_resources}
    if left != resources._resource_json_map:
        resources._resource_json_map = left
        stack.output_map._output_json_map = {}


def _end(stack: Any, status: str, reason: str | None) -> None:
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)
