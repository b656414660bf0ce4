# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook fleet_deploy: one app on several racks, the canary first, and what happens where one fails."""

from __future__ import annotations

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.fleets import CANARY, NAMES, SHA, Fleet, results
from tests.integration.harness import Harness
from tests.integration.prepare import CRASH, GOOD


@pytest.fixture
def fleet(harness: Harness, make_rack: MakeRack) -> Fleet:
    return Fleet(harness, make_rack)


def test_a_failure_stops_it_and_the_next_run_does_the_rest(fleet: Fleet) -> None:
    retry = fleet.harness.folder / "fleet_deploy.retry"
    fleet.harness.env |= {"ANSIBLE_SHOW_CUSTOM_STATS": "1", "ANSIBLE_RETRY_FILES_ENABLED": "1"}
    fleet.harness.env["ANSIBLE_RETRY_FILES_SAVE_PATH"] = str(retry.parent)
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
    assert set(retry.read_text("utf-8").split()) == set(NAMES)

    # The canary is not among those of the file.
    retry.write_text("two\nthree\n", encoding="utf-8")
    for told in fleet.hosts.values():
        del told["deploy_url"], told["deploy_git_sha"]
    run = fleet.play("--limit", f"@{retry}").must()
    assert results(run) == {"two": "deployed", "three": "deployed"}
    assert fleet.active("one")["git_sha"] == ""

    run = fleet.play().must()
    assert results(run) == {"one": "deployed", "two": "unchanged", "three": "unchanged"}
    fleet.forget()
    run = fleet.play().must()
    assert results(run) == dict.fromkeys(NAMES, "unchanged")
    assert [fleet.writes(name) for name in NAMES] == [[], [], []]
    assert [fleet.builds(name) for name in NAMES] == [1, 1, 1]


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
        ({"fleet_rollback": "perhaps", "deploy_app": None}, "fleet_rollback"),
    ):
        run = fleet.play(**variables)
        assert run.rc and says in run.output, run.output
    assert [rack.requests for rack in fleet.racks.values()] == [[], [], []]
