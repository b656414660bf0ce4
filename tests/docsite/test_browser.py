# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the docsite in a real browser, from the disk, as wide as a desktop and as a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

# What reaches over the right edge: Furo cuts it off on a phone, where the page then does not even scroll.
# Inside a box that scrolls by itself, as tables and code have one, it may.
TOO_WIDE = """() => {
    const top = document.documentElement;
    const room = top.clientWidth;
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const boxed = ({parentElement: box}) => box.tagName !== "ARTICLE" && (scrolls(box) || boxed(box));
    const found = [...document.querySelectorAll("article *")]
        .filter((element) => element.getBoundingClientRect().right > room + 1 && !boxed(element))
        .map((element) => `too wide: <${element.tagName}> ${element.textContent.slice(0, 40)}`);
    if (top.scrollWidth > room) found.push(`scrolls sideways, ${top.scrollWidth} in ${room}`);
    return found.slice(0, 3);
}"""


@pytest.fixture(scope="module", params=[1280, 390], ids=["desktop", "phone"])
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """One window for all pages: a new one for each would take three times as long."""
    phone = request.param < 500
    size = {"width": request.param, "height": 844}
    with chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone) as context:
        yield context.new_page()


def test_each_page_fits_and_asks_no_other_host_for_anything(window: Page, html: Path) -> None:
    seen: list[str] = []
    local = ("file:", "data:", "blob:")
    window.on("request", lambda sent: sent.url.startswith(local) or seen.append(f"asks for {sent.url}"))
    window.on("pageerror", lambda error: seen.append(f"a script failed: {error}"))
    window.on("console", lambda line: line.type == "error" and seen.append(f"console: {line.text}"))
    found = {}
    for path in sorted(html.rglob("*.html")):
        seen.clear()
        window.goto(path.as_uri())
        found[path.relative_to(html).as_posix()] = [*seen, *window.evaluate(TOO_WIDE)]
    assert len(found) > 20
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_page_that_is_too_wide_is_seen(window: Page) -> None:
    window.set_content("<article><p style='width: 3000px'>wide</p></article>")
    assert "too wide: <P> wide" in window.evaluate(TOO_WIDE)


def test_a_search_finds_a_word_that_many_pages_have(window: Page, html: Path) -> None:
    window.goto(f"{(html / 'search.html').as_uri()}?q=promote")
    window.wait_for_selector("#search-results li a", timeout=10_000)
    assert window.locator("#search-results li a").count() > 1
