"""Laws of what the account reads and writes as text: ARNs and page tokens."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.account import arns, page_tokens
from emulator.errors import InvalidParameterException

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,31}", fullmatch=True)
REGIONS = st.sampled_from(["us-east-1", "cn-north-1", "us-gov-west-1"])
IDS = st.text(string.ascii_letters + string.digits, min_size=22, max_size=22)


@given(REGIONS, NAMES, IDS)
def test_arn_is_read_as_written(region: str, name: str, table_id: str) -> None:
    """The ARN of a ledger, and those of its parts, name what they were made of."""
    ledger = arns.ledger_arn(region, "123456789012", name)

    for part in ("", f"table/{table_id}", "information_schema/user_tables"):
        arn = arns.parse(f"{ledger}/{part}" if part else ledger)
        assert (arn.region, arn.account_id, arn.ledger_name, arn.part) == (region, "123456789012", name, part)


@given(st.text(max_size=1_700))
def test_other_text_is_no_arn(text: str) -> None:
    """Whatever is not an ARN is refused and nothing else happens."""
    with pytest.raises(InvalidParameterException):
        arns.parse(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=64))
def test_token_gives_its_place_back(place: str) -> None:
    """A token is good for the list it was made for."""
    assert page_tokens.unseal("ledgers", page_tokens.seal("ledgers", place)) == place


@given(NAMES, st.data())
def test_altered_token_is_refused(place: str, data: st.DataObject) -> None:
    """Any other character anywhere spoils a token."""
    token = page_tokens.seal("ledgers", place)
    position = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda character: character != token[position]))

    with pytest.raises(InvalidParameterException):
        page_tokens.unseal("ledgers", token[:position] + other + token[position + 1 :])


@given(NAMES)
def test_token_of_another_list_is_refused(place: str) -> None:
    """A token is of one list alone."""
    with pytest.raises(InvalidParameterException):
        page_tokens.unseal("exports", page_tokens.seal("ledgers", place))
