# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at every page of the docsite in a real browser, from the disk, as wide as a desktop and as a phone.

A program of its own, run where playwright is installed: `site_look.py HTML BROWSER RESULT`. It writes each
page and what is wrong with it into the file RESULT, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, ViewportSize, sync_playwright

_WIDTHS = {"desktop": 1280, "phone": 390}
# What reaches over the right edge: Furo cuts it off on a phone, where the page then does not even scroll.
# Inside a box that scrolls by itself, as tables and code have one, it may.
_TOO_WIDE = """() => {
    const top = document.documentElement;
    const room = top.clientWidth;
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const boxed = ({parentElement: box}) => box.tagName !== "ARTICLE" && (scrolls(box) || boxed(box));
    const told = (element) => `too wide: <${element.tagName}> ${element.textContent.slice(0, 40)}`;
    const found = [...document.querySelectorAll("article *")]
        .filter((element) => element.getBoundingClientRect().right > room + 1 && !boxed(element))
        .map(told);
    if (top.scrollWidth > room) found.push(`scrolls sideways, ${top.scrollWidth} in ${room}`);
    return found.slice(0, 3);
}"""


def _pages(context: BrowserContext, folder: Path) -> dict[str, list[str]]:
    """Open one page after the other; answers what is wrong with each."""
    # A new window for each page would take three times as long.
    window, told, found = context.new_page(), [], {}
    window.on("request", lambda asked: told.append(f"asks for {asked.url}") if _outside(asked.url) else None)
    window.on("pageerror", lambda error: told.append(f"a script failed: {error}"))
    window.on("console", lambda line: told.append(f"console: {line.text}") if line.type == "error" else None)
    for path in sorted(folder.rglob("*.html")):
        told.clear()
        window.goto(path.as_uri())
        found[path.relative_to(folder).as_posix()] = [*told, *window.evaluate(_TOO_WIDE)]
    found["a search"] = _search(window, f"{(folder / 'search.html').as_uri()}?q=promote")
    return found


def _outside(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:"))


def _search(window: Page, url: str) -> list[str]:
    """Search for a word that many pages have."""
    window.goto(url)
    try:
        window.wait_for_selector("#search-results li a", timeout=10_000)
    except Error:
        return ["finds nothing"]
    return []


def main(folder: Path, browser: str, result: Path) -> None:
    """Look at the whole site in each width and write down what was seen."""
    found: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        for name, width in _WIDTHS.items():
            phone = name == "phone"
            size: ViewportSize = {"width": width, "height": 844}
            context = chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone)
            for page, problems in _pages(context, folder).items():
                found[f"{page} ({name}, {width} wide)"] = problems
    result.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
