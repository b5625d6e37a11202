"""The documentation is a site: all of it can be reached, every link leads somewhere, and nothing is fetched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))

FETCHED = re.compile(r"""<(?:script|img|iframe)[^>]+src=["']?(?:https?:)?//|<link[^>]+href=["']?(?:https?:)?//""")
FETCHED_BY_STYLE = re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a warning, of a dead link or a page that is nowhere, ends that."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_page_is_in_the_navigation(page: str) -> None:
    """Every page can be found from the first one; decisions can from their index."""
    assert f": {page}\n" in (ROOT / "mkdocs.yml").read_text() or page.startswith("decisions/0")


@pytest.mark.process
def test_nothing_is_fetched(site: Path) -> None:
    """A reader without a network sees all of the site, so neither pages nor styles name another host."""
    pages = dict.fromkeys(site.rglob("*.html"), FETCHED) | dict.fromkeys(site.rglob("*.css"), FETCHED_BY_STYLE)

    assert [path.name for path, fetched in pages.items() if fetched.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.process
def test_links_out_of_the_pages_lead_to_files_of_the_repository(site: Path) -> None:
    """A test that a page names is shown on the site, and the link to it leads there."""
    assert 'href="../repository/tests/test_architecture.py/"' in (site / "architecture/index.html").read_text()
    shown = (site / "repository/tests/test_architecture.py/index.html").read_text()
    assert "Imports point one way" in shown


@pytest.mark.process
def test_pages_from_elsewhere_lead_back(site: Path) -> None:
    """The page of a client stands outside of docs/, and its links into docs/ lead to the pages of the site."""
    assert 'href="../../../tls/"' in (site / "repository/compat/go/index.html").read_text()


@pytest.mark.process
def test_search_knows_pages_and_no_listings(site: Path) -> None:
    """The search is a local index of the pages; code that a page refers to would only hide them."""
    index = (site / "search/search_index.json").read_text()

    assert '"location":"functions/' in index
    assert '"location":"repository/tests/test_house.py' not in index


@pytest.mark.process
def test_pipes_in_code_of_a_table_stand_alone(site: Path) -> None:
    """Markdown of the repository needs a backslash before a pipe in a table, and readers of the site see none."""
    assert "LEADING | TRAILING | BOTH" in (site / "functions/index.html").read_text()
