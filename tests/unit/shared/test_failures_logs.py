# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a rollout fails: whose lines stand in the log of a service."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._shared.failures import Observer
from tests.practice_rack.conditions import Condition
from tests.practice_rack.memory_streams import END
from tests.unit.shared.failures_world import observe, world


def test_the_log_of_the_old_releases_processes_is_no_reason() -> None:
    """The log of a service is that of all its processes."""
    rack, first, _warnings = world()
    rack.state.settings.diagnose = False
    new = rack.add_release("A=2", build="B2").id
    rack.ill("worker", Condition("running", logs="all is well"), release=first.release)
    rack.ill("worker", Condition("crashed", logs="boom"), release=new)
    rack.ill("web", "running", release=new)
    rack.clock.sleep(1.0)
    rack.fate(new, "hang")
    rack.promote(new, force="true")
    observer = Observer(first.client, first.context, "web", new)
    observe(observer)
    assert observer.words() == "worker: crashed, last lines: boom"


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        ("one\ntwo\n", ["one", "two"]),
        (
            "2026-01-01T00:00:00Z service/worker/{id} one\n2026-01-01T00:00:00Z service/worker/x two\n",
            ["one"],
        ),
        ("[pod/x/web] 2026-01-01T00:00:00Z one\n", []),
        ("[pod/{id}/web] 2026-01-01T00:00:00.1Z  a [pod/x/web] b\n", [" a [pod/x/web] b"]),
    ],
)
def test_whose_lines_are_whose_is_read_from_their_beginning(log: str, lines: list[str]) -> None:
    rack, observer, _warnings = world(diagnose=False)
    rack.ill("worker", "crashed")
    (worker,) = (process for process in observer.processes() if process.service == "worker")
    rack.play("/worker/logs$", [log.replace("{id}", worker.id), END])
    observe(observer)
    assert observer.failure()["services"][0]["logs"] == lines
