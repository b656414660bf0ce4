# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a rollout fails: what is asked, when, and what is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import third_party
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._shared.failures import (
    CALM,
    DIAGNOSE_EVERY,
    LOG_LINES,
    SLOW_START,
    Observer,
)
from tests.practice_rack.conditions import Condition
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.shared.failures_world import LOOPING, diagnosed, names, observe, told, watch, world
from tests.unit.tasks import client_of


def test_it_asks_at_the_first_process_that_is_not_well() -> None:
    rack, observer, _warnings = world()
    watch(rack, observer, 5)
    assert diagnosed(rack) == []
    rack.ill("worker", told())
    observe(observer)
    assert diagnosed(rack) == [5.0]
    assert names(observer) == {"worker": LOOPING}


def test_it_asks_every_three_seconds_at_most() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told())
    watch(rack, observer, 12)
    asked = diagnosed(rack)
    gaps = [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= DIAGNOSE_EVERY


@pytest.mark.parametrize("status", ["pending", "starting"])
def test_a_slow_start_is_asked_about(status: str) -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told("ImagePullBackOff", status=status))
    watch(rack, observer, SLOW_START)
    assert diagnosed(rack) == []
    watch(rack, observer, 1)
    assert len(diagnosed(rack)) == 1
    watch(rack, observer, 5)
    assert observer.hopeless_for() > 4, "an image that cannot be pulled does not get better"


@pytest.mark.parametrize("status", ["running", "complete"])
def test_what_is_well_is_no_trouble(status: str) -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", status)
    watch(rack, observer, 60)
    assert (diagnosed(rack), observer.hopeless_for(), names(observer)) == ([], 0.0, {})
    assert "no reason" in observer.words()


def test_unhealthy_alone_is_not_hopeless() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told("Running", status="unhealthy"))
    watch(rack, observer, 60)
    assert observer.hopeless_for() == 0
    assert names(observer) == {"worker": "Running"}


def test_a_moment_of_running_does_not_end_a_crash_loop_and_calm_does() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", "crashed")
    watch(rack, observer, 5)
    rack.ill("worker", "running")
    watch(rack, observer, CALM - 1)
    rack.ill("worker", "crashed")
    watch(rack, observer, 1)
    assert observer.hopeless_for() == pytest.approx(5 + CALM)
    rack.ill("worker", "running")
    watch(rack, observer, CALM + 1)
    assert observer.hopeless_for() == 0


def test_the_last_answer_is_kept() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told(hint="look", before="boom"))
    observe(observer)
    rack.ill("worker", "running")
    watch(rack, observer, 60)
    assert observer.failure() == {
        "services": [{"name": "worker", "state": LOOPING, "hint": "look", "logs": ["boom"]}]
    }


def test_a_service_that_crashes_is_not_forgotten_for_another_that_is_slow() -> None:
    """A crash loop runs for a moment now and then; just then another service is asked about."""
    rack, observer, _warnings = world()
    rack.ill("worker", told(hint="look"))
    rack.ill("web", told("Pending", status="pending"))
    watch(rack, observer, SLOW_START + 1)
    rack.ill("worker", "running")
    watch(rack, observer, 4)
    assert names(observer) == {"web": "Pending", "worker": LOOPING}
    watch(rack, observer, 30)
    assert names(observer) == {"web": "Pending"}


def test_pods_of_other_releases_do_not_count() -> None:
    rack, observer, _warnings = world()
    new = rack.add_release("A=2", build="B2").id
    rack.ill("worker", told("Error", hint="old"), release=observer.release)
    rack.ill("worker", told(hint="new"), release=new)
    rack.ill("web", "running", release=new)
    rack.fate(new, "hang")
    rack.clock.sleep(1.0)
    rack.promote(new, force="true")
    second = Observer(observer.client, observer.context, "web", new)
    observe(second)
    assert second.failure()["services"] == [
        {"name": "worker", "state": LOOPING, "hint": "new", "logs": []},
    ]
    pods = rack.act("GET", "/apps/web/diagnose")["pods"]
    assert {pod.get("hint") for pod in pods if pod["service"] == "worker"} == {"old", "new"}


def test_the_log_before_the_crash_comes_first() -> None:
    rack, observer, _warnings = world()
    before = "\n".join(f"line {n}  " for n in range(50)) + "\n\n"
    rack.ill("worker", Condition("crashed", logs="starting", previous_logs=before))
    observe(observer)
    logs = observer.failure()["services"][0]["logs"]
    assert len(logs) == LOG_LINES
    assert logs[-1] == "line 49"


def no_route(rack: MemoryRack) -> None:
    rack.settings.diagnose = False


def forbidden(rack: MemoryRack) -> None:
    rack.fail(403, "operation not permitted for deploy keys", "GET", "/diagnose$", times=-1)


@pytest.mark.parametrize("refuse", [no_route, forbidden])
def test_without_diagnose_the_log_tells(refuse: Callable[[MemoryRack], None]) -> None:
    rack, observer, _warnings = world()
    refuse(rack)
    rack.ill("worker", Condition("crashed", logs="starting\nfatal: canary-value\n"))
    watch(rack, observer, 20)
    assert len(diagnosed(rack)) == 1, "a rack that cannot is asked once"
    assert observer.failure() == {
        "services": [
            {"name": "worker", "state": "crashed", "hint": "", "logs": ["starting", f"fatal: {HIDDEN}"]}
        ]
    }
    rack.ill("worker", Condition("crashed", logs="other"))
    watch(rack, observer, 10)
    assert observer.failure()["services"][0]["logs"] == ["starting", f"fatal: {HIDDEN}"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path="/diagnose$", times=-1, status=503, body="not ready"),
        Fault("status", path="/diagnose$", times=-1, status=500, body="etcdserver: request timed out"),
        Fault("delay", path="/diagnose$", times=-1, seconds=99.0),
        Fault("cut_before", path="/diagnose$", times=-1),
        Fault("half", path="/diagnose$", times=-1),
    ],
    ids=["503", "500", "late", "lost", "half"],
)
def test_a_diagnosis_that_fails_once_is_asked_for_again(fault: Fault) -> None:
    rack, observer, _warnings = world()
    rack.faults.append(fault)
    rack.ill("worker", told())
    observe(observer)
    assert names(observer) == {"worker": "crashed"}
    rack.faults.clear()
    watch(rack, observer, 4)
    assert names(observer) == {"worker": LOOPING}


def test_a_diagnosis_that_fails_later_takes_nothing_away() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told("ImagePullBackOff", hint="no such image", status="pending"))
    rack.ill("web", told("", before=""))
    observe(observer)
    rack.fail(503, "not ready", "GET", "/diagnose$", times=-1)
    watch(rack, observer, 10)
    assert "worker: ImagePullBackOff (no such image)" in observer.words()


def test_a_log_that_cannot_be_read_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    rack, observer, _warnings = world(diagnose=False)
    monkeypatch.setattr(third_party, "frame_protocol", lambda most_bytes: None)
    rack.ill("worker", "crashed")
    observe(observer)
    assert observer.failure()["services"] == [{"name": "worker", "state": "crashed", "hint": "", "logs": []}]
    assert observer.words() == "worker: crashed"


def test_a_key_that_may_not_list_processes_sees_none() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", "crashed")
    assert len(observer.processes()) == 2
    plain = Observer(client_of(rack, key=rack.deploy_key()), observer.context, "web", observer.release)
    assert plain.processes() == []


def test_agents_count_and_what_convox_run_has_ended_does_not() -> None:
    rack, observer, _warnings = world()
    manifest = "services:\n  agent:\n    image: x\n    agent: true\n  web:\n    image: x\n"
    new = rack.add_release("A=2", build=rack.add_build(manifest=manifest).id).id
    rack.promote(new, force="true")
    rack.clock.sleep(5.0)
    for how in ("failed", "complete"):
        rack.add_process("web", how, release=new)
    found = Observer(observer.client, observer.context, "web", new).processes()
    assert sorted(process.service for process in found) == ["agent", "web"]
    assert {process.status for process in found} == {"running"}


def test_an_env_that_cannot_be_read_is_a_warning_once() -> None:
    rack, observer, warnings = world()
    rack.fail(403, "operation not permitted for deploy keys", "GET", "/releases/", times=-1)
    rack.ill("worker", told(before="canary-value"))
    watch(rack, observer, 12)
    assert len(warnings) == 1
    assert "not masked" in warnings[0]


def test_only_long_values_are_covered() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told(before="abc and canary-value"))
    observe(observer)
    assert observer.failure()["services"][0]["logs"] == [f"abc and {HIDDEN}"]


def test_the_words_name_each_service() -> None:
    rack, observer, _warnings = world()
    rack.ill("worker", told(hint="look", before="a\nb\nc\nd"))
    rack.ill("web", told(""))
    observe(observer)
    assert observer.words() == f"web: crashed; worker: {LOOPING} (look), last lines: b | c | d"
