"""From a statement's text to its plan, with a cache between them: applications send the same few texts all the time.

A plan is right for one catalog. That keeps it, so plans are gone with the ledger they were made for. Trees know no
catalog, and are kept for the next: a suite of tests asks the same of one new ledger after another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from emulator.partiql.ast import Statement
from emulator.partiql.host import Catalog
from emulator.partiql.parser import parse
from emulator.partiql.plan.plan import Plan
from emulator.partiql.plan.statements import plan_of

__all__ = ["Plan", "compile"]

CACHED_PLANS = 1024
"""Of one catalog."""
CACHED_CHARACTERS = 8_192
"""Longer texts are mostly data, written once."""
KEPT_TREES = 256
KEPT_CHARACTERS = 1_024
"""Of the texts whose trees are kept; so those take some megabytes at the most."""


def compile(text: str, catalog: Catalog) -> Plan:
    """The plan of a statement for the catalog as it stands. BadRequestException for what cannot be read or meant."""
    plans = catalog.plans
    plan: Plan | None = plans.pop(text, None)
    if plan is None:
        plan = plan_of(_tree(text), catalog)
    if len(text) <= CACHED_CHARACTERS:
        _keep(plans, text, plan)
    return plan


def _keep(plans: dict[str, Any], text: str, plan: Plan) -> None:
    """The one used longest ago is the first, and goes where there are too many."""
    if len(plans) >= CACHED_PLANS:
        del plans[next(iter(plans))]
    plans[text] = plan


_kept_tree = lru_cache(KEPT_TREES)(parse)


def _tree(text: str) -> Statement:
    return _kept_tree(text) if len(text) <= KEPT_CHARACTERS else parse(text)
