# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who works on the app, and how: tasks of our modules by the runner's real code, and the CLI's way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from hypothesis import strategies as st

from tests.fuzz import nouns, worlds
from tests.practice_rack import env_text
from tests.practice_rack.exchange import Record
from tests.practice_rack.memory import MemoryRack

APP = "web"
KEYS = ("A", "B", "C", "D")
VALUES = ("1", "2", "3")
Value = str | None


@dataclass(frozen=True)
class Task:
    """One task of a module."""

    noun: str
    options: dict[str, Any]

    @property
    def change(self) -> dict[str, Value]:
        """What convox_env is to set, and to unset (None)."""
        if self.noun != "env":
            return {}
        unset: list[str] = self.options.get("unset") or []
        return {**self.options.get("variables", {}), **dict.fromkeys(unset)}

    @property
    def whole(self) -> bool:
        """Whether it may replace the env as a whole."""
        rolled_back = self.options.get("state") == "rolled_back" or self.goes_back
        return bool(rolled_back or self.options.get("restore_env") or self.options.get("env_from"))

    @property
    def deploys(self) -> bool:
        """Whether somebody asks for a new build to run. What ``previous`` was, a rack does not tell: it is
        guessed from the list of releases, and may be one that never ran."""
        state, pending = self.options.get("state"), self.options.get("promote_pending")
        return state in ("promoted", "rolled_back") or bool(pending)

    @property
    def goes_back(self) -> bool:
        """Whether a build that ran may run again."""
        return self.options.get("on_failure") == "rollback"


@dataclass(frozen=True)
class Cli:
    """``convox env set`` or ``unset``, with ``--promote`` or without: read the newest, post the whole env."""

    change: dict[str, Value]
    promote: bool
    noun: str = "cli"
    whole: bool = False
    goes_back: bool = False

    @property
    def deploys(self) -> bool:
        return self.promote


Act = Task | Cli


@dataclass
class Done:
    """What became of an act: the answer of a task; what the CLI read, and the release that it posted."""

    act: Act
    actor: str
    answer: dict[str, Any] = field(default_factory=dict)
    posted: str = ""
    read: dict[str, str] = field(default_factory=dict)
    ended: float = 0.0

    @property
    def good(self) -> bool:
        """Whether it did what it was to do, for all it knows."""
        return bool(self.posted) if isinstance(self.act, Cli) else not self.answer.get("failed")

    def records(self, rack: MemoryRack) -> list[Record]:
        """The requests that it sent."""
        return [record for _place, record in self.numbered(rack)]

    def numbered(self, rack: MemoryRack) -> list[tuple[int, Record]]:
        """The same with their places among all requests."""
        every = enumerate(rack.requests)
        return [(place, r) for place, r in every if r.headers.get("convox-actor") == self.actor]

    def wrote(self, rack: MemoryRack) -> bool:
        """Whether the rack is another one by it."""
        return any(record.changed or _cancels(record) for record in self.records(rack))


def _cancels(record: Record) -> bool:
    """What a cancel does, the rack does a moment later."""
    return record.operation == "apps.cancel" and record.status in (200, None)


def perform(
    rack: MemoryRack, act: Act, actor: str, wire: httpx.BaseTransport, *, check: bool = False
) -> Done:
    """Do it on a rack that is served."""
    done = Done(act, actor)
    if isinstance(act, Cli):
        _as_the_cli(rack, act, done, wire)
    else:
        noun = nouns.NOUNS[act.noun]
        options = {"app": APP, "actor": actor, **act.options}
        ran = worlds.in_process_here(noun, options, rack, check=check)
        done.answer = ran.answer
    done.ended = rack.clock.now()
    return done


def _as_the_cli(rack: MemoryRack, act: Cli, done: Done, wire: httpx.BaseTransport) -> None:
    headers = {"Convox-Actor": done.actor}
    # Not closed: the wire is the rack's.
    client = httpx.Client(
        transport=wire, base_url=rack.url, auth=("convox", rack.password), headers=headers, timeout=30
    )
    try:
        newest = client.get(f"/apps/{APP}/releases", params={"limit": "1"}).json()
        env = env_text.parse(newest[0]["env"]) if newest else {}
        done.read = dict(env)
        env.update({key: value for key, value in act.change.items() if value is not None})
        for key in [key for key, value in act.change.items() if value is None]:
            env.pop(key, None)
        text = "\n".join(f"{key}={value}" for key, value in sorted(env.items()))
        made = client.post(f"/apps/{APP}/releases", data={"env": text})
        if made.status_code == 200:
            done.posted = made.json()["id"]
        if act.promote and done.posted:
            client.post(f"/apps/{APP}/releases/{done.posted}/promote", data={"timeout": "600"})
    except (httpx.TransportError, ValueError):
        # It says so on its terminal, and its user does not know either.
        pass


# -- what they may be asked for

_CHANGE = st.tuples(st.sampled_from(KEYS), st.sampled_from((*VALUES, None)))
_CHANGES = st.lists(_CHANGE, max_size=2).map(dict)
_SET = st.lists(_CHANGE, min_size=1, max_size=2).map(dict)


def _env(change: dict[str, Value], more: dict[str, Any]) -> Task:
    return Task("env", {"variables": change, "wait_timeout": 60, **more})


def _purge(values: dict[str, Value], promote: bool) -> Task:
    kept = {key: value for key, value in values.items() if value is not None}
    return Task("env", {"variables": kept, "purge": True, "promote": promote, "wait_timeout": 60})


_MORE = st.fixed_dictionaries(
    {"promote": st.booleans()},
    optional={"wait": st.just(False), "promote_pending": st.sampled_from((False, False, True))},
)
ENVS: st.SearchStrategy[Act] = st.builds(_env, _SET, _MORE)
PURGES: st.SearchStrategy[Act] = st.builds(_purge, _CHANGES, st.booleans())
CLIS: st.SearchStrategy[Act] = st.builds(Cli, _SET, st.booleans())
BUILDS: st.SearchStrategy[Act] = st.builds(
    lambda kind, sha: Task(
        "build", {"url": f"https://code.test/{kind}.tgz", "git_sha": sha * 40, "wait_timeout": 60}
    ),
    st.sampled_from(("source", "source", "source", "crash", "fail")),
    st.sampled_from("abcdef"),
)
RELEASES: st.SearchStrategy[Act] = st.builds(
    lambda options: Task("release", {"wait_timeout": 60, **options}),
    st.sampled_from(
        (
            {"state": "promoted", "release": "latest"},
            {"state": "promoted", "release": "latest"},
            {"state": "promoted", "release": "latest", "on_failure": "rollback"},
            {"state": "rolled_back", "release": "previous"},
            {"state": "created", "build_from": "active"},
            {"state": "created", "build_from": "active", "env_from": "active"},
            {"state": "cancelled"},
            {"state": "cancelled", "restore_env": True},
        )
    ),
)
ACTS = ENVS | ENVS | PURGES | CLIS | BUILDS | RELEASES
