# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal shows, as an SVG: text with the colours of its escape sequences, in a window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

COLUMNS = 114
SIZE, WIDTH, HEIGHT = 13, 7.8, 19
PAD, BAR = 22, 38
FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
BACK, EDGE, HEAD, TEXT, BRIGHT, FAINT = "#0d1117", "#30363d", "#161b22", "#c9d1d9", "#f0f6fc", "#8b949e"
COLORS = ("#8b949e", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc")
_CODE = re.compile(r"\033\[([0-9;]*)m")


@dataclass(frozen=True)
class Style:
    """How a piece of text looks."""

    color: str = TEXT
    bold: bool = False

    def after(self, code: str) -> Style:
        """The style after an escape sequence (the numbers between `ESC [` and `m`)."""
        style = self
        for word in code.split(";"):
            number = int(word or 0)
            if number == 0:
                style = Style()
            elif number == 1:
                style = Style(BRIGHT if style.color == TEXT else style.color, True)
            elif number == 2:
                style = Style(FAINT, style.bold)
            elif number % 60 in range(30, 38):
                style = Style(COLORS[number % 60 - 30], style.bold)
        return style


@dataclass(frozen=True)
class Piece:
    """Text of one style; ``column``: where it begins in its line."""

    column: int
    text: str
    style: Style


def rows(output: str) -> Iterator[list[Piece]]:
    """The lines of a terminal that is COLUMNS wide; a long line goes on after a space, where it has one."""
    style = Style()
    for line in output.split("\n"):
        row: list[Piece] = []
        column = 0
        for number, part in enumerate(_CODE.split(line)):
            if number % 2:
                style = style.after(part)
                continue
            while part:
                text = _fitting(part, COLUMNS - column)
                if text:
                    row.append(Piece(column, text, style))
                    column, part = column + len(text), part[len(text) :]
                if part:
                    yield row
                    row, column = [], 0
        yield row


def _fitting(text: str, room: int) -> str:
    """The beginning of a text that fits into a line."""
    if len(text.rstrip()) <= room:
        return text
    return text[: text.rfind(" ", 0, room + 1) + 1 or room]


def draw(output: str, title: str, told: str) -> str:
    """The SVG of a window. ``told``: in words for those who do not see it."""
    lines = list(rows(output.strip("\n")))
    width, height = round(COLUMNS * WIDTH + 2 * PAD), BAR + len(lines) * HEIGHT + PAD + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title told">',
        f'<title id="title">{escape(title)}</title><desc id="told">{escape(told)}</desc>',
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="10" '
        f'fill="{BACK}" stroke="{EDGE}"/>',
        f'<path d="M.5 {BAR}V10.5a10 10 0 0 1 10-10H{width - 10.5}a10 10 0 0 1 10 10V{BAR}z" '
        f'fill="{HEAD}" stroke="{EDGE}"/>',
        *(
            f'<circle cx="{PAD + 20 * n}" cy="{BAR / 2}" r="6" fill="{color}"/>'
            for n, color in enumerate(("#ff5f57", "#febc2e", "#28c840"))
        ),
        f'<g font-family="{FONTS}" font-size="{SIZE}">',
        f'<text x="{width / 2}" y="{BAR / 2 + 5}" text-anchor="middle" fill="{FAINT}">{escape(title)}</text>',
    ]
    for number, row in enumerate(lines):
        parts += [_text(piece, BAR + PAD + number * HEIGHT + 4) for piece in row if piece.text.strip()]
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _text(piece: Piece, y: int) -> str:
    """Its length is given, so that columns stay columns in every font."""
    text = piece.text.rstrip()
    column = piece.column + len(text) - len(text.lstrip())
    text = text.lstrip().replace(" ", "\N{NO-BREAK SPACE}")
    weight = ' font-weight="bold"' if piece.style.bold else ""
    return (
        f'<text x="{PAD + column * WIDTH:.1f}" y="{y}" fill="{piece.style.color}"{weight} '
        f'textLength="{len(text) * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )
