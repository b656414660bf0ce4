# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true of each page of the docsite: no dead link, and nothing from another host."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts.site_source import BLOB

_IN_STYLE = re.compile(r"url\(\s*[\"']?([^)\"']+)|@import\s+[\"']([^\"']+)")
_LOADING = {
    **dict.fromkeys(("audio", "embed", "iframe", "script", "source", "video"), ("src",)),
    "img": ("src", "srcset"),
    "image": ("href",),
    "link": ("href",),
    "object": ("data",),
}


class Page(HTMLParser):
    """One page: its anchors, its links, what it loads, and whether its head is whole."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.viewport = ""
        self.title = ""
        self._in_head, self._tag = True, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._tag = tag
        # A picture in the page may have a title of its own.
        self._in_head = self._in_head and tag != "body"
        self.anchors |= {given[name] for name in ("id", "name" if tag == "a" else "id") if given.get(name)}
        if tag == "meta" and given.get("name") == "viewport":
            self.viewport = given.get("content", "")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in _LOADING.get(tag, ()) if given.get(name)]
        self.loads += _in_style(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "title" and self._in_head:
            self.title += data
        if self._tag == "style":
            self.loads += _in_style(data)


def _in_style(text: str) -> list[str]:
    return [one or other for one, other in _IN_STYLE.findall(text)]


def _head(page: Page) -> list[str]:
    problems = [] if page.title.strip() else ["has no title"]
    return problems + ([] if "width=device-width" in page.viewport else ["has no viewport for phones"])


def _elsewhere(loaded: list[str]) -> list[str]:
    return [f"loads {url}" for url in loaded if urlsplit(url).netloc]


def _dead(here: str, url: str, pages: dict[str, Page], files: set[str]) -> list[str]:
    """What is wrong with a link or an asset of the page `here`: no such file, or no such anchor in it."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return []
    folder, name = posixpath.split(here)
    path = posixpath.normpath(posixpath.join(folder, unquote(parts.path) or name))
    if parts.path.startswith("/") or path not in files:
        return [f"{url} leads nowhere"]
    anchor = unquote(parts.fragment)
    missing = anchor and path in pages and anchor not in pages[path].anchors
    return [f"{url} leads to no place of that page"] if missing else []


def _away(url: str, names: Collection[str]) -> list[str]:
    """A link that goes to the repository for something that the site has."""
    name = url.removeprefix(BLOB).partition("#")[0]
    return [f"{url} leaves the site"] if url.startswith(BLOB) and name in names else []


def look(folder: Path, names: Collection[str]) -> dict[str, list[str]]:
    """Each page and style sheet of the site in this folder, with what is wrong with it.

    The names are those of the project's files that the site has a page for.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path for path in paths}
    pages = {name: Page(path.read_text("utf-8")) for name, path in files.items() if path.suffix == ".html"}
    found = {}
    for name, page in pages.items():
        problems = _head(page) + _elsewhere(page.loads)
        for url in dict.fromkeys([*page.links, *page.loads]):
            problems += _dead(name, url, pages, set(files)) + _away(url, names)
        found[name] = problems
    for name, path in files.items():
        if path.suffix == ".css":
            found[name] = _elsewhere(_in_style(path.read_text("utf-8")))
    return found
