# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recordings: what a real rack answered, one exchange a line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"
FILES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


@dataclass(frozen=True)
class Exchange:
    file: str
    index: int
    note: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def id(self) -> str:
        words = re.sub(r"[^A-Za-z0-9]+", "-", self.note).strip("-")
        return f"{self.file}-{self.index:02}-{words[:40]}"


def _expand(value: Any) -> Any:
    """Write out what the recordings abbreviate: ``<x repeated 65530 times>``."""
    if isinstance(value, str):
        return re.sub(r"<(\w) repeated (\d+) times>", lambda m: m[1] * int(m[2]), value)
    if isinstance(value, dict):
        return {k: _expand(v) for k, v in value.items()}
    return value


def load(file: str) -> list[Exchange]:
    found = []
    for index, line in enumerate((FOLDER / f"{file}.jsonl").read_text().splitlines()):
        data = json.loads(line)
        found.append(Exchange(file, index, data["note"], _expand(data["request"]), _expand(data["response"])))
    return found
