# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a practice rack knows: kept, put back, told in a form in which two racks can be compared.

And its requests, as places for faults.
"""

from __future__ import annotations

import copy
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api.resources import system
from tests.integration.deploys import client, until
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack
from tests.practice_rack.state import App, State

ID = re.compile(r"\b([RB])[A-Z]{10}\b")
# What is random in a path.
RANDOM = re.compile(r"\b[RB][A-Z]{10}\b|\b[0-9a-f]{30}\b")


def at_rest(rack: PracticeRack) -> bool:
    """Whether nothing is going to happen by itself soon."""
    return not any(at < time.monotonic() + 60 for at, _unused, _unused in rack.state._due)


def rest(rack: PracticeRack) -> None:
    """Let everything happen that is under way."""

    def good() -> bool:
        system.get(client(rack))
        return at_rest(rack)

    until(good)


def snapshot(rack: PracticeRack) -> State:
    """All that the rack knows. It has to be at rest: what is due is not kept."""
    rest(rack)
    return _copied(rack.state)


def restore(rack: PracticeRack, state: State) -> None:
    """The rack as it was; no faults, no requests."""
    rack.state = _copied(state)
    rack.faults.clear()
    rack.requests.clear()


def _copied(state: State) -> State:
    kept = {id(state.settings): state.settings, id(state._due): []}
    return copy.deepcopy(state, kept)


@dataclass
class Names:
    """Random ids as numbers, in the order in which they come up."""

    known: dict[str, str] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        return ID.sub(lambda found: self.name(found[0]), text)

    def name(self, found: str) -> str:
        return self.known.setdefault(found, f"{found[0]}{len(self.known)}")


def picture(rack: PracticeRack) -> dict[str, Any]:
    """What is on the rack, without ids and times: all apps, releases, builds, promotes, processes."""
    return {name: _app(app, Names()) for name, app in sorted(rack.state.apps.items())}


def _app(app: App, names: Names) -> dict[str, Any]:
    for made in [*app.builds, *app.releases]:
        names.name(made.id)
    services = {
        name: {
            "count": found.count,
            "cpu": found.cpu,
            "memory": found.memory,
            "restarts": found.restarts,
            "release": names.plain(found.release),
            "running": sum(
                p.status == "running" and p.service == name and p.kind == "service" for p in app.pods.values()
            ),
        }
        for name, found in sorted(app.deployments.items())
    }
    told = {
        "status": app.status,
        "locked": app.locked,
        "parameters": app.parameters,
        "release": app.release,
        "rollouts": app.rollout,
        "configs": app.configs,
        "builds": [(b.description, b.git_sha, b.status, b.release) for b in app.builds],
        "releases": [(r.build, sorted(r.env.split("\n")), r.description) for r in app.releases],
        "services": services,
    }
    found: dict[str, Any] = json.loads(names.plain(json.dumps(told)))
    return found


# -- requests and faults


@dataclass(frozen=True)
class Request:
    """One request of a task: the ``nth`` (from 0) of this method and path. Ids in the path are left open."""

    method: str
    path: str
    nth: int

    @property
    def write(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS", "SOCKET")

    def __str__(self) -> str:
        return f"{self.method} {self.path} #{self.nth}"

    def fault(self, kind: str, **settings: Any) -> Fault:
        """A fault at this request."""
        return Fault(kind, self.method, f"^{self.path}$", self.nth, **settings)


def requests_of(rack: PracticeRack, most: int) -> list[Request]:
    """The requests in the rack's log; of equal ones (polls) the first ``most``."""
    counts: dict[tuple[str, str], int] = {}
    found = []
    for record in rack.requests:
        key = record.method, RANDOM.sub("[0-9A-Za-z]+", record.path)
        nth = counts.setdefault(key, 0)
        counts[key] += 1
        if nth < most:
            found.append(Request(*key, nth))
    return found
