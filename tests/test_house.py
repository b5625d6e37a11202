"""What stands around the code agrees with it and with itself."""

import re
import tomllib
from pathlib import Path

import pytest

from emulator import limits

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted(path for path in ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "compat").glob("*.md")),
    *sorted((ROOT / "compat").glob("*/*.md")),
]
PINNED = [ROOT / "constraints.txt", *sorted((ROOT / "compat").rglob("requirements*.txt"))]

LOCKS = [path for name in ("go.sum", "package-lock.json") for path in sorted((ROOT / "compat").glob(f"*/{name}"))]

SECONDS = {"seconds": 1, "minutes": 60, "hour": 3600, "hours": 3600, "days": 24 * 3600}
BYTES = {"KB": 1024, "MB": 1024 * 1024}

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+")


def make_targets() -> set[str]:
    """Give the targets that `make help` lists."""
    return set(re.findall(r"^([a-zA-Z0-9_.-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def pins(path: Path) -> dict[str, str]:
    """Give the pinned versions of a requirements or constraints file."""
    return dict(line.split("==") for line in lines(path))


def lines(path: Path) -> list[str]:
    """Give the lines of a file that are neither empty nor comments."""
    return [line for line in map(str.strip, path.read_text().splitlines()) if line and not line.startswith("#")]


def test_make_lists_what_is_promised() -> None:
    """The commands that people are told about exist, each with its line of help."""
    assert {"setup", "run", "demo", "test", "check", "bench", "help"} <= make_targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page is a file of the repository."""
    targets = LINK.findall(page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_make_commands_in_code_exist(page: Path) -> None:
    """Every `make …` that a page shows in code is a target."""
    code = re.findall(r"`(make [a-z0-9.-]+)[^`]*`|^(make [a-z0-9.-]+)", page.read_text(), re.MULTILINE)
    named = {(inline or block).split()[1] for inline, block in code}

    assert named - make_targets() == set()


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pins_are_versions_and_nothing_else(path: Path) -> None:
    """A pinned file names exact versions, and never a place to download from."""
    assert [line for line in lines(path) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_locks_name_no_address(path: Path) -> None:
    """What pins the clients of other languages holds versions and hashes, and no place to download from."""
    assert '"resolved"' not in path.read_text()


def test_clients_use_the_last_boto3_that_has_the_service() -> None:
    """README, server and client environments agree on the version of boto3 that still knows QLDB."""
    client = pins(ROOT / "compat/python/requirements.txt")["boto3"]

    assert pins(ROOT / "constraints.txt")["boto3"] == client
    assert f"boto3=={client} botocore=={client}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_boto3_is_not_pinned_alone(page: Path) -> None:
    """boto3 takes newer versions of botocore than its own, and those have lost the service."""
    text = page.read_text()

    assert re.findall(r"boto3==(\S+)", text) == re.findall(r"boto3==(\S+) botocore==\1(?!\S)", text)


def test_type_checkers_of_users_see_the_types() -> None:
    """A checker takes the annotations of an installed package only where this file is, empty as it may be."""
    assert (ROOT / "emulator/py.typed").is_file()


def test_known_failures_name_tests_that_exist() -> None:
    """The list of known failures has a reason for each, and a file that exists."""
    listed = tomllib.loads((ROOT / "compat/expected.toml").read_text())["known_failures"]

    assert all(reason and (ROOT / node.split("::")[0]).exists() for node, reason in listed.items())


def limit_rows() -> list[tuple[str, int]]:
    """The names and numbers of the page of limits, as its tables have them."""
    rows = re.findall(
        r"^\|[^|\n]+\| ([\d,]+) ?([\w ]*?) \|[^|\n]*\| `(\w+)` \|$", (ROOT / "docs/limits.md").read_text(), re.M
    )
    return [(name, int(number.replace(",", "")) * scale(name, unit)) for number, unit, name in rows]


def scale(name: str, unit: str) -> int:
    """How much a unit of the page is in that of the limit; what is counted, such as tables, is counted in ones."""
    if unit in SECONDS:
        return SECONDS[unit] * (1000 if name.endswith("_MS") else 1)
    return BYTES.get(unit, 1)


def test_every_limit_is_told() -> None:
    """The page of limits has each limit of the code once, with the number it has there."""
    held = [(name, value) for name, value in vars(limits).items() if name.isupper()]

    assert sorted(limit_rows()) == sorted(held)


def test_changelog_has_a_place_for_what_comes() -> None:
    """Changes that a user notices go under a heading of their own until they are released."""
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_decisions_are_all_in_their_index() -> None:
    """The index has each decision's page once, in order, under its title, which begins with the number of its name."""
    folder = ROOT / "docs/decisions"
    titles = [(heading(page), page.name) for page in sorted(folder.glob("0*.md"))]

    assert re.findall(r"^\| \[(.+)\]\((.+)\) \|", (folder / "README.md").read_text(), re.MULTILINE) == titles
    assert [title.split(".")[0] for title, _ in titles] == [str(int(name[:4])) for _, name in titles]


def heading(page: Path) -> str:
    """Give the first heading of a page."""
    return page.read_text().splitlines()[0].removeprefix("# ")
