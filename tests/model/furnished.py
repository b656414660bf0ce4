# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack of the cases (``tests/integration/cases.py``) in memory: put back as it was before each try, and
told in a form in which two of them can be compared."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from typing import Any

import httpx

from tests.fuzz.worlds import KEY_CANARY, wire_of
from tests.integration import cases
from tests.integration.prepare import Preparer
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.state import App, Pod, State

# Whatever is under way on a practice rack is over after so many seconds.
REST = 600.0
# Made anew each time: what is random in a name, and times.
_IDS = re.compile(r"\b([RB])[A-Z]{10}\b")
_RANDOM = re.compile(
    r"(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5,10}\b|[0-9a-f]{6,}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z"
)
# Counted by what may harmlessly happen twice: a PUT of an app promotes what is active once more.
_COUNTS = ("rollout", "hash", "before_update")


class MemoryPreparer(Preparer):
    """Prepares a rack in memory: time passes on its clock."""

    def __init__(self, rack: MemoryRack) -> None:
        self._memory = rack
        self._http = httpx.Client(
            transport=wire_of(rack), base_url=rack.url, auth=("convox", rack.password), trust_env=False
        )

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self._http.request(method, path, **more).raise_for_status()
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def _until(self, read: Any, status: str) -> dict[str, Any]:
        self._memory.clock.sleep(REST)
        found: dict[str, Any] = read()
        if found["status"] != status:
            raise TimeoutError(f"still {found['status']}, not {status}")
        return found


class Furnished:
    """A rack with what cases find. ``ids``: what their templates may name."""

    def __init__(self) -> None:
        self.rack = MemoryRack(password=KEY_CANARY, resource_data=True, cost_tracking=True)
        self.ids = cases.furnish(self.rack, MemoryPreparer(self.rack))
        rest(self.rack)
        self._state = self.rack.state

    def again(self) -> MemoryRack:
        """The rack as it was; no faults, no requests."""
        self.rack.state = _copied(self._state)
        self.rack.faults.clear()
        self.rack.requests.clear()
        return self.rack


def _copied(state: State) -> State:
    # What is due is not kept: the rack is at rest.
    return copy.deepcopy(state, {id(state.settings): state.settings, id(state._due): []})


def rest(rack: MemoryRack) -> None:
    """Let everything happen that is under way."""
    rack.clock.sleep(REST)
    rack.state.settle()


def picture(rack: MemoryRack) -> Any:
    """All that is on the rack, without ids and times. A rack keeps no tokens."""
    state = rack.state
    told = {
        "apps": [_told(app) for _name, app in sorted(state.apps.items())],
        "registries": state.registries,
        "resources": sorted(map(_text, state.rack_resources.items())),
        "certificates": sorted(map(_text, state.certificates.values())),
        "itself": _told(state.itself),
        "data": sorted(map(_text, state.data.items())),
    }
    known: dict[str, str] = {}
    text = _IDS.sub(lambda found: known.setdefault(found[0], f"{found[1]}{len(known)}"), _text(told))
    return json.loads(_RANDOM.sub("*", text))


def _text(value: Any) -> str:
    return json.dumps(value, default=repr, sort_keys=True)


def _told(value: Any) -> Any:
    if isinstance(value, App):
        # Of processes it counts how many there are of what.
        return {**_fields(value), "pods": sorted(_text(_pod(pod)) for pod in value.pods.values())}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, dict):
        return {str(name): _told(inner) for name, inner in value.items()}
    if isinstance(value, list):
        # Of moments it counts whether there is any: what is begun anew twice is begun anew.
        moments = value and all(isinstance(inner, float) for inner in value)
        return bool(moments) or [_told(inner) for inner in value]
    return value


def _fields(value: Any) -> dict[str, Any]:
    """What a record holds, its times and the lines of its log apart."""
    found = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    return {
        name: _told(inner)
        for name, inner in found.items()
        if not isinstance(inner, float) and name not in (*_COUNTS, "lines", "pods")
    }


def _pod(pod: Pod) -> list[Any]:
    return [pod.service, pod.kind, pod.status, pod.release, pod.command]
