"""From a statement's text to its plan, with a cache between them: applications send the same few texts all the time.

A plan is right for one catalog. That keeps it, so plans are gone with the ledger they were made for. Trees know no
catalog, and are kept for the next: a suite of tests asks the same of one new ledger after another.
"""

from __future__ import annotations

from functools import lru_cache

from emulator.partiql.ast import Statement
from emulator.partiql.host import Catalog
from emulator.partiql.parser import parse
from emulator.partiql.plan.plan import Plan
from emulator.partiql.plan.statements import plan_of

__all__ = ["Plan", "compile"]

CACHED_PLANS = 1024
CACHED_CHARACTERS = 262_144
"""Of the texts of one catalog's plans, which take some hundred bytes for each."""
LONGEST_CACHED = 8_192
"""Longer texts are mostly data, written once. What is not longer is planned in some twenty milliseconds."""
KEPT_TREES = 256
KEPT_CHARACTERS = 1_024
"""Of the texts whose trees are kept; so those take some megabytes at the most."""


def compile(text: str, catalog: Catalog) -> Plan:
    """The plan of a statement for the catalog as it stands. BadRequestException for what cannot be read or meant.

    For a text that is longer than `LONGEST_CACHED` it may be called on any thread: nothing is kept of it.
    """
    if len(text) > LONGEST_CACHED:
        return plan_of(parse(text), catalog)
    plans = catalog.plans
    plan = plans.pop(text, None)
    if plan is None:
        plan = plan_of(_tree(text), catalog)
        _make_room(plans, len(text))
    plans[text] = plan
    return plan


def _make_room(plans: dict[str, Plan], characters: int) -> None:
    """The plan that was used longest ago is the first, and goes where there are too many."""
    characters += sum(map(len, plans))
    while len(plans) >= CACHED_PLANS or characters > CACHED_CHARACTERS:
        oldest = next(iter(plans))
        characters -= len(oldest)
        del plans[oldest]


_kept_tree = lru_cache(KEPT_TREES)(parse)


def _tree(text: str) -> Statement:
    return _kept_tree(text) if len(text) <= KEPT_CHARACTERS else parse(text)
