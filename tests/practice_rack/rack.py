# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every practice rack has, whatever it is asked over."""

from __future__ import annotations

import re
from typing import Any

from tests.practice_rack.clock import Clock
from tests.practice_rack.exchange import Record
from tests.practice_rack.faults import Fault, error
from tests.practice_rack.prepare import Prepared
from tests.practice_rack.settings import Settings
from tests.practice_rack.state import State


class Rack(Prepared):
    """``settings``, ``state``, ``faults`` (a list of Fault), ``requests`` (a list of Record)."""

    counted_ids = False

    def __init__(self, seed: int | None, clock: Clock | None, settings: dict[str, Any]) -> None:
        self.settings = Settings()
        self.settings.change(settings)
        self._seed = seed
        self._clock = clock
        self.faults: list[Fault] = []
        self.requests: list[Record] = []
        self.state = self._fresh()

    def _fresh(self) -> State:
        return State(self.settings, self._seed, self._clock, counted_ids=self.counted_ids)

    @property
    def clock(self) -> Clock:
        return self.state.clock

    @property
    def password(self) -> str:
        return self.settings.password

    def reset(self) -> None:
        """An empty rack again, with the same settings."""
        self.state = self._fresh()
        self.faults.clear()
        self.requests.clear()

    # -- how it fails

    def fail(
        self, status: int, words: str, method: str = "", path: str = "", *, times: int = 1, skip: int = 0
    ) -> None:
        """The next requests (path as a regex) are answered with an error in a rack's own form."""
        self.faults.append(error(status, words, method, path, times, skip))

    def lose(self, method: str, path: str, *, times: int = 1) -> None:
        """The next requests are answered ``ok`` and forgotten."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        self.faults.append(
            Fault("status", method, path, times=times, status=200, headers=headers, body="ok\n")
        )

    def break_write(self, number: int, *, after: bool) -> None:
        """The connection is cut at the so many-th write (from 0), before or after it is done."""
        self.faults.append(Fault("cut_after" if after else "cut_before", skip=number, writes=True))

    def deploy_key(self, role: str | None = None) -> str:
        """A new deploy key: a plain one, or one with the role r, rw or rwa."""
        key = f"key-{len(self.settings.deploy_keys) + 1}"
        self.settings.deploy_keys = {**self.settings.deploy_keys, key: role}
        return key

    def demote(self, role: str | None = None) -> None:
        """Whoever has the rack's password has a deploy key from now on: a plain one, or one with a role."""
        keys = {**self.settings.deploy_keys, self.settings.password: role}
        self.settings.change({"deploy_keys": keys, "password": f"not-{self.settings.password}"})

    # -- what was asked

    @property
    def writes(self) -> list[Record]:
        """The requests that change something, by their methods, whatever became of them."""
        return [r for r in self.requests if r.write]

    @property
    def true_writes(self) -> list[Record]:
        """Those after which the rack was another one."""
        return [r for r in self.requests if r.changed]

    @property
    def sent(self) -> list[tuple[str, str, dict[str, Any]]]:
        """The writes in short: ``("POST", "/apps", {"name": "web"})``."""
        return [r.sent for r in self.writes]

    @property
    def kinds(self) -> list[str]:
        """The writes by what they do: ``apps.create``, ``releases.promote``; "" for one cut before."""
        return [r.operation for r in self.writes]

    @property
    def reads(self) -> int:
        return sum(not r.write for r in self.requests)

    def asked(self, path: str, method: str = "") -> list[Record]:
        """The requests whose path (a regex) and method are these."""
        return [r for r in self.requests if method in ("", r.method) and re.search(path, r.path)]
