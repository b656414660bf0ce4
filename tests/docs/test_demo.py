# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo` comes out as it says, and the pictures show what it prints today."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

from tests.demo.terminal import draw
from tests.docs.blocks import ROOT

IMAGES = ROOT / "docs" / "images"
# Ids differ from run to run; so do the live lines, by what a look at the rack happens to meet.
_ID = re.compile(r"\b[BR][A-Z]{10}\b")


def words(text: str) -> set[str]:
    """The words of some output, without ids and colours."""
    return set(_ID.sub("ID", re.sub(r"\033\[[0-9;]*m", "", text)).split())


def test_the_demo_runs_to_its_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.demo", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 1
    printed = words(done.stdout.replace(command[-1], "~/shop"))
    for picture in ("deploy.svg", "failed.svg"):
        shown = re.findall(
            r"<text [^>]*textLength[^>]*>([^<]*)</text>", (IMAGES / picture).read_text("utf-8")
        )
        lasting = [html.unescape(line) for line in shown if not line.startswith("[shop]")]
        assert words(" ".join(lasting)) - printed == set(), picture


def test_a_terminal_line_is_cut_after_a_space() -> None:
    drawn = draw("word " * 40, "title", "told")
    assert drawn.count("<text ") == 3
    assert "<svg" in drawn and "title</title>" in drawn


def test_colours_and_escapes_are_drawn() -> None:
    drawn = draw("\033[0;31mred\033[0m & plain", "title", "told")
    assert 'fill="#ff7b72" textLength="23.4" lengthAdjust="spacingAndGlyphs">red</text>' in drawn
    assert "&amp;\N{NO-BREAK SPACE}plain" in drawn
