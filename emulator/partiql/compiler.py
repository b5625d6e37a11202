"""From a statement's text to its plan, with a cache between them: applications send the same few texts all the time.

A plan is right for one catalog. That keeps it, so plans are gone with the ledger they were made for.
"""

from __future__ import annotations

from typing import Any

from emulator.partiql.host import Catalog
from emulator.partiql.parser import parse
from emulator.partiql.plan.plan import Plan
from emulator.partiql.plan.statements import plan_of

__all__ = ["Plan", "compile"]

CACHED_PLANS = 1024
"""Of one catalog."""
CACHED_CHARACTERS = 8_192
"""Longer texts are mostly data, written once."""


def compile(text: str, catalog: Catalog) -> Plan:
    """The plan of a statement for the catalog as it stands. BadRequestException for what cannot be read or meant."""
    plans = catalog.plans
    plan: Plan | None = plans.pop(text, None)
    if plan is None:
        plan = plan_of(parse(text), catalog)
    if len(text) <= CACHED_CHARACTERS:
        _keep(plans, text, plan)
    return plan


def _keep(plans: dict[str, Any], text: str, plan: Plan) -> None:
    """The one used longest ago is the first, and goes where there are too many."""
    if len(plans) >= CACHED_PLANS:
        del plans[next(iter(plans))]
    plans[text] = plan
