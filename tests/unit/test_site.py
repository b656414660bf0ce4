# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docsite: links between pages stay in it, each page has its place, and the checks see what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import site_checks, site_source

BLOB, RAW = site_source.BLOB, site_source.RAW
NAMES = {"README.md": "index.md", "docs/env.md": "env.md", "docs/images/a.svg": "images/a.svg"}
HEAD = '<head><title>A page</title><meta name="viewport" content="width=device-width"></head>'


@pytest.mark.parametrize(
    ("link", "led"),
    [
        (f"[env]({BLOB}docs/env.md)", "[env](env.md)"),
        (f"[env]({BLOB}docs/env.md#secrets)", "[env](env.md#secrets)"),
        (f"![drawn]({RAW}docs/images/a.svg)", "![drawn](images/a.svg)"),
        (f"[no page]({BLOB}LICENSE)", f"[no page]({BLOB}LICENSE)"),
        (f"`{BLOB}docs/env.md`", f"`{BLOB}docs/env.md`"),
    ],
)
def test_a_whole_link_leads_to_the_page_of_the_site(link: str, led: str) -> None:
    assert site_source.within(link, NAMES) == led


def _project(root: Path) -> Path:
    for name in ("README.md", "CONTRIBUTING.md", "docs/speed.md", "docs/env.md", "docs/brand-new.md"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"# {name}\n\n[env]({BLOB}docs/env.md)\n", encoding="utf-8")
    for name in ("plugins/modules/convox_app.py", "plugins/lookup/convox_env.py", "docs/images/a.svg"):
        (root / name).parent.mkdir(parents=True)
        (root / name).touch()
    return root


def test_each_page_is_listed_once_and_a_new_guide_after_the_known_ones(tmp_path: Path) -> None:
    lines = site_source.contents(_project(tmp_path)).splitlines()
    assert [line for line in lines if line and not line.startswith((":hidden", "`"))] == [
        *(":caption: Guides", "env", "speed", "brand-new"),
        ":caption: Modules and plugins",
        "convox_app <plugins/convox_app_module>",
        "convox_env (lookup) <plugins/convox_env_lookup>",
        "About the collection <plugins/index>",
        *(":caption: The project", "contributing"),
    ]


def test_the_source_has_every_page_with_its_links_led_home(tmp_path: Path) -> None:
    root, target = _project(tmp_path), tmp_path / "source"
    page = target / "plugins" / "convox_app_module.rst"
    page.parent.mkdir(parents=True)
    page.write_text(f"`env <{BLOB}docs/env.md#secrets>`__, `code <{BLOB}LICENSE>`__", encoding="utf-8")
    site_source.lay_out(root, target)
    assert page.read_text("utf-8") == f"`env <../env.html#secrets>`__, `code <{BLOB}LICENSE>`__"
    assert {path.name for path in target.glob("*.md")} == {
        *("index.md", "contributing.md", "speed.md", "env.md", "brand-new.md")
    }
    assert "[env](env.md)" in (target / "index.md").read_text("utf-8")
    assert (target / "images" / "a.svg").is_file()


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
def test_a_broken_page_is_told(tmp_path: Path, page: str, problem: str) -> None:
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "other.html").write_text(f"{HEAD}<p id='there'>", encoding="utf-8")
    told = site_checks.look(tmp_path, NAMES)
    assert told == {"index.html": [problem] if problem else [], "other.html": []}


def test_a_style_sheet_takes_no_font_from_another_host(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@font-face { src: url('https://fonts.test/a.woff') }", encoding="utf-8")
    (tmp_path / "b.css").write_text("body { background: url(b.png) }", encoding="utf-8")
    told = {"a.css": ["loads https://fonts.test/a.woff"], "b.css": []}
    assert site_checks.look(tmp_path, NAMES) == told
