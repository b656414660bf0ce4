# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook fleet_deploy: one app on several racks, the canary first, and what happens where one fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.harness import Harness, Run
from tests.integration.prepare import CRASH, GOOD, Preparer

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


class Fleet:
    """Racks with the app web, and the playbook on them."""

    def __init__(self, harness: Harness, make_rack: MakeRack, names: tuple[str, ...] = NAMES) -> None:
        self.harness = harness
        self.racks = {name: make_rack(rack_name=name, **FAST) for name in names}
        self.before = {name: Preparer(rack).deployed() for name, rack in self.racks.items()}
        self.hosts = {
            name: {"convox_host": rack.url, "convox_api_key": rack.password}
            for name, rack in self.racks.items()
        }
        harness.env.clear()
        harness.env |= {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
        self.retry = harness.folder / "fleet_deploy.retry"
        harness.env |= {
            "ANSIBLE_RETRY_FILES_ENABLED": "1",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(harness.folder),
        }
        self.forget()

    def forget(self) -> None:
        for rack in self.racks.values():
            rack.requests.clear()

    def play(self, *arguments: str, check: bool = False, verbosity: int = 0, **variables: Any) -> Run:
        """Run it; keywords stand beside the usual variables. A None takes one away."""
        given = {name: value for name, value in {**DEPLOY, **variables}.items() if value is not None}
        path = self.harness.folder / "variables.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        inventory = "".join(
            " ".join([name, *(f"{key}={value}" for key, value in told.items())]) + "\n"
            for name, told in self.hosts.items()
        )
        return self.harness.run_playbook(
            Path("convox.rack.fleet_deploy"),
            inventory=inventory,
            check=check,
            verbosity=verbosity,
            arguments=["--extra-vars", f"@{path}", *arguments],
        )

    def active(self, name: str) -> dict[str, Any]:
        """The active release of a rack, with ``git_sha`` of its build."""
        preparer = Preparer(self.racks[name])
        release: dict[str, Any] = preparer.ask("GET", f"/apps/web/releases/{preparer.running()['release']}")
        build = preparer.ask("GET", f"/apps/web/builds/{release['build']}")
        return {**release, "git_sha": build["git-sha"]}

    def writes(self, name: str) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.racks[name].requests if each.write]

    def built(self, name: str) -> int:
        """How many builds of the commit there are."""
        builds = Preparer(self.racks[name]).ask("GET", "/apps/web/builds")
        return sum(build["git-sha"] == SHA for build in builds)


@pytest.fixture
def fleet(harness: Harness, make_rack: MakeRack) -> Fleet:
    return Fleet(harness, make_rack)


def results(run: Run) -> dict[str, str]:
    """What became of each rack, as the summary says it."""
    lines = [line.split("  ") for line in run.of("Summary")["msg"][1:]]
    return {words[0]: next(word for word in words[1:] if word) for words in lines}


def test_a_failure_stops_it_and_the_next_run_does_the_rest(fleet: Fleet) -> None:
    for name in NAMES:
        bad = name == "two"
        fleet.hosts[name] |= {"deploy_url": CRASH if bad else GOOD, "deploy_git_sha": "bad" if bad else SHA}
    run = fleet.play(verbosity=4, deploy_url=None, deploy_git_sha=None, fleet_rollback=True)
    assert run.rc == 2, run.output[-3000:]
    assert results(run) == {"one": "rolled back", "two": "failed", "three": "not started"}
    assert fleet.writes("three") == []
    assert fleet.active("two")["id"] == fleet.before["two"]
    assert (fleet.active("one")["git_sha"], fleet.active("one")["env"]) == ("", "A=1\nB=2")
    assert CANARY not in run.output
    assert "fleet_racks" in run.stdout
    assert set(fleet.retry.read_text("utf-8").split()) == set(NAMES)

    # The canary is not among those of the file.
    fleet.retry.write_text("two\nthree\n", encoding="utf-8")
    for told in fleet.hosts.values():
        del told["deploy_url"], told["deploy_git_sha"]
    run = fleet.play("--limit", f"@{fleet.retry}").must()
    assert results(run) == {"two": "deployed", "three": "deployed"}
    assert fleet.active("one")["git_sha"] == ""

    run = fleet.play().must()
    assert results(run) == {"one": "deployed", "two": "unchanged", "three": "unchanged"}
    fleet.forget()
    run = fleet.play().must()
    assert results(run) == dict.fromkeys(NAMES, "unchanged")
    assert [fleet.writes(name) for name in NAMES] == [[], [], []]
    assert [fleet.built(name) for name in NAMES] == [1, 1, 1]


def test_check_mode_finds_a_rack_that_is_away_and_sends_nothing(fleet: Fleet) -> None:
    fleet.hosts["two"] |= {"convox_host": "http://127.0.0.1:9", "convox_max_retries": "0"}
    run = fleet.play(check=True, fleet_batch="50%", fleet_rollback=True)
    assert run.rc == 2
    assert results(run) == {"one": "rolled back", "two": "failed", "three": "not started"}
    assert "Connection refused" in run.stdout
    assert [fleet.writes(name) for name in NAMES] == [[], [], []]


def test_what_is_refused_before_anything_is_sent(fleet: Fleet) -> None:
    for variables, says in (
        ({"fleet_batch": [1, "0"]}, "fleet_batch: 1, 0 is no size of a batch"),
        ({"fleet_canary": "nobody"}, "fleet_canary: nobody names none of the 3 racks"),
        ({"fleet_rollback": "perhaps"}, "fleet_rollback"),
        ({"deploy_app": None}, "deploy_app"),
    ):
        run = fleet.play(**variables)
        assert run.rc and says in run.output, run.output
    assert [rack.requests for rack in fleet.racks.values()] == [[], [], []]
