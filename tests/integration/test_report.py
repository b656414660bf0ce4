# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook report: a page of racks, one of which is away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.harness import Harness, Run
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-a-report"
TIME = "2026-11-27T18:10:00Z"


def play(harness: Harness, **variables: Any) -> Run:
    login = f"convox_api_key={harness.rack.password}"
    hosts = f"one convox_host={harness.rack.url} {login}\naway convox_host=http://127.0.0.1:9 {login}\n"
    return harness.run_playbook(
        Path("convox.rack.report"),
        inventory=f"{hosts}[all:vars]\nconvox_max_retries=0\n",
        arguments=["--extra-vars", json.dumps(variables)],
        verbosity=4,
        env={"CONVOX_HOST": None, "CONVOX_PASSWORD": None},
    )


def test_a_page_of_what_is_there(harness: Harness, rack: PracticeRack) -> None:
    Preparer(rack).deployed(env=f"TOKEN={CANARY}")
    rack.add_app("<b>odd</b>", services={"web": {"image": "i"}})
    rack.requests.clear()
    run = play(harness, report_dest="racks.html", report_time=TIME, report_title="Ours & theirs").must()
    path = harness.folder / "racks.html"
    page = path.read_text(encoding="utf-8")
    assert "<title>Ours &amp; theirs</title>" in page
    assert "&lt;b&gt;odd" in page and "<b>odd" not in page
    assert "away</a>: Read the rack: no connection to 127.0.0.1:9" in page
    assert "://" not in page.replace("http://127.0.0.1:9", "")
    assert CANARY not in page + run.output
    assert not any(request.write for request in rack.requests)
    again = play(harness, report_dest=str(path), report_time=TIME, report_title="Ours & theirs").must()
    assert not again.of("Write the page")["changed"]
    for variables, says in (({}, "report_dest"), ({"report_dest": "home"}, "report_dest: home is a folder")):
        refused = play(harness, **variables)
        assert refused.rc and says in refused.output
