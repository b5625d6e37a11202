"""What policy documents allow, in IAM's order: an explicit deny goes before any allow, and without one nothing is.

Conditions ask about a request, and there is none yet when a role is looked at: an allow counts as if its conditions
were met, a deny as if they were not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

_ASSUME = "sts:AssumeRole"


def parsed(document: str | Document) -> Document:
    """A policy document, which may be text. What is no document allows nothing."""
    if not isinstance(document, str):
        return document
    try:
        found = json.loads(document)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def allow(documents: Iterable[Document], action: str, resource: str) -> bool:
    """Whether these policies together allow an action on a resource."""
    return _decide(
        statement
        for document in documents
        for statement in _statements(document)
        if _covers(statement, "Action", action, re.IGNORECASE) and _covers(statement, "Resource", resource)
    )


def trusts(document: Document, service: str) -> bool:
    """Whether a role's trust policy lets a service assume the role."""
    return _decide(
        statement
        for statement in _statements(document)
        if _covers(statement, "Action", _ASSUME, re.IGNORECASE) and _names(statement, service)
    )


def _decide(matching: Iterable[Document]) -> bool:
    statements = list(matching)
    denied = any(statement.get("Effect") == "Deny" and not statement.get("Condition") for statement in statements)
    return not denied and any(statement.get("Effect") == "Allow" for statement in statements)


def _statements(document: Document) -> Iterator[Document]:
    for statement in _listed(document.get("Statement")):
        if isinstance(statement, dict):
            yield statement


def _covers(statement: Document, element: str, value: str, flags: int = 0) -> bool:
    """Whether an element such as Action, or its opposite such as NotAction, covers a value."""
    if f"Not{element}" in statement:
        return not _any_matches(statement[f"Not{element}"], value, flags)
    return _any_matches(statement.get(element), value, flags)


def _any_matches(patterns: Any, value: str, flags: int) -> bool:
    return any(
        re.fullmatch(_expression(pattern), value, flags | re.DOTALL) is not None
        for pattern in _listed(patterns)
        if isinstance(pattern, str)
    )


def _expression(pattern: str) -> str:
    """IAM's wildcards: `*` for anything, `?` for one character."""
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _names(statement: Document, service: str) -> bool:
    if "NotPrincipal" in statement:
        return not _is_principal(statement["NotPrincipal"], service)
    return _is_principal(statement.get("Principal"), service)


def _is_principal(principals: Any, service: str) -> bool:
    if not isinstance(principals, dict):
        return bool(principals == "*")
    return service in _listed(principals.get("Service")) or "*" in _listed(principals.get("AWS"))


def _listed(value: Any) -> list[Any]:
    """An element of a policy, which may stand alone in place of a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
