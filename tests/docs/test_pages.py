# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command and playbook of README.md and docs/ runs, and every link of the project leads somewhere."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, Block, blocks
from tests.docs.stage import CANARY, stage

# How many blocks of each page cannot run here. One more needs a reason, and a reader of this line.
NOT_RUN = {"README.md": 5, "practice-rack.md": 2}
OURS = "https://github.com/convox/convox.rack/blob/main/"
RAW = "https://raw.githubusercontent.com/convox/convox.rack/main/"
_LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def _groups(found: list[Block]) -> list[list[Block]]:
    """Unmarked yaml blocks in a row are one playbook; everything else stands alone."""

    def key(block: Block) -> int:
        return 0 if block.language == "yaml" and not block.kind else block.line

    wanted = [block for block in found if block.language != "text" and block.kind != "not run"]
    return [list(group) for _key, group in groupby(wanted, key)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_runs(page: Path, tmp_path: Path) -> None:
    groups = _groups(blocks(page))
    if not groups:
        return
    # Whoever follows the README has an empty rack.
    with stage(tmp_path, furnished=page.name != "README.md") as here:
        printed = [here.do(group) for group in groups]
    assert CANARY not in "".join(printed)


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
        if file.name != "constraints.txt"
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == wanted


def test_files_that_pages_name_are_there() -> None:
    """What stands in backticks and looks like a path of the project is one."""
    tops = "plugins|tests|meta|changelogs|docs"
    rooms = "_api|_steps|_states"
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
        for kind in ("modules", "lookup")
        for path in (ROOT / "plugins" / kind).glob("convox_*.py")
    }
    assert set(re.findall(r"^\| \[convox_\w+\]\(" + re.escape(OURS) + r"([^)]+)\)", text, re.M)) == there
