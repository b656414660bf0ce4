# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a practice rack into a state over its own API, without the collection."""

from __future__ import annotations

import time
from typing import Any

import httpx

from tests.practice_rack.server import PracticeRack

MOST_SECONDS = 20.0
GOOD, CRASH, FAIL = (f"https://host.test/{name}.tgz" for name in ("source", "crash", "fail"))

# The role app on localhost, with what the command line says.
ROLE_APP = """\
- hosts: localhost
  gather_facts: false
  roles:
    - convox.rack.app
"""


class Preparer:
    """Makes apps, builds and releases on a rack; each call returns when the rack is done."""

    def __init__(self, rack: PracticeRack) -> None:
        self._rack = rack

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer's JSON, None for an answer in words; raises httpx.HTTPStatusError for an error."""
        auth = ("convox", self._rack.password)
        answer = httpx.request(
            method, self._rack.url + path, auth=auth, verify=False, trust_env=False, timeout=10, **more
        )
        answer.raise_for_status()
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def app(self, name: str = "web", **values: str) -> None:
        """An app; ``values`` (lock, parameters) as the rack's route takes them."""
        self.ask("POST", "/apps", data={"name": name})
        self.running(name)
        if values:
            self.ask("PUT", f"/apps/{name}", data=values)
            self.running(name)

    def running(self, name: str = "web") -> dict[str, Any]:
        """Wait until the app runs."""
        return self._until(lambda: self.ask("GET", f"/apps/{name}"), "running")

    def build(self, name: str = "web", url: str = GOOD) -> dict[str, Any]:
        """A complete build; its ``release`` is the id of its release."""
        made = self.ask("POST", f"/apps/{name}/builds", data={"url": url})
        return self._until(lambda: self.ask("GET", f"/apps/{name}/builds/{made['id']}"), "complete")

    def release(self, name: str = "web", **values: str) -> str:
        """A release, its id; ``values`` (env, build) as the rack's route takes them."""
        return str(self.ask("POST", f"/apps/{name}/releases", data=values)["id"])

    def promote(self, release: str, name: str = "web", *, wait: bool = True) -> None:
        self.ask("POST", f"/apps/{name}/releases/{release}/promote")
        if wait:
            self.running(name)

    def deployed(self, name: str = "web", env: str = "A=1\nB=2") -> str:
        """An app with a running release with this env, its id."""
        self.app(name)
        self.release(name, env=env)
        release = str(self.build(name)["release"])
        self.promote(release, name)
        return release

    @staticmethod
    def _until(read: Any, status: str) -> dict[str, Any]:
        ends = time.monotonic() + MOST_SECONDS
        while True:
            found: dict[str, Any] = read()
            if found["status"] == status:
                return found
            if time.monotonic() > ends:
                raise TimeoutError(f"still {found['status']}, not {status}")
            time.sleep(0.02)


def deployed(rack: PracticeRack, name: str = "web", env: str = "A=1\nB=2") -> str:
    """An app with a running release with this env on a fresh rack; the release's id. Its requests are
    taken out of the rack's log."""
    preparer = Preparer(rack)
    release = preparer.deployed(name, env)
    rack.requests.clear()
    return release
