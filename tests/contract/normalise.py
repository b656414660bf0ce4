# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two racks that behave the same: ids, pod names, times, addresses, tokens.

Everything else is compared as it is. Ids, hashes, pod names and times of JSON fields must stand for each
other one to one through a whole file (``Pairs``); the rest is only replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.practice_rack.wire import compact, indented

_POD = "[bcdfghjklmnpqrstvwxz2456789]"
_NAMES = "build|web|worker|api|atom|resolver|nope|none|resource-database|resource-cache"
_BOUND = re.compile(
    rf"(?P<id>\b[RB][A-Z]{{10}}\b)"
    rf"|\b(?P<name>{_NAMES})-(?:(?P<hash>[0-9a-f]{{10}}|{_POD}{{8,10}})-)?(?P<pod>{_POD}{{5}})\b"
    rf"|\b(?P<made>(?:cert-(?:[0-9a-f]{{40}}|{_POD}{{5}})|webhook-[0-9a-f]{{6}}|tmp/[0-9a-f]{{30}}))\b"
    r"|(?P<nanos>\b(?!0001)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z)"
)
_LOOSE = [
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "{jwt}"),
    (re.compile(r'"month-start":"\d{4}-\d\d-01T00:00:00Z"'), '"month-start":"{month}"'),
    (re.compile(r"\b(?!0001)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "{seconds}"),
    (re.compile(r"\b10\.1\.\d+\.\d+\b"), "{host}"),
    (re.compile(r'"ageSeconds":\d+'), '"ageSeconds":{n}'),
    (re.compile(r'"restarts":[1-9]\d*'), '"restarts":{some}'),
    (re.compile(r"(?:[a-z]{0,20} tick \d+\\n)+"), "{ticks}"),
]


@dataclass
class Text:
    """A text with its bound words taken out, and those words in their order."""

    skeleton: str
    words: list[tuple[str, str]] = field(default_factory=list)


def take_apart(text: str, *, bind_times: bool = True) -> Text:
    words: list[tuple[str, str]] = []

    def replace(match: re.Match[str]) -> str:
        if match["nanos"]:
            if bind_times:
                words.append(("nanos", match["nanos"]))
            return "{nanos}"
        if match["id"]:
            words.append(("id", match["id"]))
            return match["id"][0] + "{id}"
        if match["made"]:
            words.append(("made", match["made"]))
            return "{made}"
        if match["hash"]:
            words.append(("hash", f"{match['name']}-{match['hash']}"))
        words.append(("pod", match[0]))
        return f"{match['name']}{'-{hash}' if match['hash'] else ''}-{{pod}}"

    skeleton = _BOUND.sub(replace, text)
    for pattern, by in _LOOSE:
        skeleton = pattern.sub(by, skeleton)
    return Text(skeleton, words)


class Pairs:
    """Which word of this rack stands for which recorded one, both ways."""

    def __init__(self) -> None:
        self.ours: dict[str, str] = {}
        self.theirs: dict[str, str] = {}

    def bind(self, recorded: str, actual: str) -> str | None:
        """Note a pair; what contradicts an earlier one comes back in words."""
        known = self.ours.setdefault(recorded, actual)
        back = self.theirs.setdefault(actual, recorded)
        if known != actual or back != recorded:
            return f"{recorded} stood for {known}, now {actual} (which stood for {back})"
        return None

    def translate(self, text: str) -> str:
        """A recorded path or value in this rack's words."""
        for recorded, actual in sorted(self.ours.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(recorded, actual)
        return text

    def unknown(self, text: str) -> list[tuple[str, str]]:
        return [(kind, word) for kind, word in take_apart(text).words if word not in self.ours]


def json_text(body: str, recorded_id: Callable[[str], str] = str) -> tuple[str, str]:
    """(how it is written, the same without spaces): indented, compact, or no JSON.

    ``recorded_id`` tells which recorded id an id of this rack stands for: lists in the order of random
    ids are put into the recorded order.
    """
    body = body.replace("<JWT>", "{jwt}")  # written by hand in the recordings: Go would escape the brackets
    try:
        value = json.loads(body)
    except ValueError:
        return "text", body
    if body == indented(value) + "\n":
        written = "indented"
    elif body == compact(value) + "\n":
        written = "compact"
    else:
        return "text", body
    return written, compact(_ordered(value, recorded_id))


def _ordered(value: Any, recorded_id: Callable[[str], str]) -> Any:
    """Lists of services have no order; processes are ordered by ids, which are random here."""
    if isinstance(value, list) and all(isinstance(v, dict) for v in value):
        if any("scale-override-active" in v for v in value):
            return sorted(value, key=lambda v: v["name"])
        if any("instance" in v and "started" in v for v in value):
            return sorted(value, key=lambda v: (v["app"], v["name"], v["status"] != "running", v["command"]))
        if any("expiration" in v for v in value):
            return sorted(value, key=lambda v: recorded_id(v["id"]))
    return value


def collapse(frames: list[dict[str, str]]) -> list[dict[str, str]]:
    """Repeated lines of a process that lives on: how many there are is a matter of time."""
    kept: list[dict[str, str]] = []
    shapes: list[str] = []
    for frame in frames:
        shape = take_apart(frame["data"]).skeleton
        if (
            shapes
            and shape == shapes[-1]
            and "GET /health 200" in shape
            and _pod_of(frame) == _pod_of(kept[-1])
        ):
            continue
        kept.append(frame)
        shapes.append(shape)
    return kept


def _pod_of(frame: dict[str, str]) -> list[tuple[str, str]]:
    return [word for word in take_apart(frame["data"], bind_times=False).words if word[0] == "pod"]
