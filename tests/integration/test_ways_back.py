# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts that fail, the ways back, and keys that may do little, over real sockets, in fast time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from tests.integration.deploys import (
    FAST,
    SPEED,
    Answer,
    Task,
    app_task,
    build,
    build_task,
    client,
    do,
    done,
    env_task,
    failed,
    fast_time,
    release_task,
    running_app,
    service_task,
    until,
)
from tests.integration.pictures import rest
from tests.practice_rack.server import PracticeRack

CRASH = "https://code.test/crash.tgz"
GOOD = "https://code.test/good.tgz"


@pytest.fixture
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**FAST) as rack, fast_time():
        yield rack


# -- rollouts that fail


@pytest.mark.parametrize("diagnose", [True, False])
def test_the_rack_puts_the_old_release_back(rack: PracticeRack, diagnose: bool) -> None:
    """Without diagnose, as on older racks, processes and logs tell the reason."""
    rack.settings.change({"diagnose": diagnose, "revert_seconds": 1.0})
    old = running_app(rack)
    new = build(rack, CRASH)
    answer = failed(rack, release_task(release=new))
    assert answer["error"] == "ConvoxRolloutError"
    assert answer["reverted_to"] == old and answer["release"] == new
    (trouble,) = answer["failure"]["services"]
    assert trouble["name"] == "worker" and "worker" in answer["msg"] and trouble["logs"]
    assert trouble["state"] == ("CrashLoopBackOff" if diagnose else "crashed")
    assert bool(trouble["hint"]) == diagnose
    assert apps.get(client(rack), "web").release == old


@pytest.mark.parametrize("on_failure", ["fail", "rollback"])
def test_a_crash_loop_is_not_sat_out(rack: PracticeRack, on_failure: str) -> None:
    old = running_app(rack)
    new = build(rack, CRASH)
    rack.settings.revert_seconds = 100.0
    started = time.monotonic()
    answer = failed(rack, release_task(release=new, fail_fast_after=15, on_failure=on_failure))
    seconds = (time.monotonic() - started) * SPEED
    assert 15 <= seconds < 120, seconds
    assert answer["error"] == "ConvoxRolloutError" and "15 s" in answer["msg"]
    assert answer["reverted_to"] == old
    assert [trouble["name"] for trouble in answer["failure"]["services"]] == ["worker"]
    assert [record.path for record in rack.requests if record.write][-1] == "/apps/web/cancel"
    app = apps.get(client(rack), "web")
    assert (app.release, app.status) == (old, "running")


def test_fail_fast_can_be_turned_off(rack: PracticeRack) -> None:
    running_app(rack)
    new = build(rack, CRASH)
    rack.settings.revert_seconds = 1.0
    answer = failed(rack, release_task(release=new, fail_fast_after=0))
    assert answer["error"] == "ConvoxRolloutError"
    assert "/apps/web/cancel" not in [record.path for record in rack.requests]


def test_our_deadline_with_on_failure_rollback(rack: PracticeRack) -> None:
    old = running_app(rack)
    new = build(rack)
    rack.settings.stuck_promotes = 1
    answer = failed(rack, release_task(release=new, wait_timeout=20, on_failure="rollback"))
    assert answer["error"] == "ConvoxWaitError" and answer["reverted_to"] == old
    app = apps.get(client(rack), "web")
    assert (app.release, app.status) == (old, "running")


def test_the_release_that_we_saw_comes_back(rack: PracticeRack) -> None:
    """Somebody promotes between our look and our forced promote: the rack falls back to theirs."""
    old = running_app(rack, {"A": "1"})
    theirs, ours = build(rack), build(rack, CRASH)
    rack.settings.promote_seconds = 1.0

    def progress(app: str, text: str, thing: str = "") -> None:
        if text == f"promote {ours}":
            releases.promote(client(rack), "web", theirs)
            rack.settings.promote_seconds = FAST["promote_seconds"]

    answer = failed(rack, release_task(release=ours, force=True, on_failure="rollback"), progress=progress)
    assert answer["error"] == "ConvoxRolloutError"
    back = releases.get(client(rack), "web", answer["reverted_to"])
    first = releases.get(client(rack), "web", old)
    assert back.id not in (old, theirs, ours)
    assert (back.build, back.env) == (first.build, first.env)
    app = apps.get(client(rack), "web")
    assert (app.release, app.status) == (back.id, "running")


def test_someone_else_promotes_meanwhile(rack: PracticeRack) -> None:
    running_app(rack)
    ours, theirs = build(rack), build(rack)
    rack.settings.stuck_promotes = 1
    asked: list[str] = []

    def progress(app: str, text: str, thing: str = "") -> None:
        if text == f"updating, release {ours}" and not asked:
            asked.append(text)
            releases.promote(client(rack), "web", theirs, force=True)

    answer = failed(rack, release_task(release=ours), progress=progress)
    assert asked and answer["error"] == "ConvoxRolloutError"
    assert f"{theirs} runs instead: someone promoted it meanwhile" in answer["msg"]
    assert apps.get(client(rack), "web").release == theirs


def test_another_promote_is_waited_for(rack: PracticeRack) -> None:
    running_app(rack)
    first, second = build(rack), build(rack)
    rack.settings.promote_seconds = 0.3
    assert done(rack, release_task(release=first, wait=False))["changed"]
    answer = done(rack, release_task(release=second))
    assert answer["previous_release"] == first
    promotes = [record for record in rack.requests if record.path.endswith("/promote")]
    assert [record.status for record in promotes[-2:]] == [200, 200]


# -- ways back


def test_cancelled_restores_the_env(rack: PracticeRack) -> None:
    old = running_app(rack, {"A": "1"})
    build(rack)
    rack.settings.stuck_promotes = 1
    done(rack, env_task({"A": "2"}, promote_pending=True, wait=False))
    updating = apps.get(client(rack), "web")
    assert updating.status == "updating" and updating.release != old
    answer = done(rack, release_task(state="cancelled", restore_env=True))
    assert (answer["release"], answer["cancelled"]) == (old, updating.release)
    newest = releases.newest(client(rack), "web")[0]
    assert dict(newest.variables) == {"A": "1"}
    assert not done(rack, release_task(state="cancelled", restore_env=True))["changed"]
    assert dict(releases.get(client(rack), "web", build(rack)).variables) == {"A": "1"}


def test_rolled_back_to_the_previous_one(rack: PracticeRack) -> None:
    first = running_app(rack, {"A": "1"})
    second = done(rack, env_task({"A": "2"}))["release"]
    answer = done(rack, release_task(state="rolled_back", release="previous"))
    assert (answer["rolled_back_to"], answer["previous_release"]) == (first, second)
    assert answer["reason"]
    active = releases.get(client(rack), "web", answer["release"])
    assert dict(active.variables) == {"A": "1"} and active.id not in (first, second)
    again = done(rack, release_task(state="rolled_back", release="previous"))
    assert not again["changed"] and again["release"] == active.id


def test_rolled_back_to_an_id(rack: PracticeRack) -> None:
    first = running_app(rack, {"A": "1"})
    done(rack, env_task({"A": "2"}))
    done(rack, env_task({"A": "3"}))
    answer = done(rack, release_task(state="rolled_back", release=first))
    assert dict(releases.get(client(rack), "web", answer["release"]).variables) == {"A": "1"}
    assert not done(rack, release_task(state="rolled_back", release=first))["changed"]
    assert "rolled_back" in failed(rack, release_task(release=first))["msg"]


# -- a plain deploy key

KEY = "plain-deploy-key"


def with_key(rack: PracticeRack, task: Task) -> Answer:
    return do(rack, task, key=KEY)


def test_what_a_plain_deploy_key_can_do(rack: PracticeRack) -> None:
    rack.settings.deploy_keys = {KEY: None}
    running_app(rack, {"A": "1"})
    answer = with_key(rack, env_task({"A": "2", "B": "x"}, purge=True))
    assert not answer.get("failed"), answer
    assert answer["changed"] and any("not read" in warning for warning in answer["warnings"])
    made = releases.get(client(rack), "web", answer["release"])
    assert dict(made.variables) == {"A": "2", "B": "x"}
    new = build(rack)
    promoted = with_key(rack, release_task(release=new))
    assert not promoted.get("failed"), promoted
    assert apps.get(client(rack), "web").release == new
    built = with_key(rack, build_task(url=GOOD))
    assert not built.get("failed"), built


@pytest.mark.parametrize(
    "task",
    [
        app_task(name="other"),
        app_task(state="absent"),
        env_task({"A": "2"}),
        env_task(unset=["A"]),
        service_task(name="web", count=2),
        service_task(state="restarted"),
        release_task(release="latest"),
        release_task(state="rolled_back", release="previous"),
        release_task(state="created", env_from="active"),
    ],
    ids=lambda task: f"{task}-{'-'.join(map(str, list(task.options.values())[1:]))}",
)
def test_what_a_plain_deploy_key_cannot_do(rack: PracticeRack, task: Task) -> None:
    rack.settings.deploy_keys = {KEY: None}
    running_app(rack, {"A": "1"})
    rest(rack)
    before = len([record for record in rack.requests if record.write])
    answer = with_key(rack, task)
    assert answer["failed"] and answer["error"] == "ConvoxForbiddenError", answer
    assert "role with Read on the rack and Write on the app" in answer["msg"]
    writes = [record for record in rack.requests if record.write][before:]
    assert all(record.status == 403 for record in writes)


def test_a_failed_rollout_with_a_plain_deploy_key(rack: PracticeRack) -> None:
    """Neither its processes nor the reason can be read; it ends with the rack's own revert."""
    rack.settings.deploy_keys = {KEY: None}
    old = running_app(rack)
    new = build(rack, CRASH)
    answer = with_key(rack, release_task(release=new))
    assert answer["failed"] and answer["error"] == "ConvoxRolloutError", answer
    assert answer["reverted_to"] == old
    until(lambda: apps.get(client(rack), "web").running)
