# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the docsite is made from: README.md, docs/*.md and the like, as they are, and a list of all pages.

Galaxy and Automation Hub want whole links between pages. In the site they lead to the site's own pages.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

BLOB = "https://github.com/convox/convox.rack/blob/main/"
RAW = "https://raw.githubusercontent.com/convox/convox.rack/main/"
# Headings of the list and the pages below them. A guide that is not named here comes last under "Guides".
GUIDES = ("first-deploy", "credentials", "env", "builds", "releases", "troubleshooting", "speed")
FROM_ELSEWHERE = ("from-the-cli", "from-the-sdk", "coverage")
PROJECT = ("practice-rack", "architecture", "dependencies", "contributing", "code-of-conduct", "changelog")
_AT_THE_ROOT = {
    "README.md": "index",
    "CONTRIBUTING.md": "contributing",
    "CODE_OF_CONDUCT.md": "code-of-conduct",
    "CHANGELOG.md": "changelog",
}
# Shorter than the page's own.
_TITLES = {"changelog": "Changelog <changelog>"}
_PLUGINS = {"modules": "module", "lookup": "lookup"}
_LINK = re.compile(rf"(?<=\]\()(?:{re.escape(BLOB)}|{re.escape(RAW)})(?P<path>[^)#\s]+)")
_URL = re.compile(rf"{re.escape(BLOB)}[\w./-]+\w")


def pages(root: Path) -> dict[str, str]:
    """The Markdown files of the project, and each one's page."""
    found = {name: page for name, page in _AT_THE_ROOT.items() if (root / name).is_file()}
    return found | {f"docs/{path.name}": path.stem for path in sorted((root / "docs").glob("*.md"))}


def plugins(root: Path) -> dict[str, str]:
    """The files of modules and plugins, and each one's page, which antsibull writes."""
    return {
        path.relative_to(root).as_posix(): f"plugins/{path.stem}_{kind}"
        for folder, kind in _PLUGINS.items()
        for path in sorted((root / "plugins" / folder).glob("[!_]*.py"))
    }


def targets(root: Path) -> dict[str, str]:
    """What a page may link to within the site: a file of the project, and its name in the site's source."""
    images = {f"docs/images/{path.name}": f"images/{path.name}" for path in (root / "docs/images").iterdir()}
    documents = {name: f"{page}.md" for name, page in pages(root).items()}
    return images | documents | {name: f"{page}.rst" for name, page in plugins(root).items()}


def within(text: str, names: dict[str, str]) -> str:
    """The Markdown with each whole link to one of these files led to its name in the site's source."""
    return _LINK.sub(lambda link: names.get(link["path"], link[0]), text)


def _tree(heading: str, entries: list[str]) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {heading}", *entries, "```", ""])


def contents(root: Path) -> str:
    """The list of all pages, as the site's sidebar shows it."""
    there = set(pages(root).values()) - {"index"}
    unnamed = sorted(there - {*GUIDES, *FROM_ELSEWHERE, *PROJECT})
    reference = [
        f"{Path(name).stem}{' (lookup)' if page.endswith('_lookup') else ''} <{page}>"
        for name, page in plugins(root).items()
    ]
    reference.append("About the collection <plugins/index>")
    sections = {
        "Guides": [page for page in (*GUIDES, *unnamed) if page in there],
        "Modules and plugins": reference,
        "Coming from elsewhere": [page for page in FROM_ELSEWHERE if page in there],
        "The project": [_TITLES.get(page, page) for page in PROJECT if page in there],
    }
    return "".join(_tree(heading, entries) for heading, entries in sections.items() if entries)


def _plugin_page(text: str, there: dict[str, str]) -> str:
    """The page that antsibull wrote, with whole links led to the html of the site."""
    html = {f"{BLOB}{name}": f"../{page}.html" for name, page in there.items()}
    return _URL.sub(lambda url: html.get(url[0], url[0]), text)


def lay_out(root: Path, target: Path) -> None:
    """Write the Markdown pages and the images into the folder that Sphinx reads, where antsibull has been."""
    names, there = targets(root), pages(root) | plugins(root)
    for name, page in pages(root).items():
        text = within((root / name).read_text(encoding="utf-8"), names)
        more = contents(root) if page == "index" else ""
        (target / f"{page}.md").write_text(text + more, encoding="utf-8")
    for path in (target / "plugins").glob("*.rst"):
        path.write_text(_plugin_page(path.read_text(encoding="utf-8"), there), encoding="utf-8")
    shutil.copytree(root / "docs" / "images", target / "images")
