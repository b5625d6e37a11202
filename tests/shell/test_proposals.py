"""What is proposed at the end of a text."""

import pytest

from emulator.ion.codec import read_all
from emulator.shell.proposals import proposals
from emulator.shell.seen import Seen


@pytest.fixture
def seen() -> Seen:
    """Two tables, one with an index; fields of a statement and of a result."""
    seen = Seen()
    seen.note_tables(read_all('{name: "Person", indexes: [{expr: "[GovId]"}]} {name: "Vehicle"}'))
    seen.note_statement("INSERT INTO Person {'Year': 1, 'it''s': {'deep': 2}, 'x': 'value'}")
    seen.note_rows(read_all("{name: 1, Owners: [{PersonId: 1}]} 12"))
    return seen


def texts(text: str, seen: Seen) -> list[str]:
    return [proposal.text for proposal in proposals(text, seen)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("SELECT * FROM Per", ["Person"]),
        ("SELECT * FROM ", ["Person", "Vehicle"]),
        ("INSERT INTO V", ["Vehicle"]),
        ("SELECT p.", ["PersonId", "Owners", "name"]),
        ("SELECT p.na", ["name"]),
        ("SELECT gov", ["GovId"]),
        ("SELECT dee", ["deep"]),
        ("SELECT yea", ['"Year"']),
        ("SELECT it", ['"it\'s"']),
        ("sel", ["select"]),
        ("SEL", ["SELECT"]),
        ("sta", ["start transaction"]),
        ("SELECT 1; INS", ["INSERT INTO"]),
        ("SELECT UPP", ["UPPER("]),
        ("SELECT 'na", []),
        ("SELECT /* na", []),
        ("SELECT zzz", []),
    ],
)
def test_likeliest_come_first(text: str, first: list[str], seen: Seen) -> None:
    """Tables after FROM, fields after a dot, statements at the beginning, nothing inside a string."""
    found = texts(text, seen)

    assert found[: len(first)] == first
    assert bool(found) == bool(first)


def test_commands_are_proposed_at_the_beginning_alone(seen: Seen) -> None:
    """They cannot follow a statement."""
    assert "commit" in texts("comm", seen)
    assert "commit" not in texts("SELECT 1; comm", seen)


def test_what_is_seen_is_bounded() -> None:
    """The newest fields stay, however many documents come by."""
    seen = Seen()
    for number in range(2000):
        seen.note_rows(read_all(f"{{field{number}: 1}}"))

    assert len(seen.fields) == 1000
    assert seen.fields[0] == "field1999"
