"""The programs on the pages: Python and shell, what each prints, and why one cannot be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = ("python", "sh")

_EXAMPLE = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n)?"
    r"^```(?P<language>python|sh)\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<printed>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A program of a page; `printed` is None where the page does not show it, `reason` says why it is not run."""

    language: str
    code: str
    printed: str | None
    reason: str | None

    def printed_is(self, text: str) -> bool:
        """Whether this is what the page shows; `…` there stands for anything on its line."""
        if self.printed is None:
            return True
        wanted = ".*".join(map(re.escape, self.printed.strip().split("…")))
        return re.fullmatch(wanted, text.strip()) is not None


def examples(page: str, language: str) -> list[Example]:
    """Those of a page in one language, from top to bottom."""
    return [example for example in _all(page) if example.language == language]


def pages_with(language: str) -> list[str]:
    """The pages that have an example in the language to run."""
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    return [page for page in pages if any(example.reason is None for example in examples(page, language))]


def _all(page: str) -> Iterator[Example]:
    for found in _EXAMPLE.finditer((DOCS / page).read_text(encoding="utf-8")):
        yield Example(found["language"], found["code"], found["printed"], found["reason"])
