# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: names of review apps, the mark that they have, and which of them are too old."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import typing as t
from collections.abc import Iterable, Mapping

#: The config that says that the role made an app.
MARK = "ansible-review"
# A namespace is called RACK-APP, and has so many characters at most.
_LONGEST = 63
_HASH = 6
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}


def name_of(branch: str, template: str | None, rack: str) -> str:
    """The app's name. What was changed or cut ends with a checksum of the branch. Raises ValueError where the
    names of rack and template leave no room."""
    slug = re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-")
    start = f"{template or 'review'}-"
    room = _LONGEST - len(rack) - 1 - len(start)
    if room < _HASH + 2:
        raise ValueError("the names of rack and template leave no room for that of a branch")
    if slug == branch and len(slug) <= room:
        return start + slug
    checksum = hashlib.sha256(branch.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    cut = slug[: room - _HASH - 1].strip("-")
    return f"{start}{cut}-{checksum}" if cut else start + checksum


def mark_of(app: str, branch: str, template: str | None, now: datetime.datetime) -> str:
    """The text of the mark. It names the app itself: a copy of it marks no other."""
    held = {"app": app, "branch": branch, "template": template, "made": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return json.dumps(held, sort_keys=True)


def read_mark(text: str | None, app: str) -> dict[str, t.Any] | None:
    """What a mark says, None where it is none of this app."""
    try:
        held = json.loads(text or "")
    except ValueError:
        return None
    return held if isinstance(held, dict) and held.get("app") == app else None


def seconds(age: str) -> int | None:
    """``14d`` as seconds, None for what is no age."""
    found = re.fullmatch(r"([0-9]{1,6})([mhdw])", age)
    return int(found[1]) * _SECONDS[found[2]] if found else None


def _when(text: t.Any) -> datetime.datetime | None:
    # Racks write nine digits of a second.
    found = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(text))
    return datetime.datetime.fromisoformat(found[0]).replace(tzinfo=datetime.timezone.utc) if found else None


def last_deploy(app: Mapping[str, t.Any], mark: Mapping[str, t.Any]) -> datetime.datetime | None:
    """When something was last done to an app: its newest release, or when it was made. None: nobody knows."""
    releases = app.get("releases") or []
    times = [_when(each.get("created")) for each in (*releases, {"created": mark.get("made")})]
    return max((time for time in times if time), default=None)


def swept(
    apps: Iterable[Mapping[str, t.Any]],
    marks: Mapping[str, str],
    template: str | None,
    age: str,
    now: datetime.datetime,
) -> list[dict[str, t.Any]]:
    """The review apps that are too old: name, branch, age in days. Locked ones are none of them, nor those of
    which nobody knows when they were deployed."""
    most = seconds(age)
    found: list[dict[str, t.Any]] = []
    for app in apps:
        mark = read_mark(marks.get(app["name"]), app["name"])
        if mark is None or most is None or app.get("locked") or template not in (None, mark.get("template")):
            continue
        last = last_deploy(app, mark)
        if last is not None and (now - last).total_seconds() > most:
            days = round((now - last).total_seconds() / _SECONDS["d"], 1)
            found.append({"name": app["name"], "branch": mark.get("branch"), "days": days})
    return found
