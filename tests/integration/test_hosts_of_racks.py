# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each playbook works on the rack that its host's variables name, and on no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.harness import ROOT, Harness
from tests.integration.prepare import GOOD, Preparer
from tests.practice_rack.server import PracticeRack

DEPLOY = {"deploy_hosts": "there", "deploy_app": "web"}
GIVEN: dict[str, dict[str, Any]] = {
    "adopt": {"adopt_hosts": "there"},
    "deploy": {**DEPLOY, "deploy_url": GOOD},
    "drift": {"drift_hosts": "there", "app_name": "web"},
    "fleet_deploy": {**DEPLOY, "deploy_url": GOOD},
    "report": {"report_hosts": "there", "report_dest": "report.html"},
    "review_app": {"deploy_hosts": "there", "review_branch": "one", "deploy_url": GOOD},
    "rollback": DEPLOY,
    "rotate_secret": {"rotate_hosts": "there", "rotate_variable": "TOKEN", "rotate_value": "new"},
    "smoke": {**DEPLOY, "smoke_url": "/health", "smoke_retries": 0},
}
# They name their racks themselves, or ask none.
OTHERS = {"awx_setup", "backup", "clone_app", "migrate_app", "notify", "restore"}


def test_each_playbook_is_tried() -> None:
    assert {path.stem for path in (ROOT / "playbooks").glob("*.yml")} == set(GIVEN) | OTHERS


@pytest.mark.parametrize("playbook", GIVEN)
def test_it_works_on_the_rack_of_its_host(
    harness: Harness, rack: PracticeRack, make_rack: MakeRack, playbook: str
) -> None:
    other = make_rack(password="of-the-other")
    Preparer(other).deployed(env="TOKEN=old")
    other.requests.clear()
    run = harness.run_playbook(
        Path(f"convox.rack.{playbook}"),
        inventory=f"there ansible_connection=local convox_host={other.url} convox_api_key={other.password}\n",
        extra_vars=GIVEN[playbook],
        check=True,
        cwd=harness.folder,
    )
    assert rack.requests == [], run.output
    assert other.requests, run.output
    assert [each for each in other.requests if each.status == 401] == []
