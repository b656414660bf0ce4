# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fenced code blocks of README.md and docs/, and what a comment above one says about it.

A comment stands on the line before the fence, and no reader of the page sees it:

* ``<!-- file: NAME -->``: the block is a file that later blocks use.
* ``<!-- fails: TEXT -->``: the block has to fail, and to say TEXT.
* ``<!-- says: TEXT -->``: the block has to succeed, and to say TEXT.
* ``<!-- not run: REASON -->``: it cannot run here, and why.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What is run, and what is only shown. A block of another language is a mistake.
RUN, SHOWN = ("sh", "yaml"), ("text",)
KINDS = ("file", "fails", "says", "not run")
_MARK = re.compile(r"<!-- (?P<kind>[a-z ]+): (?P<words>.*) -->")


@dataclass(frozen=True)
class Block:
    """One block: where it stands, its language and text, and its mark (kind "" where it has none)."""

    page: str
    line: int
    language: str
    text: str
    kind: str
    words: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def plays(block: Block) -> list[dict[str, Any]]:
    """A yaml block as plays: a playbook as it is, a list of tasks inside a play on localhost."""
    found = yaml.safe_load(block.text)
    if not isinstance(found, list):
        raise ValueError(f"{block.place}: neither a playbook nor a list of tasks")
    if all("hosts" in item for item in found):
        return found
    return [{"name": block.place, "hosts": "localhost", "gather_facts": False, "tasks": found}]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in their order. Raises ValueError for a fence that is not understood."""
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines, start=1):
        fence = line.strip()
        if not fence.startswith("```"):
            continue
        if opened is None:
            opened = (number, fence[3:].strip(), lines[number - 2].strip() if number > 1 else "")
            continue
        start, language, above = opened
        text = textwrap.dedent("\n".join(lines[start : number - 1]) + "\n")
        found.append(_block(page.name, start, language, text, above))
        opened = None
    if opened is not None:
        raise ValueError(f"{page.name}:{opened[0]}: the block does not end")
    return found


def headings(page: Path) -> list[tuple[int, str]]:
    """The third-level headings of a page, and the lines they stand on."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [(number, line[4:]) for number, line in enumerate(lines, start=1) if line.startswith("### ")]


def _block(page: str, line: int, language: str, text: str, above: str) -> Block:
    mark = _MARK.fullmatch(above)
    kind, words = (mark["kind"], mark["words"]) if mark else ("", "")
    if language not in RUN + SHOWN and kind not in ("file", "not run"):
        raise ValueError(f"{page}:{line}: blocks of {language or 'no language'} are not run; mark it")
    if kind and kind not in KINDS:
        raise ValueError(f"{page}:{line}: nobody knows the mark {kind!r}")
    return Block(page, line, language, text, kind, words)
