# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_app on racks whose reads lag, that ignore what they answer ok to, and beside other people."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import LAG
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task

# --- reads that lag


def lagging(there: bool, locked: bool = False, lag: float = 3.0, **settings: Any) -> MemoryRack:
    """Every read is so many seconds old; with ``lag_jitter`` each is of another age."""
    rack = MemoryRack(read_lag_seconds=lag, **settings)
    if there:
        rack.add_app("web", locked=locked, parameters={"BuildMem": "1"})
    return rack


@pytest.mark.parametrize("settings", [{}, {"generation": "2"}, {"lag_jitter": True}])
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("there", "given", "kinds"),
    [
        (False, {}, ["apps.create"]),
        (False, {"locked": True, "parameters": {"BuildCpu": 1}}, ["apps.create", "apps.update"]),
        (True, {"locked": True}, ["apps.update"]),
        (True, {"parameters": {"BuildCpu": 1}}, ["apps.update"]),
        (True, {"parameters": {"BuildMem": None}, "locked": True}, ["apps.update"]),
        (True, {"state": "absent"}, ["apps.delete"]),
    ],
)
def test_a_write_that_is_answered_ok_is_sent_once(
    there: bool, given: dict[str, Any], kinds: list[str], wait: bool, settings: dict[str, Any]
) -> None:
    rack = lagging(there, **settings)
    task = done(AppNoun, rack, name="web", wait=wait, **given)
    assert task.kinds == kinds
    assert task.changed
    app = task.result["app"]
    if given.get("state") == "absent":
        assert app is None if wait else app["status"] == "deleting"
    else:
        assert app["locked"] is bool(given.get("locked"))
        assert app["parameters"].get("BuildCpu") == (
            "1" if "BuildCpu" in given.get("parameters", {}) else None
        )
    rack.clock.sleep(10.0)
    again = done(AppNoun, rack, name="web", **given)
    assert (again.sent, again.changed) == ([], False)


@given(
    st.floats(0.0, LAG - 0.5),
    st.integers(0, 999),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | st.booleans(),
    st.dictionaries(st.sampled_from(["BuildCpu", "BuildMem"]), st.sampled_from(["1", "2"])),
)
def test_whatever_the_lag_each_kind_of_write_is_sent_once(
    lag: float,
    seed: int,
    jitter: bool,
    there: bool,
    locked: bool,
    lock: bool | None,
    parameters: dict[str, str],
) -> None:
    rack = lagging(there, locked, lag, lag_jitter=jitter, seed=seed)
    task = done(AppNoun, rack, name="web", locked=lock, parameters=parameters)
    assert len(task.kinds) == len(set(task.kinds))
    assert task.result["app"]["status"] == "running"
    assert {**task.result["app"]["parameters"], **parameters} == task.result["app"]["parameters"]


@pytest.mark.parametrize("jitter", [False, True])
def test_a_namesake_goes_first_on_a_rack_that_lags(jitter: bool) -> None:
    rack = lagging(False, lag_jitter=jitter)
    rack.add_app("web", status="deleting", seconds=4.0, locked=True)
    task = done(AppNoun, rack, name="web", locked=True)
    assert task.kinds == ["apps.create", "apps.update"]
    assert task.result["app"]["locked"] is True


def test_unlocked_and_deleted_on_a_rack_that_lags() -> None:
    task = done(AppNoun, lagging(True, locked=True), name="web", state="absent", locked=False)
    assert task.kinds == ["apps.update", "apps.delete"]
    assert task.result == {"app": None}


def test_the_lock_under_a_tripped_budget_on_a_rack_that_lags() -> None:
    rack = lagging(True, budget_tripped=True)
    task = done(AppNoun, rack, name="web", locked=True)
    assert task.kinds == ["apps.update"]
    assert (task.changed, task.result["app"]["locked"]) == (True, True)


def test_a_v2_rack_may_say_running_before_it_starts() -> None:
    rack = MemoryRack(generation="2", late_status_seconds=2.0, settle_seconds=4.0)
    rack.add_app("web")
    task = done(AppNoun, rack, name="web", locked=True)
    assert task.kinds == ["apps.update"]
    assert rack.app().status == "running"
    new = MemoryRack(generation="2")
    done(AppNoun, new, name="web")
    assert new.clock.now() < LAG, "a new app starts no promote"


# --- ok, and ignored


def ignored(rack: MemoryRack, **given: Any) -> Task:
    task = run_task(AppNoun, rack, name="web", **given)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    # One pause, as long as reads may lag, before it is sent again, and before anybody is blamed.
    first, second = (record.at for record in rack.writes)
    assert second - first >= LAG
    assert rack.clock.now() - second >= LAG
    assert task.changed
    return task


def test_what_the_rack_lost_is_sent_once_more() -> None:
    rack = MemoryRack(lose_parameters=1)
    rack.add_app("web")
    task = done(AppNoun, rack, name="web", parameters={"BuildCpu": 512})
    assert task.kinds == ["apps.update"] * 2
    assert task.result["app"]["parameters"] == {"BuildCpu": "512"}
    assert rack.writes[1].at >= LAG


@pytest.mark.parametrize("lag", [0.0, 3.0])
def test_what_the_rack_ignores_is_named(lag: float) -> None:
    task = ignored(lagging(True, lag=lag), parameters={"BuildCpu": 1, "Nonsense": "x", "Other": "y"})
    assert task.error is not None
    assert "ignored for app web: Nonsense, Other" in task.error.message
    assert "A v3 rack keeps the parameters BuildCpu, BuildLabels and BuildMem only" in str(task.error)
    assert task.kinds == ["apps.update"] * 2
    assert task.sent[1] == ("PUT", "/apps/web", {"parameters": {"Nonsense": "x", "Other": "y"}})


def test_the_words_about_v3_are_for_v3_racks() -> None:
    task = ignored(lagging(True, generation="2"), parameters={"Nonsense": "x"})
    assert task.error is not None
    assert "ignored for app web: Nonsense" in task.error.message
    assert "v3" not in str(task.error)
    assert task.error.hint


def test_a_lock_that_is_lost_is_named() -> None:
    rack = MemoryRack(lose_parameters=9)
    rack.add_app("web")
    task = ignored(rack, locked=True)
    assert task.error is not None
    assert "ignored for app web: locked" in task.error.message
    assert "v3" not in str(task.error), "a lock is no parameter"


def test_a_parameter_that_v3_racks_know_and_lost() -> None:
    rack = MemoryRack(lose_parameters=9)
    rack.add_app("web")
    task = ignored(rack, parameters={"BuildCpu": 1})
    assert "v3" not in str(task.error)


@pytest.mark.parametrize("wait", [True, False])
def test_a_deletion_that_is_lost_is_sent_once_more(wait: bool) -> None:
    rack = MemoryRack()
    rack.add_app("web")
    rack.lose("DELETE", "/apps/web$")
    task = done(AppNoun, rack, name="web", state="absent", wait=wait)
    assert len(task.sent) == 2
    assert rack.writes[1].at >= LAG
    rack = MemoryRack()
    rack.add_app("web")
    rack.lose("DELETE", "/apps/web$", times=9)
    task = ignored(rack, state="absent", wait=wait)
    assert "answered ok to the deletion of app web, and it is still there: status running" in str(task.error)


# --- what becomes of an app while it is waited for

STATES = {
    "creating": "status creating (it is being made)",
    "updating": "status updating (it is being made)",
    "rollback": "status rollback (the rack puts the former release back)",
    "unknown": "status unknown (the rack does not know its state)",
    "resting": "status resting",
}


def busy(status: str, release: bool = False, seconds: float = math.inf) -> MemoryRack:
    rack = MemoryRack()
    rack.add_app("web")
    if release:
        rack.activate(rack.add_release("A=1").id)
    rack.busy("web", seconds, status)
    return rack


@pytest.mark.parametrize("status", sorted(STATES))
def test_each_state_of_the_wait_has_words_of_its_own(status: str) -> None:
    task = run_task(AppNoun, busy(status), name="web", locked=True, wait_timeout=20)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert f"last seen: {STATES[status]}" in task.error.message
    assert set(task.lines) == {f"[web] waiting until it is running: {STATES[status]}"}
    assert "cancelled" not in str(task.error), "there is no promote to cancel"
    assert (task.sent, task.changed) == ([], False)


def test_a_promote_that_is_waited_for_can_be_cancelled() -> None:
    rack = busy("updating", release=True)
    task = run_task(AppNoun, rack, name="web", locked=True, wait_timeout=20)
    release = rack.app().release
    assert f"last seen: status updating, release {release} (a promote or a change goes on)" in str(task.error)
    assert "state: cancelled" in str(task.error)
    back = run_task(AppNoun, busy("rollback", release=True), name="web", locked=True, wait_timeout=20)
    assert f"status rollback, release {release} (the rack puts the former release back)" in str(back.error)
    assert "state: cancelled" not in str(back.error)


def test_an_app_that_is_deleted_while_it_is_waited_for_ends_the_wait() -> None:
    rack = busy("updating", seconds=100.0)
    rack.at(10.0, lambda: rack.act("DELETE", "/apps/web"))
    rack.settings.delete_seconds = 300.0
    task = run_task(AppNoun, rack, name="web", locked=True)
    assert task.error is not None
    assert "app web is being deleted" in str(task.error)
    assert rack.clock.now() <= 13.0
    assert task.sent == []


def test_an_app_that_is_gone_ends_the_wait() -> None:
    rack = busy("updating", seconds=100.0)
    rack.settings.delete_seconds = 0.0
    rack.at(10.0, lambda: rack.act("DELETE", "/apps/web"))
    task = run_task(AppNoun, rack, name="web", locked=True)
    assert task.error is not None
    assert "app web is not there any more" in str(task.error)
    assert rack.clock.now() <= 13.0


@pytest.mark.parametrize("given", [{}, {"locked": True}])
def test_a_new_app_that_somebody_deletes_at_once(given: dict[str, Any]) -> None:
    """The reads of a rack may lag behind what was just made, but not for ever."""
    rack = MemoryRack(create_seconds=20.0, delete_seconds=0.5)
    rack.at(1.0, lambda: rack.act("DELETE", "/apps/web"))
    task = run_task(AppNoun, rack, name="web", **given)
    assert task.error is not None
    assert "app web is" in str(task.error)
    assert rack.clock.now() <= LAG + 3.0
    assert task.changed


def test_an_app_that_somebody_makes_at_the_same_moment() -> None:
    rack = MemoryRack()
    rack.meanwhile(lambda: rack.act("POST", "/apps", {"name": "web"}), "POST", "/apps$", before=True)
    task = done(AppNoun, rack, name="web")
    assert (task.changed, task.result["app"]["status"]) == (False, "running")
    rack = MemoryRack()
    rack.meanwhile(lambda: rack.act("POST", "/apps", {"name": "web"}), "POST", "/apps$", before=True)
    task = done(AppNoun, rack, name="web", locked=True, wait=False)
    assert (task.changed, task.result["app"]["locked"]) == (True, True)


def test_an_app_that_somebody_makes_anew_while_it_is_being_deleted() -> None:
    rack = MemoryRack(delete_seconds=3.0, create_seconds=0.0)
    rack.add_app("web")
    rack.at(3.001, lambda: rack.act("POST", "/apps", {"name": "web"}))
    task = run_task(AppNoun, rack, name="web", state="absent")
    assert task.error is not None
    assert "app web was made anew by somebody" in str(task.error)
    assert task.kinds == ["apps.delete"], "what is there now is not what was to be deleted"
    assert rack.clock.now() <= LAG + 3.0


def test_deleting_has_words_of_its_own() -> None:
    rack = MemoryRack(delete_seconds=math.inf)
    rack.add_app("web")
    task = run_task(AppNoun, rack, name="web", state="absent", wait_timeout=20)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "last seen: status deleting (it is being deleted)" in task.error.message
    assert set(task.lines) == {"[web] waiting until it is gone: status deleting (it is being deleted)"}
    assert task.changed
