# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docsite has a page for each guide, module and plugin, its links stay in it, and none is dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docsite.html_page import BLOB, Site

ROOT = Path(__file__).resolve().parents[2]
AT_THE_ROOT = ("README", "CHANGELOG", "CODE_OF_CONDUCT", "CONTRIBUTING")
HEAD = '<head><title>A page</title><meta name="viewport" content="width=device-width"></head>'


def pages() -> dict[str, str]:
    """The files of the project that have a page, and where in the site that is."""
    found = {f"{name}.md": f"{name}.html" for name in AT_THE_ROOT} | {"README.md": "index.html"}
    found |= {f"docs/{path.name}": f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    for folder, kind in (("modules", "module"), ("lookup", "lookup")):
        plugins = (ROOT / "plugins" / folder).glob("[!_]*.py")
        found |= {f"plugins/{folder}/{path.name}": f"plugins/{path.stem}_{kind}.html" for path in plugins}
    return found


@pytest.fixture(scope="module")
def site(html: Path) -> Site:
    return Site(html, pages())


@pytest.mark.parametrize("name", pages())
def test_each_file_has_a_page_that_the_start_page_lists(site: Site, name: str) -> None:
    page = pages()[name]
    assert page in site.files
    listed = [link["href"] for link in site.pages["index.html"].select(".sidebar-tree a[href]")]
    assert page == "index.html" or listed.count(page) == 1


def test_no_page_has_a_problem(site: Site) -> None:
    assert len(site.pages) > 20
    assert site.problems() == {}


def test_whole_links_between_pages_lead_to_the_pages_of_the_site(site: Site) -> None:
    links = {link["href"] for link in site.pages["index.html"].select("article a.reference[href]")}
    assert "docs/first-deploy.html" in links and "plugins/convox_app_module.html" in links
    images = {image["src"] for image in site.pages["index.html"].select("article img")}
    assert images and all(src.startswith("_images/") for src in images)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (HEAD, ""),
        (f"{HEAD}<p id='a'><a href='#a'>", ""),
        (f"{HEAD}<a href='other.html#there'><a href='https://example.com'><a href='#'>", ""),
        (f"{HEAD}<img src='data:image/png;base64,AA'>", ""),
        (HEAD.replace("A page", " "), "has no title"),
        (f"{HEAD.replace('A page', '')}<body><svg><title>drawn</title>", "has no title"),
        (HEAD.replace("viewport", "view"), "has no viewport for phones"),
        (f"{HEAD}<a href='gone.html'>", "gone.html leads nowhere"),
        (f"{HEAD}<a href='/other.html'>", "/other.html leads nowhere"),
        (f"{HEAD}<img src='gone.png'>", "gone.png leads nowhere"),
        (f"{HEAD}<a href='#gone'>", "#gone leads to no place of that page"),
        (f"{HEAD}<a href='other.html#gone'>", "other.html#gone leads to no place of that page"),
        (f"{HEAD}<a href='{BLOB}docs/env.md#a'>", f"{BLOB}docs/env.md#a leaves the site"),
        (f"{HEAD}<script src='https://cdn.test/a.js'>", "loads https://cdn.test/a.js"),
        (f"{HEAD}<link href='//cdn.test/a.css'>", "loads //cdn.test/a.css"),
        (f"{HEAD}<style>@import 'https://cdn.test/a.css'</style>", "loads https://cdn.test/a.css"),
        (f"{HEAD}<p style='background: url(https://cdn.test/a.png)'>", "loads https://cdn.test/a.png"),
    ],
)
def test_a_broken_page_is_seen(tmp_path: Path, page: str, problem: str) -> None:
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "other.html").write_text(f"{HEAD}<p id='there'>", encoding="utf-8")
    found = Site(tmp_path, {"docs/env.md"}).problems()
    assert found == ({"index.html": [problem]} if problem else {})


def test_a_style_sheet_takes_no_font_from_another_host(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@font-face { src: url('https://fonts.test/a.woff') }", encoding="utf-8")
    (tmp_path / "b.css").write_text("body { background: url(b.png) }", encoding="utf-8")
    assert Site(tmp_path, ()).problems() == {"a.css": ["loads https://fonts.test/a.woff"]}
