# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several racks with an app, and the playbook fleet_deploy on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.conftest import MakeRack
from tests.integration.harness import Harness, Run
from tests.integration.prepare import GOOD, Preparer

CANARY = "canary-of-a-fleet"
SHA = "0123456789abcdef0123456789abcdef01234567"
FAST = {"build_seconds": 0.05, "promote_seconds": 0.05, "revert_seconds": 0.3, "process_seconds": 0.05}
DEPLOY = {
    "deploy_app": "web",
    "deploy_url": GOOD,
    "deploy_git_sha": SHA,
    "deploy_env": {"TOKEN": CANARY},
    "fleet_canary": "one",
    "fleet_batch": 1,
}
NAMES = ("one", "two", "three")
BOOK = Path("convox.rack.fleet_deploy")


class Fleet:
    """Racks with the app web, and the playbook on them. ``hosts``: the variables of each."""

    def __init__(self, harness: Harness, make_rack: MakeRack, names: tuple[str, ...] = NAMES) -> None:
        self.harness = harness
        self.racks = {name: make_rack(rack_name=name, **FAST) for name in names}
        self.before = {name: Preparer(rack).deployed() for name, rack in self.racks.items()}
        self.hosts = {
            name: {"convox_host": rack.url, "convox_api_key": rack.password}
            for name, rack in self.racks.items()
        }
        harness.env.clear()
        self.forget()

    def forget(self) -> None:
        for rack in self.racks.values():
            rack.requests.clear()

    def inventory(self) -> str:
        lines = [[name, *(f"{key}={value}" for key, value in of.items())] for name, of in self.hosts.items()]
        return "".join(f"{' '.join(words)}\n" for words in lines)

    def variables(self, **more: Any) -> list[str]:
        """The usual variables, in a file, for the command line; a None takes one away."""
        given = {name: value for name, value in {**DEPLOY, **more}.items() if value is not None}
        path = self.harness.folder / "variables.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        return ["--extra-vars", f"@{path}"]

    def play(self, *arguments: str, check: bool = False, verbosity: int = 0, **variables: Any) -> Run:
        words = [*self.variables(**variables), *arguments]
        return self.harness.run_playbook(
            BOOK, inventory=self.inventory(), check=check, verbosity=verbosity, arguments=words
        )

    def active(self, name: str) -> dict[str, Any]:
        """The active release of a rack, with ``git_sha`` of its build."""
        preparer = Preparer(self.racks[name])
        release: dict[str, Any] = preparer.ask("GET", f"/apps/web/releases/{preparer.running()['release']}")
        build = preparer.ask("GET", f"/apps/web/builds/{release['build']}")
        return {**release, "git_sha": build["git-sha"]}

    def writes(self, name: str) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.racks[name].requests if each.write]

    def builds(self, name: str) -> int:
        """How many builds of the commit there are."""
        builds = Preparer(self.racks[name]).ask("GET", "/apps/web/builds")
        return sum(build["git-sha"] == SHA for build in builds)


def results(run: Run) -> dict[str, str]:
    """What became of each rack, as the summary says it."""
    lines = [line.split("  ") for line in run.of("Summary")["msg"][1:]]
    return {words[0]: next(word for word in words[1:] if word) for words in lines}
