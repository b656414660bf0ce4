# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command and playbook of README.md and docs/ runs, and every link of the project leads somewhere."""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, Block, blocks, headings
from tests.docs.stage import CANARY, stage

# How many blocks of each page cannot run here. One more needs a reason, and a reader of this line.
NOT_RUN = {"README.md": 5, "awx.md": 4, "events.md": 4, "practice-rack.md": 2}
OURS = "https://github.com/convox/convox.rack/blob/main/"
RAW = "https://raw.githubusercontent.com/convox/convox.rack/main/"
# Each heading of the third level is a message: a block below it prints it. Nobody can order a bug to appear.
BY_MESSAGE = "troubleshooting.md"
BUGS = {"convox.rack met an error of its own"}
_LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def _groups(found: list[Block]) -> list[list[Block]]:
    """Yaml blocks in a row are one playbook; everything else stands alone."""

    def key(block: Block) -> int:
        return 0 if block.language == "yaml" and block.kind != "file" else block.line

    wanted = [block for block in found if block.language != "text" and block.kind != "not run"]
    return [list(group) for _key, group in groupby(wanted, key)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_runs(page: Path, tmp_path: Path) -> None:
    groups = _groups(blocks(page))
    if not groups:
        return
    # Whoever follows the README has an empty rack.
    furnished, text = page.name != "README.md", page.read_text(encoding="utf-8")
    with stage(tmp_path, furnished=furnished, named=text) as here:
        printed = {line: said for group in groups for line, said in here.do(group).items()}
    assert CANARY not in "".join(printed.values())
    if page.name == BY_MESSAGE:
        failed = {block.line for group in groups for block in group if block.kind == "fails"}
        assert _not_printed(page, {line: printed[line] for line in failed}) == []


def _not_printed(page: Path, failed: dict[int, str]) -> list[str]:
    """The messages in the headings of a page that no failed block below them has printed."""
    found = headings(page)
    missing = []
    for (line, message), (end, _next) in zip(found, [*found[1:], (sys.maxsize, "")], strict=True):
        words = re.compile(".+?".join(map(re.escape, message.split("..."))))
        said = [" ".join(failed[number].split()) for number in failed if line < number < end]
        if message not in BUGS and not any(map(words.search, said)):
            missing.append(message)
    return missing


def test_messages_of_bugs_are_those_of_the_code() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "plugins").rglob("*.py"))
    page = next(page for page in PAGES if page.name == BY_MESSAGE)
    assert {message for _line, message in headings(page)} >= BUGS
    assert [message for message in BUGS if message not in code] == []


def test_what_cannot_run_is_counted() -> None:
    found = {page.name: sum(block.kind == "not run" for block in blocks(page)) for page in PAGES}
    assert {name: count for name, count in found.items() if count} == NOT_RUN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_are_whole_and_lead_somewhere(page: Path) -> None:
    """A relative link breaks where Galaxy and Automation Hub show a page."""
    links = [one or other for one, other in _LINK.findall(page.read_text(encoding="utf-8"))]
    assert [link for link in links if not link.startswith(("https://", "#", "mailto:"))] == []
    own = [link.partition("#")[0] for link in links if link.startswith((OURS, RAW))]
    names = {link.removeprefix(OURS).removeprefix(RAW) for link in own}
    assert [name for name in sorted(names) if not (ROOT / name).is_file()] == []


def test_dependencies_are_all_told_and_no_others() -> None:
    """The first column of docs/dependencies.md names what the requirement files name."""
    files = [ROOT / "requirements.txt", *(ROOT / "tests" / "requirements").glob("*.txt")]
    wanted = {
        re.split(r"[ =<>]", line)[0]
        for file in files
        if not file.name.startswith("constraints")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    # Beside libraries the page tells of scripts, which are files and folders.
    assert {name for name in named if not name.endswith((".py", "/"))} == wanted


def test_files_that_pages_name_are_there() -> None:
    """What stands in backticks and looks like a path of the project is one."""
    tops = "plugins|tests|meta|changelogs|docs"
    rooms = "_api|_shared|_modules|_build_context"
    missing = []
    for page in PAGES:
        for path in re.findall(rf"`((?:{tops}|{rooms}|module_utils)/[\w./-]*)`", page.read_text("utf-8")):
            inside = "plugins/module_utils/" if re.match(rf"(?:{rooms})/", path) else ""
            inside = "plugins/" if path.startswith("module_utils/") else inside
            if "NOUN" not in path and not (ROOT / inside / path).exists():
                missing.append(f"{page.name}: {path}")
    assert missing == []


def test_readme_lists_every_module_and_plugin() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    there = {
        path.relative_to(ROOT).as_posix()
        for kind in ("modules", "lookup", "inventory", "connection")
        for path in (ROOT / "plugins" / kind).glob("convox*.py")
    }
    assert set(re.findall(r"^\| \[convox\w*\]\(" + re.escape(OURS) + r"([^)]+)\)", text, re.M)) == there
