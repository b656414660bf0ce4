# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the playbook report in a real browser: wide and narrow, light and dark, full and empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from playwright.sync_api import Browser, Page

from ansible_collections.convox.rack.plugins.filter.report_view import report_view

ROOT = Path(__file__).resolve().parents[2]
TIME = "2026-11-27T18:10:00Z"
LONG = "a-name-that-somebody-thought-about-for-long-and-then-made-longer"
# Text that is harder to read than the guidelines for the web allow: a contrast below 4.5 to 1.
FAINT = """() => {
    const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
        .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, n) => sum + value * [0.2126, 0.7152, 0.0722][n], 0);
    const behind = (element) => {
        const colour = parts(getComputedStyle(element).backgroundColor);
        return colour.length === 3 || !element.parentElement ? colour : behind(element.parentElement);
    };
    const seen = [...document.querySelectorAll("body *")].filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
    const ratio = (element) => {
        const style = getComputedStyle(element);
        const colour = element.ownerSVGElement ? style.fill : style.color;
        const [one, other] = [light(parts(colour)), light(behind(element))].sort((a, b) => b - a);
        return (one + 0.05) / (other + 0.05);
    };
    return seen.filter((element) => element.tagName !== "title" && ratio(element) < 4.5)
        .map((element) => `${element.tagName} ${element.textContent.slice(0, 30)}`).slice(0, 3);
}"""
# What reaches over the right edge, where it is not cut off, as headings that only screen readers meet.
SIDEWAYS = """() => {
    const room = document.documentElement.clientWidth;
    const cut = (each) => each && (getComputedStyle(each).clipPath !== "none" || cut(each.parentElement));
    const wide = [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > room + 1 && !cut(each))
        .map((each) => `${each.tagName} ${each.textContent.slice(0, 40)}`);
    if (document.documentElement.scrollWidth > room) wide.unshift("scrolls sideways");
    return wide.slice(0, 3);
}"""


def app(name: str, *services: str, status: str = "running", up: int = 1) -> dict[str, Any]:
    sizes = {"count": 2, "cpu": 250, "memory": 512, "domain": f"{name}.{LONG}.example.com", "ports": [1]}
    made = {"id": "RABCDEFGHIJ", "created": "2026-11-25T10:00:00Z", "description": f"{LONG} {name}"}
    return {
        "name": name,
        "status": status,
        "release": "RABCDEFGHIJ",
        "locked": True,
        "services": [{**sizes, "name": service} for service in services],
        "processes": [{"service": service, "status": "running"} for service in services * up],
        "releases": [made, {**made, "id": "RBCDEFGHIJK", "created": "2026-11-20T10:00:00Z"}],
    }


def rack(name: str, *apps: dict[str, Any], **more: Any) -> dict[str, Any]:
    capacity = {"cluster_cpu": 8000, "process_cpu": 7000, "cluster_memory": 34360, "process_memory": 33000}
    told = {"status": "running", "version": "3.24.9", "domain": f"{LONG}.example.com", "capacity": capacity}
    return {"name": name, "problem": "", "rack": told, "apps": list(apps), **more}


PAGES: dict[str, list[dict[str, Any]]] = {
    "many": [
        rack("production", *(app(f"app{n:02}", "web", "worker", up=n % 3) for n in range(40))),
        rack(LONG, app(LONG, LONG, status="failed"), app("web", status="updating")),
        rack("away", rack={}, problem=f"no connection to {LONG}{LONG}.example.com:443: Connection refused"),
    ],
    "empty": [rack("new", rack={"status": "running"})],
    "nothing": [],
}


@pytest.fixture(
    scope="module", params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=str
)
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = request.param
    phone = width < 500
    size = {"width": width, "height": 844}
    with chromium.new_context(
        viewport=size, color_scheme=scheme, is_mobile=phone, has_touch=phone
    ) as context:
        yield context.new_page()


def rendered(racks: list[dict[str, Any]]) -> str:
    """The page as Ansible's module template makes it."""
    text = (ROOT / "playbooks" / "templates" / "report.html.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=False, trim_blocks=True).from_string(text)
    return template.render(report=report_view(racks, TIME))


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_can_be_read_and_asks_nobody_for_anything(window: Page, name: str, tmp_path: Path) -> None:
    path, seen = tmp_path / "report.html", []
    path.write_text(rendered(PAGES[name]), encoding="utf-8")
    window.on("request", lambda sent: sent.url in (path.as_uri(), "data:,") or seen.append(sent.url))
    window.on("console", lambda line: seen.append(f"console: {line.text}"))
    window.on("pageerror", lambda error: seen.append(f"a script failed: {error}"))
    window.goto(path.as_uri())
    window.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert [*seen, *window.evaluate(SIDEWAYS), *window.evaluate(FAINT)] == []
    headings = window.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((each) => each.tagName)")
    assert headings[0] == "H1" and headings.count("H1") == 1 and "H2" in headings
    assert window.evaluate(
        "[...document.querySelectorAll('svg')].every((each) => each.querySelector('title'))"
    )


def test_what_is_wide_or_faint_is_seen(window: Page) -> None:
    window.set_content(
        "<body style='background: rgb(255, 255, 255)'><p style='width: 3000px; color: #ddd'>x</p>"
    )
    assert window.evaluate(SIDEWAYS) and window.evaluate(FAINT)
