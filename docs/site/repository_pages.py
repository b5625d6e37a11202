"""Files outside of docs/ that its pages link to, as pages of the site.

The pages are read in two places: in the repository, where `../compat/go/README.md` is a file, and on the site, which
holds docs/ alone. So that one link serves both, every file that is linked becomes a page below `repository/`: Markdown
as it is, and anything else as a listing. Links are turned to where their files are on the site. A hook of MkDocs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
DOCS, OTHERS = "docs/", "repository/"

LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
CODE_IN_TABLE = re.compile(r"`[^`\n]*\\\|[^`\n]*`")
LANGUAGES = {".py": "python", ".go": "go", ".js": "javascript", ".java": "java", ".toml": "toml", ".yaml": "yaml"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each file outside of docs/ that a page of the site leads to, directly or through others."""
    waiting = [DOCS + file.src_uri for file in files.documentation_pages()]
    seen = set(waiting)
    while waiting:
        for path in links_of(waiting.pop()):
            if path in seen or path.startswith(DOCS):
                continue
            seen.add(path)
            files.append(page_of(path, config))
            if path.endswith(".md"):
                waiting.append(path)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the links of a page to where their files are on the site, and read tables as the repository's pages do."""
    path = repository_path(page.file.src_uri)

    def turned(link: re.Match[str]) -> str:
        target = resolved(path, link["target"])
        if target is None:
            return link[0]
        address = posixpath.relpath(site_path(target), posixpath.dirname(page.file.src_uri) or ".")
        return f"]({address}{link['anchor'] or ''})"

    return CODE_IN_TABLE.sub(lambda code: code[0].replace(r"\|", "|"), LINK.sub(turned, markdown))


def links_of(path: str) -> Iterator[str]:
    """What a Markdown file links to, as paths in the repository."""
    for link in LINK.finditer((ROOT / path).read_text(encoding="utf-8")):
        if (target := resolved(path, link["target"])) is not None:
            yield target


def resolved(path: str, target: str) -> str | None:
    """The file that a link of the file at `path` means; a folder means its README. None where there is none."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    candidates = (wanted, posixpath.join(wanted, "README.md"))
    return next((candidate for candidate in candidates if (ROOT / candidate).is_file()), None)


def site_path(path: str) -> str:
    """Where a file of the repository has its page."""
    if path.startswith(DOCS):
        return path.removeprefix(DOCS)
    return OTHERS + path if path.endswith(".md") else f"{OTHERS}{path}.md"


def repository_path(source: str) -> str:
    """The file of the repository that a page comes from."""
    if not source.startswith(OTHERS):
        return DOCS + source
    path = source.removeprefix(OTHERS)
    return path if (ROOT / path).is_file() else path.removesuffix(".md")


def page_of(path: str, config: MkDocsConfig) -> File:
    """The page of a file outside of docs/."""
    text = (ROOT / path).read_text(encoding="utf-8")
    content = text if path.endswith(".md") else listing(path, text)
    return File.generated(config, site_path(path), content=content, inclusion=InclusionLevel.NOT_IN_NAV)


def listing(path: str, text: str) -> str:
    """A page with a file in it that is no page; the search leaves it out."""
    language = LANGUAGES.get(posixpath.splitext(path)[1], "text")
    return f"---\nsearch:\n  exclude: true\n---\n\n# {path}\n\n~~~~~~{language}\n{text}\n~~~~~~\n"
