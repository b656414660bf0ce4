# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a rollout fails: what is asked, when, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN, Context
from ansible_collections.convox.rack.plugins.module_utils._shared.failures import (
    CALM,
    DIAGNOSE_EVERY,
    LOG_LINES,
    SLOW_START,
    Observer,
)
from tests.unit.fake_rack import FakeRack

NO_ROUTE = errors.ConvoxNotImplementedError(404, "this rack has no such route")
FORBIDDEN = errors.error_for(403, "operation not permitted for deploy keys")


def world() -> tuple[FakeRack, Observer, list[str]]:
    rack = FakeRack()
    rack.add_app("web")
    release = rack.add_release("SECRET=canary-value SHORT=abc")
    warnings: list[str] = []
    return rack, Observer(rack, Context(clock=rack.clock, warn=warnings.append), "web", release.id), warnings  # type: ignore[arg-type]


def process(service: str = "worker", status: str = "crashed") -> models.Process:
    return models.Process(id=f"{service}-aaaa-abcde", service=service, status=status)


def pod(service: str = "worker", **facts: str) -> models.Pod:
    return models.Pod(**{"name": f"{service}-aaaa-abcde", "stateDetail": "CrashLoopBackOff", **facts})


def watch(rack: FakeRack, observer: Observer, seconds: float, *processes: models.Process) -> None:
    """Look every half second for so long."""
    end = rack.clock.now() + seconds
    while rack.clock.now() < end:
        observer.observe(processes)
        rack.clock.sleep(0.5)


def names(observer: Observer) -> dict[str, str]:
    return {service["name"]: service["state"] for service in observer.failure()["services"]}


def test_it_asks_at_the_first_process_that_is_not_well() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod()]
    watch(rack, observer, 5, process(status="running"))
    assert rack.diagnosed == []
    observer.observe([process()])
    assert rack.diagnosed == [5.0]
    assert names(observer) == {"worker": "CrashLoopBackOff"}


def test_it_asks_every_three_seconds_at_most() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod()]
    watch(rack, observer, 12, process())
    gaps = [later - earlier for earlier, later in zip(rack.diagnosed, rack.diagnosed[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= DIAGNOSE_EVERY


@pytest.mark.parametrize("status", ["pending", "starting"])
def test_a_slow_start_is_asked_about(status: str) -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(stateDetail="ImagePullBackOff")]
    watch(rack, observer, SLOW_START, process(status=status))
    assert rack.diagnosed == []
    watch(rack, observer, 1, process(status=status))
    assert len(rack.diagnosed) == 1
    watch(rack, observer, 5, process(status=status))
    assert observer.hopeless_for() > 4, "an image that cannot be pulled does not get better"


@pytest.mark.parametrize("status", ["running", "complete"])
def test_what_is_well_is_no_trouble(status: str) -> None:
    rack, observer, _warnings = world()
    watch(rack, observer, 60, process(status=status))
    assert (rack.diagnosed, observer.hopeless_for(), names(observer)) == ([], 0.0, {})
    assert "no reason" in observer.words()


def test_unhealthy_alone_is_not_hopeless() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(stateDetail="Running")]
    watch(rack, observer, 60, process(status="unhealthy"))
    assert observer.hopeless_for() == 0
    assert names(observer) == {"worker": "Running"}


def test_a_moment_of_running_does_not_end_a_crash_loop_and_calm_does() -> None:
    rack, observer, _warnings = world()
    watch(rack, observer, 5, process())
    watch(rack, observer, CALM - 1, process(status="running"))
    watch(rack, observer, 1, process())
    assert observer.hopeless_for() == pytest.approx(5 + CALM)
    watch(rack, observer, CALM + 1, process(status="running"))
    assert observer.hopeless_for() == 0


def test_the_last_answer_is_kept() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(hint="look", previousLogs="boom")]
    observer.observe([process()])
    rack.pods = []
    watch(rack, observer, 60, process(status="running"))
    assert observer.failure() == {
        "services": [{"name": "worker", "state": "CrashLoopBackOff", "hint": "look", "logs": ["boom"]}]
    }


def test_a_service_that_crashes_is_not_forgotten_for_another_that_is_slow() -> None:
    """A crash loop runs for a moment now and then; just then another service is asked about."""
    rack, observer, _warnings = world()
    rack.pods = [pod(hint="look"), pod("web", stateDetail="Pending")]
    watch(rack, observer, SLOW_START + 1, process(), process("web", "pending"))
    watch(rack, observer, 4, process(status="running"), process("web", "pending"))
    assert names(observer) == {"web": "Pending", "worker": "CrashLoopBackOff"}
    watch(rack, observer, 30, process(status="running"), process("web", "pending"))
    assert names(observer) == {"web": "Pending"}


def test_pods_of_other_releases_do_not_count() -> None:
    rack, observer, _warnings = world()
    rack.pods = [models.Pod(name="worker-old-abcde", stateDetail="Error", hint="old"), pod(hint="new")]
    observer.observe([process()])
    assert observer.failure()["services"][0]["hint"] == "new"


def test_the_log_before_the_crash_comes_first() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(logs="starting", previousLogs="\n".join(f"line {n}  " for n in range(50)) + "\n\n")]
    observer.observe([process()])
    logs = observer.failure()["services"][0]["logs"]
    assert len(logs) == LOG_LINES
    assert logs[-1] == "line 49"


@pytest.mark.parametrize("refusal", [NO_ROUTE, FORBIDDEN], ids=["no route", "forbidden"])
def test_without_diagnose_the_log_tells(refusal: errors.ConvoxError) -> None:
    rack, observer, _warnings = world()
    rack.pods = refusal
    rack.log = ["starting\nfat", "al: canary-value\n"]
    watch(rack, observer, 20, process())
    assert len(rack.diagnosed) == 1, "a rack that cannot is asked once"
    assert observer.failure() == {
        "services": [
            {"name": "worker", "state": "crashed", "hint": "", "logs": ["starting", f"fatal: {HIDDEN}"]}
        ]
    }
    rack.log = ["other"]
    watch(rack, observer, 10, process())
    assert observer.failure()["services"][0]["logs"] == ["starting", f"fatal: {HIDDEN}"]


@pytest.mark.parametrize(
    "trouble",
    [
        errors.error_for(503, "not ready"),
        errors.error_for(500, "etcdserver: request timed out"),
        errors.ConvoxTimeoutError("no answer"),
        errors.ConvoxConnectionError("lost"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_diagnosis_that_fails_once_is_asked_for_again(trouble: errors.ConvoxError) -> None:
    rack, observer, _warnings = world()
    rack.pods = trouble
    observer.observe([process()])
    assert names(observer) == {"worker": "crashed"}
    rack.pods = [pod()]
    watch(rack, observer, 4, process())
    assert names(observer) == {"worker": "CrashLoopBackOff"}


def test_a_diagnosis_that_fails_later_takes_nothing_away() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(stateDetail="ImagePullBackOff", hint="no such image")]
    observer.observe([process(status="pending"), process("web")])
    rack.pods = errors.error_for(503, "not ready")
    watch(rack, observer, 10, process(status="pending"), process("web"))
    assert "worker: ImagePullBackOff (no such image)" in observer.words()


def test_a_log_that_cannot_be_read_is_no_failure() -> None:
    rack, observer, _warnings = world()
    rack.pods, rack.log = NO_ROUTE, errors.ConvoxMissingLibraryError("websockets")
    observer.observe([process()])
    assert observer.failure()["services"] == [{"name": "worker", "state": "crashed", "hint": "", "logs": []}]
    assert observer.words() == "worker: crashed"


def test_a_key_that_may_not_list_processes_sees_none() -> None:
    rack, observer, _warnings = world()
    rack.blind = True
    assert observer.processes() == []


def test_agents_count_and_what_convox_run_has_ended_does_not() -> None:
    rack, observer, _warnings = world()
    agent, web = (
        models.Process(id="agent-x1y2z", service="agent", status="crashed"),
        process("web", "running"),
    )
    ended = [models.Process(id="web-b5cpk", service="web", status=how) for how in ("failed", "complete")]
    rack.ill = lambda seconds: [agent, web, *ended]
    assert observer.processes() == [agent, web]


def test_an_env_that_cannot_be_read_is_a_warning_once() -> None:
    rack, observer, warnings = world()
    rack.blind = True
    rack.pods = [pod(previousLogs="canary-value")]
    watch(rack, observer, 12, process())
    assert len(warnings) == 1
    assert "not masked" in warnings[0]


def test_only_long_values_are_covered() -> None:
    rack, observer, _warnings = world()
    rack.pods = [pod(previousLogs="abc and canary-value")]
    observer.observe([process()])
    assert observer.failure()["services"][0]["logs"] == [f"abc and {HIDDEN}"]


def test_the_words_name_each_service() -> None:
    rack, observer, _warnings = world()
    both: Sequence[models.Process] = [process(), process("web")]
    rack.pods = [pod(hint="look", previousLogs="a\nb\nc\nd"), pod("web", stateDetail="")]
    observer.observe(both)
    assert observer.words() == "web: crashed; worker: CrashLoopBackOff (look), last lines: b | c | d"
