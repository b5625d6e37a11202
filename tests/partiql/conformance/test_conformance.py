"""PartiQL's public conformance tests: what holds, and a reason for everything that does not.

The suite is not part of this repository. `PARTIQL_TESTS` names a checkout of it; see the README beside this module.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.partiql.conformance.outcomes import outcome
from tests.partiql.conformance.reasons import KINDS, Tally, read_reasons, tally
from tests.partiql.conformance.suite import assertions

HELD, REASONS = read_reasons()
PAGE = Path(__file__).parents[3] / "docs" / "partiql.md"


@pytest.fixture(scope="module")
def found() -> Tally:
    """What became of the whole suite."""
    checkout = os.environ.get("PARTIQL_TESTS")
    if not checkout:
        pytest.skip("PARTIQL_TESTS names no checkout of the suite")
    return tally(assertions(Path(checkout)), REASONS)


def test_what_fails_has_a_reason(found: Tally) -> None:
    """Nothing fails that is in scope and not meant to be different."""
    assert found.unexplained == []


def test_just_this_fails_for_a_reason(found: Tally) -> None:
    """For each reason exactly the assertions fail that did when it was written: what begins to hold is noticed."""
    failing = {each.why: (len(found.failures.get(each.why, [])), found.which(each.why)) for each in REASONS}

    assert failing == {each.why: (each.failing, each.which) for each in REASONS}


def test_the_rest_holds(found: Tally) -> None:
    """As many assertions hold as the counts say."""
    assert found.held == HELD


def test_counts_are_told() -> None:
    """The page of the dialect has the counts, and every reason."""
    page = " ".join(PAGE.read_text().split())
    counts = {"held": HELD} | {kind: sum(each.failing for each in REASONS if each.kind == kind) for kind in KINDS}

    assert [f"| {count:,} |" in page for count in counts.values()] == [True] * 3
    assert [each.why for each in REASONS if f"| {each.why} | {each.failing} |" not in page] == []


SAMPLE = """
envs::{ people: $bag::[{name: "Ada", born: 1815}, {name: "Alan", born: 1912}] }
group::[
    { name: "one", statement: "SELECT VALUE p.name FROM people AS p WHERE p.born < 1900",
      assert: { result: EvaluationSuccess, evalMode: [EvalModeCoerce, EvalModeError], output: $bag::["Ada"] } },
    equiv_class::{ id: sum, statements: ["1 + 1", "2"] },
    { name: "two", statement: sum, env: {},
      assert: [{ result: EvaluationSuccess, evalMode: EvalModeCoerce, output: 2 }, { result: SyntaxSuccess }] },
    { name: "three", statement: "SELECT FROM t", assert: { result: SyntaxFail } },
    { name: "four", statement: "NULLIF(1)", assert: { result: StaticAnalysisFail } },
    { name: "five", statement: "people[0].x", assert: { result: EvaluationSuccess, evalMode: EvalModeCoerce,
      output: $missing::null } },
]
{ name: "six", statement: "1", assert: { result: EvaluationSuccess, evalMode: EvalModeCoerce, output: 1.0 } }
{ name: "seven", statement: "GROUP BY", assert: { result: SyntaxSuccess } }
"""


def test_the_suite_is_read_and_judged(tmp_path: Path) -> None:
    """A file of the suite's form is read case by case, spelling by spelling, and each is judged."""
    (tmp_path / "partiql-tests-data").mkdir()
    (tmp_path / "partiql-tests-data" / "sample.ion").write_text(SAMPLE)

    judged = [(each.place, each.statement, outcome(each)[0]) for each in assertions(tmp_path)]

    assert [holds for _, _, holds in judged] == [True] * 8 + [False] * 2
    assert judged[0][0] == "partiql-tests-data/sample/group/one"
    assert [statement for place, statement, _ in judged if place.endswith("two")] == ["1 + 1", "1 + 1", "2", "2"]


def test_a_failure_is_told_apart(tmp_path: Path) -> None:
    """What fails is explained by the first reason that fits, or is left unexplained."""
    (tmp_path / "partiql-tests-data").mkdir()
    (tmp_path / "partiql-tests-data" / "sample.ion").write_text(SAMPLE)

    found = tally(assertions(tmp_path), REASONS)

    assert found.held == 8
    assert [failure["place"] for failure in found.unexplained] == ["partiql-tests-data/sample/six"]
    assert [len(failing) for failing in found.failures.values()] == [1]
