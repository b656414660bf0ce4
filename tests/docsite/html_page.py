# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true of each page of a site in a folder: no dead link, and nothing from another host.

Sphinx sees to the links that it made itself. Antsibull's pages hold html as it is, and the theme has its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

BLOB = "https://github.com/convox/convox.rack/blob/main/"
_IN_STYLE = re.compile(r"url\(\s*[\"']?([^)\"']+)|@import\s+[\"']([^\"']+)")
_LOADING = "[src], [srcset], link[href], image[href], object[data]"


def _in_style(text: str) -> list[str]:
    return [one or other for one, other in _IN_STYLE.findall(text)]


def _loads(page: BeautifulSoup) -> list[str]:
    found = [tag.get(name) for tag in page.select(_LOADING) for name in ("src", "srcset", "href", "data")]
    styles = [tag["style"] for tag in page.select("[style]")] + [tag.text for tag in page.select("style")]
    return [str(url) for url in found if url] + [url for style in styles for url in _in_style(str(style))]


def _elsewhere(loaded: list[str]) -> list[str]:
    return [f"loads {url}" for url in loaded if urlsplit(url).netloc]


class Site:
    """The site in a folder. ``names``: the files of the project that it has a page for."""

    def __init__(self, folder: Path, names: Collection[str]) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self.files = {path.relative_to(folder).as_posix(): path for path in paths}
        self.pages = {
            name: BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for name, path in self.files.items()
            if path.suffix == ".html"
        }
        self.anchors = {
            name: {tag.get(key) for tag in page.select("[id], a[name]") for key in ("id", "name")}
            for name, page in self.pages.items()
        }
        self.names = names

    def problems(self) -> dict[str, list[str]]:
        """Each page and style sheet that something is wrong with, and what."""
        found = {name: list(self._of_page(name, page)) for name, page in self.pages.items()}
        for name, path in self.files.items():
            if path.suffix == ".css":
                found[name] = _elsewhere(_in_style(path.read_text("utf-8")))
        return {name: problems for name, problems in found.items() if problems}

    def _of_page(self, name: str, page: BeautifulSoup) -> Iterator[str]:
        title, viewport = page.select_one("head > title"), page.select_one("meta[name=viewport]")
        if title is None or not title.text.strip():
            yield "has no title"
        if viewport is None or "width=device-width" not in viewport["content"]:
            yield "has no viewport for phones"
        loaded = _loads(page)
        yield from _elsewhere(loaded)
        for url in dict.fromkeys([*(str(link["href"]) for link in page.select("a[href]")), *loaded]):
            yield from self._of_link(name, url)

    def _of_link(self, page: str, url: str) -> Iterator[str]:
        parts = urlsplit(url)
        if url.startswith(BLOB) and url.removeprefix(BLOB).partition("#")[0] in self.names:
            yield f"{url} leaves the site"
        if parts.scheme or parts.netloc:
            return
        folder, name = posixpath.split(page)
        path = posixpath.normpath(posixpath.join(folder, unquote(parts.path) or name))
        anchor = unquote(parts.fragment)
        if parts.path.startswith("/") or path not in self.files:
            yield f"{url} leads nowhere"
        elif anchor and path in self.pages and anchor not in self.anchors[path]:
            yield f"{url} leads to no place of that page"
