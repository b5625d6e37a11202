"""Which calls go wrong by which rule."""

from collections.abc import Callable
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.api.session_requests import _SHAPES
from emulator.faults.kinds import OPERATIONS, SESSION_COMMANDS
from emulator.faults.rules import Call, Faults, Rule
from tests.timing import soon

COMMIT = Call("CommitTransaction", "ledger", ("INSERT INTO Person ?", "SELECT *\n FROM Person"))


def fired(rule: Rule, call: Call = COMMIT, times: int = 6) -> list[bool]:
    """At which of several equal calls the rule fires."""
    faults = Faults()
    standing = faults.add(rule)
    return [faults.draw(call) is standing for _ in range(times)]


def conflict(**members: object) -> Rule:
    return Rule(**{"command": "CommitTransaction", "fault": "OccConflictException", **members})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        (conflict(), [True] * 6),
        (conflict(times=2), [True, True, False, False, False, False]),
        (conflict(nth=3), [False, False, True, False, False, False]),
    ],
    ids=["always", "the first two", "the third"],
)
def test_rule_says_how_often(rule: Rule, at: list[bool]) -> None:
    """Always, the first few times, or one time alone."""
    assert fired(rule) == at


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        (conflict(command="*"), True),
        (conflict(command="FetchPage"), False),
        (conflict(ledger="ledger"), True),
        (conflict(ledger="other"), False),
        (conflict(statement="insert into person*"), True),
        (conflict(statement="select * from person"), True),
        (conflict(statement="*Vehicle*"), False),
        (conflict(statement="INSERT\n  INTO Person ?"), True),
        (conflict(statement="INSERT INTO Person"), False),
    ],
)
def test_rule_says_which_calls(rule: Rule, matches: bool) -> None:
    """By command, by ledger, and by any of the statements it is about."""
    assert fired(rule, times=1) == [matches]


def test_only_stars_are_patterns() -> None:
    """Brackets and question marks are of the language, and stand for themselves."""
    call = Call("ExecuteStatement", "ledger", ("INSERT INTO Person << {'tags': [1, 2]} >>",))
    assert fired(Rule("ExecuteStatement", "InternalFailure", statement="*[1, 2]*"), call, 1) == [True]
    assert fired(Rule("ExecuteStatement", "InternalFailure", statement="INSERT INTO Person ?? *"), call, 1) == [False]


@given(st.text("aB*", min_size=1), st.text("Ab"))
def test_stars_stand_for_any_text(pattern: str, statement: str) -> None:
    """Wherever they are in a pattern, and however many."""
    rule = Rule("ExecuteStatement", "InternalFailure", statement=pattern)

    wanted = fnmatchcase(statement.lower(), pattern.lower())
    assert fired(rule, Call("ExecuteStatement", "ledger", (statement,)), 1) == [wanted]


def test_many_stars_take_no_time() -> None:
    """A pattern does not try out every way in which a statement could match."""
    call = Call("ExecuteStatement", "ledger", ("a" * 100_000,))
    with soon():
        assert fired(Rule("ExecuteStatement", "InternalFailure", statement="*a" * 100 + "*b"), call, 1) == [False]


def test_a_pattern_needs_a_statement() -> None:
    """A command without statements matches no pattern."""
    assert fired(Rule("*", "InternalFailure", statement="*"), Call("StartTransaction", "ledger"), 1) == [False]


@given(st.integers(), st.floats(0.1, 0.9))
def test_chance_can_be_had_again(seed: int, probability: float) -> None:
    """The seed says at which calls a rule fires by chance."""
    rule = conflict(probability=probability, seed=seed)

    assert fired(rule, times=50) == fired(rule, times=50)


def test_chance_keeps_to_its_probability() -> None:
    """In the long run, so many calls of a hundred go wrong."""
    assert 200 < sum(fired(conflict(probability=0.25), times=1000)) < 300


def test_first_rule_that_fires_counts() -> None:
    """Rules are tried in the order in which they were added, and each counts what it saw."""
    faults = Faults()
    once, always = faults.add(conflict(times=1)), faults.add(conflict(fault="InternalFailure"))

    drawn = [faults.draw(COMMIT) for _ in range(3)]

    assert drawn == [once, always, always]
    assert [(it.matched, it.fired) for it in faults] == [(3, 1), (2, 2)]


def test_rules_are_taken_back() -> None:
    """One by its id, or all of them; then nothing goes wrong."""
    faults = Faults()
    standing = faults.add(conflict())
    faults.add(conflict())

    assert (faults.remove(standing.rule_id), faults.remove(standing.rule_id)) == (True, False)
    faults.clear()
    assert not faults
    assert faults.draw(COMMIT) is None


@pytest.mark.parametrize(
    ("let_go", "released"),
    [
        (lambda faults: faults.remove(1), ["first"]),
        (lambda faults: faults.remove(3), []),
        (lambda faults: faults.clear(), ["first", "second"]),
        (lambda faults: faults.release(), ["first", "second"]),
    ],
    ids=["one", "none", "all", "all, and the rules stay"],
)
def test_calls_are_late_as_long_as_their_rules(let_go: Callable[[Faults], None], released: list[str]) -> None:
    """Whoever waits because of a rule is told once it is taken back, or once nobody is to wait any more."""
    faults, told = Faults(), list[str]()
    first, second = faults.add(conflict()), faults.add(conflict())

    with first.holding_up(lambda: told.append("first")), second.holding_up(lambda: told.append("second")):
        let_go(faults)

    assert told == released


def test_calls_that_went_on_are_not_told() -> None:
    """Their wait was over before their rule was."""
    faults, told = Faults(), list[str]()
    with faults.add(conflict()).holding_up(lambda: told.append("late")):
        pass

    faults.clear()

    assert told == []


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"command": ""}, "command: one of"),
        ({"command": "Commit"}, "got 'Commit'"),
        ({"fault": "Earthquake"}, "fault: one of"),
        ({"fault": "Latency"}, "latency: how late"),
        ({"command": "CreateLedger", "fault": "InternalFailure", "ledger": "l"}, "CreateLedger does not name a ledger"),
        ({"command": "GetDigest", "fault": "InternalFailure", "statement": "*"}, "GetDigest is not about a statement"),
        ({"command": "*", "fault": "ThrottlingException", "statement": "*"}, r"\* is not about a statement"),
        ({"latency_ms": -1}, "latency: a duration is not negative"),
        ({"nth": 0}, "nth: a number from 1"),
        ({"times": 0}, "times: a number from 1"),
        ({"probability": 0.0}, "probability: a number above 0"),
        ({"probability": float("nan")}, "probability: a number above 0"),
    ],
)
def test_rule_that_says_nothing_is_refused(members: dict[str, object], said: str) -> None:
    """The message names the member, what is wanted and what came."""
    with pytest.raises(ValueError, match=said):
        conflict(**members)


def test_commands_are_those_of_the_protocol() -> None:
    """Every command of the session protocol can go wrong, and so can the twenty operations."""
    assert set(SESSION_COMMANDS) == set(_SHAPES)
    assert len(set(OPERATIONS)) == 20
