"""From a statement's text to its plan, with a cache between them: applications send the same few texts all the time."""

from __future__ import annotations

from emulator.partiql.host import Catalog
from emulator.partiql.parser import parse
from emulator.partiql.plan.plan import Plan
from emulator.partiql.plan.statements import plan_of

__all__ = ["Plan", "compile"]

CACHED_PLANS = 1024
CACHED_CHARACTERS = 8_192
"""Longer texts are mostly data, written once."""

_plans: dict[tuple[str, int], Plan] = {}
"""The one used longest ago first."""


def compile(text: str, catalog: Catalog) -> Plan:
    """The plan of a statement for the catalog as it stands. BadRequestException for what cannot be read or meant."""
    key = (text, catalog.version)
    plan = _plans.pop(key, None)
    if plan is None:
        plan = plan_of(parse(text), catalog)
    if len(text) <= CACHED_CHARACTERS:
        _keep(key, plan)
    return plan


def _keep(key: tuple[str, int], plan: Plan) -> None:
    if len(_plans) >= CACHED_PLANS:
        del _plans[next(iter(_plans))]
    _plans[key] = plan
