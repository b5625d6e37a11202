"""The pages of the language show what statements answer, and they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.errors import BadRequestException
from emulator.ion.codec import read_text
from emulator.ion.text import write_text
from tests.partiql.case_files import same_rows
from tests.session.test_language import SessionStage

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("partiql.md", "functions.md")

BLOCK = re.compile(r"^```partiql\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROW, ERROR = "--> ", "--! "


class Example(NamedTuple):
    """A statement, the rows it answers, and a part of the error's message where it is refused."""

    statement: str
    rows: list[str]
    error: str | None


def examples(page: str) -> Iterator[Example]:
    """Those of a page, from top to bottom; an empty line ends each."""
    for block in BLOCK.findall((DOCS / page).read_text()):
        for lines in (part.split("\n") for part in block.strip().split("\n\n")):
            rows = [line.removeprefix(ROW) for line in lines if line.startswith(ROW)]
            errors = [line.removeprefix(ERROR) for line in lines if line.startswith(ERROR)]
            statement = "\n".join(line for line in lines if not line.startswith((ROW, ERROR)))
            yield Example(statement, rows, errors[0] if errors else None)


@pytest.mark.parametrize("page", PAGES)
def test_examples_are_true(page: str) -> None:
    """Each statement of the page, run after those before it, answers the rows or the error that stand below it."""
    stage = SessionStage()
    for example in examples(page):
        if example.error is not None:
            with pytest.raises(BadRequestException) as refused:
                stage.transact(example.statement, [])
            assert example.error in refused.value.message
            stage.conversation.abort()
            continue
        rows = stage.transact(example.statement, [])
        wanted = [read_text(row.replace("…", "match::any")) for row in example.rows]
        assert same_rows(wanted, rows), (example.statement, [write_text(row) for row in rows])


@pytest.mark.parametrize("page", PAGES)
def test_pages_have_examples(page: str) -> None:
    """What a page shows as an example is found."""
    assert len(list(examples(page))) > 10
