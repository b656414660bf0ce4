# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the events of an app, told from how it looks now and how it looked before.

They have the form of a rack's own. A rack that is looked at shows less than one that tells: who did something
is not to be seen, and what was over between two looks is told by its end alone, or not at all.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field, fields

#: Releases that are remembered: more than a look lists.
REMEMBERED = 100
ROLLING, REVERTING = "updating", "rollback"
Event = dict[str, t.Any]


@dataclass
class Seen:
    """How an app looked: ``release`` was the last one that ran, ``rollout`` is the one under way ("" for
    none), and ``failed`` says that its failure was told. ``releases``: ids, newest first."""

    release: str = ""
    rollout: str = ""
    failed: bool = False
    releases: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, t.Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, found: t.Any) -> Seen:
        """Raises ValueError for anything else than what ``as_json`` gives."""
        if not isinstance(found, dict) or set(found) != {each.name for each in fields(cls)}:
            raise ValueError("not how an app looked")
        seen = cls(**found)
        texts = [seen.release, seen.rollout, *(seen.releases if isinstance(seen.releases, list) else [None])]
        if not (isinstance(seen.failed, bool) and all(isinstance(text, str) for text in texts)):
            raise ValueError("not how an app looked")
        return seen


class Made(t.NamedTuple):
    """A release as the list shows it."""

    id: str
    created: str


class Look(t.NamedTuple):
    """How an app looks now. ``releases``: newest first; None where the key may not list them."""

    app: str
    status: str
    release: str
    releases: tuple[Made, ...] | None
    at: str


def first(look: Look) -> Seen:
    """What is taken for known of an app that is looked at for the first time. A rollout that is under way is
    told when it ends."""
    known = [made.id for made in look.releases or ()]
    if look.status != ROLLING or not look.release:
        return Seen(look.release, releases=known, failed=look.status == REVERTING)
    return Seen("", rollout=look.release, releases=known)


def changes(seen: Seen, look: Look) -> tuple[Seen, list[Event]]:
    """How the app is known from now on, and what has happened since."""
    events: list[Event] = []
    releases = _created(seen, look, events)
    if look.status == ROLLING:
        rest = _rolling(seen, look, events)
    elif look.status == REVERTING:
        rest = _reverting(seen, look, events)
    elif look.status == "running":
        rest = _running(seen, look, events)
    else:
        rest = seen
    return Seen(rest.release, rest.rollout, rest.failed, releases), events


def event(
    action: str, status: str, at: str, app: str, release: str = "", message: str = "", **more: str
) -> Event:
    """An event in a rack's form."""
    data = {"app": app, "id": release, "actor": "unknown", "message": message, **more}
    told = {name: value for name, value in data.items() if value}
    return {"action": action, "status": status, "timestamp": at, "data": told}


def _created(seen: Seen, look: Look, events: list[Event]) -> list[str]:
    if look.releases is None:
        return seen.releases
    known = set(seen.releases)
    new = [made for made in look.releases if made.id not in known]
    for made in reversed(new):
        events.append(event("release:create", "success", made.created or look.at, look.app, made.id))
    # Those known stay so: a list that lags may miss one for a moment.
    return [*(made.id for made in new), *seen.releases][:REMEMBERED]


def _promote(look: Look, release: str, end: str, status: str, message: str = "") -> Event:
    return event(f"app:promote:{end}", status, look.at, look.app, release, message)


def _started(look: Look) -> Event:
    return event("release:promote", "start", look.at, look.app, look.release)


def _rolling(seen: Seen, look: Look, events: list[Event]) -> Seen:
    if look.release in ("", seen.rollout) and not seen.failed:
        return seen
    if look.release == seen.release:
        # The old one again: put back, or a change of the app's lock or parameters.
        _ended_badly(seen, look, events)
        return Seen(seen.release)
    if seen.rollout and seen.rollout != look.release and not seen.failed:
        events.append(
            _promote(look, seen.rollout, "cancelled", "cancelled", f"{look.release} took its place")
        )
    if look.release:
        events.append(_started(look))
    return Seen(seen.release, look.release)


def _reverting(seen: Seen, look: Look, events: list[Event]) -> Seen:
    if not seen.rollout and look.release and look.release != seen.release and not seen.failed:
        events.append(_started(look))
        seen = Seen(seen.release, look.release)
    _ended_badly(seen, look, events)
    return Seen(seen.release, seen.rollout, failed=True)


def _ended_badly(seen: Seen, look: Look, events: list[Event]) -> None:
    if seen.rollout and not seen.failed:
        events.append(_promote(look, seen.rollout, "errored", "error", "the rack puts the old release back"))


def _running(seen: Seen, look: Look, events: list[Event]) -> Seen:
    release, rollout = look.release, "" if seen.failed else seen.rollout
    if release and release == rollout:
        events.append(_promote(look, release, "completed", "success"))
    elif rollout and release in ("", seen.release) or rollout and not seen.release:
        words = f"{release or 'nothing'} runs instead"
        events.append(_promote(look, rollout, "errored", "error", words))
    elif release not in ("", seen.release) and _is_news(seen):
        if rollout:
            words = f"{release} took its place"
            events.append(_promote(look, rollout, "cancelled", "cancelled", words))
        events.append(_promote(look, release, "completed", "success"))
    return Seen(release)


def _is_news(seen: Seen) -> bool:
    """Whether another release than the one that ran was promoted; after a failure that was seen from its
    middle on, nobody knows what ran before."""
    return not seen.failed or bool(seen.release and seen.rollout)
