# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promotes and their rollouts, on a rack and a clock of the test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.steps import AwaitRollout
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.unit.shared.rollout_world import apply, crashing, fails, run_of, world


def promoted(release: str, **form: str) -> tuple[str, str, dict[str, str]]:
    """A promote as it is sent."""
    return "POST", f"/apps/web/releases/{release}/promote", form


def test_a_good_rollout() -> None:
    rack, old, new = world()
    run = run_of(rack)
    said: list[str] = []
    run.progress = lambda app, text, thing="": said.append(f"{app} {thing}: {text}")
    client = apply(rack, Promote("web", new, old), run)
    assert rack.sent == [promoted(new, timeout="570")]
    assert rack.clock.now() <= rack.settings.promote_seconds + 1.0
    assert client.ledger.writes == 1
    assert f"web : promote {new}" in said
    assert f"web status: running, release {new}" in said


@given(st.floats(9, 12), st.floats(0.5, 10))
def test_a_rollout_of_ten_seconds_ends_soon_after_the_rack(seconds: float, interval: float) -> None:
    rack, old, new = world()
    rack.settings.promote_seconds = seconds
    apply(rack, Promote("web", new, old), run_of(rack, poll_interval=interval))
    assert seconds + 0.5 <= rack.clock.now() <= seconds + 1.5


@pytest.mark.parametrize(
    ("how", "wait_timeout", "wait", "sent"),
    [
        (How(), 600, True, {"timeout": "570"}),
        (How(), 60, True, {"timeout": "54"}),
        (How(), 20, True, {"timeout": "15"}),
        (How(), 5, True, {"timeout": "1"}),
        (How(), 600, False, {}),
        (How(promote_timeout=99), 600, False, {"timeout": "99"}),
        (
            How(force=True, idle=False, min=0, max=200),
            600,
            False,
            {"force": "true", "idle": "false", "min": "0", "max": "200"},
        ),
    ],
)
def test_what_goes_on_the_wire(how: How, wait_timeout: float, wait: bool, sent: dict[str, str]) -> None:
    rack, old, new = world()
    apply(rack, Promote("web", new, old, how), run_of(rack, wait=wait, wait_timeout=wait_timeout))
    assert rack.sent == [promoted(new, **sent)]
    assert wait or rack.clock.now() == 0


def test_a_busy_app_is_waited_for_first() -> None:
    rack, old, new = world()
    rack.busy(seconds=9.0)
    run = run_of(rack)
    apply(rack, Promote("web", new, old), run)
    assert rack.clock.now() > 9.0
    # The rack's own deadline is before ours, which counts from the start.
    assert int(rack.sent[0][2]["timeout"]) < 570


def test_a_rack_that_is_busy_again_is_asked_again() -> None:
    rack, old, new = world()
    rack.fail(403, "app is currently updating", "POST", "/promote$", times=3)
    apply(rack, Promote("web", new, old))
    assert rack.app().release == new


def test_a_busy_rack_is_not_asked_for_ever() -> None:
    rack, old, new = world()
    rack.fail(403, "app is currently updating", "POST", "/promote$", times=-1)
    fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=20), errors.ConvoxBusyError)
    assert rack.clock.now() <= 21


def test_force_does_not_wait_for_the_app() -> None:
    rack, old, new = world()
    rack.busy()
    apply(rack, Promote("web", new, old, How(force=True)))
    assert rack.sent[0][2]["force"] == "true"


def test_our_release_under_way_is_watched_and_not_sent_again() -> None:
    rack, old, new = world()
    rack.promote(new)
    apply(rack, Promote("web", new, old))
    assert rack.sent == []
    assert rack.app().status == "running"


@pytest.mark.parametrize("interval", [0.3, 2.0, 30.0])
def test_a_revert_is_a_failure_whether_its_states_were_seen_or_not(interval: float) -> None:
    rack, old, new = world("fail")
    rack.settings.revert_seconds = 55.0
    error = fails(
        rack, Promote("web", new, old), run_of(rack, poll_interval=interval), errors.ConvoxRolloutError
    )
    assert error.extra == {"release": new, "reverted_to": old, "failure": {"services": []}}
    assert "the rack put the old release back" in error.message
    assert error.operation == f"promote {new} of web"
    assert rack.kinds == ["releases.promote"]


def test_the_first_release_of_an_app_that_fails_leaves_none() -> None:
    rack, _old, new = world("fail")
    rack.app().release = ""
    error = fails(rack, Promote("web", new, ""), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == ""
    assert "the rack took it back, and web runs no release" in error.message


def test_somebody_who_promotes_meanwhile_is_named() -> None:
    rack, old, new = world()
    theirs = rack.add_release("A=3", build="B3").id
    rack.settings.promote_seconds = 10.0
    apply(rack, Promote("web", new, old), run_of(rack, wait=False))
    rack.at(5.0, lambda: rack.promote(theirs, force="true"))
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert f"{theirs} runs instead: someone promoted it meanwhile" in error.message
    assert error.extra["reverted_to"] == theirs
    assert "apps.cancel" not in rack.kinds


def test_another_release_for_a_moment_is_no_revert() -> None:
    """Right after a promote a list or a cache may be late."""
    rack, old, new = world(late_status_seconds=0.2, promote_seconds=3.0)
    apply(rack, Promote("web", new, old))
    assert (rack.app().status, rack.app().release) == ("running", new)


def test_a_v2_rack_is_believed_after_five_seconds() -> None:
    rack, old, new = world("hang", generation="2")
    app = rack.app()

    def early() -> None:
        app.status = "running"
        rack.at(3.0, lambda: setattr(app, "status", "updating"))
        rack.at(20.0, lambda: setattr(app, "status", "running"))

    rack.meanwhile(early, "POST", "/promote$")
    apply(rack, Promote("web", new, old))
    assert rack.clock.now() >= 20
    rack, old, new = world(generation="2", late_status_seconds=3.0, promote_seconds=20.0)
    apply(rack, Promote("web", new, old))
    assert rack.clock.now() >= 20
    rack, old, new = world(generation="2", promote_seconds=0.0)
    apply(rack, Promote("web", new, old))
    assert 5.0 <= rack.clock.now() <= 7.0


# Somebody else's promote of the release that we want.


def test_awaiting_a_rollout_that_somebody_started() -> None:
    rack, _old, new = world()
    rack.promote(new)
    apply(rack, AwaitRollout("web", new))
    assert rack.app().status == "running"


def test_awaiting_a_rollout_that_the_rack_puts_back() -> None:
    rack, old, new = world("fail")
    rack.promote(new)
    error = fails(rack, AwaitRollout("web", new), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == old
    assert "put the old release back" in error.message


def test_awaiting_a_crash_loop_ends_it_too() -> None:
    rack, old, new = world("hang")
    rack.promote(new)
    crashing(rack)
    error = fails(rack, AwaitRollout("web", new), run_of(rack), errors.ConvoxRolloutError)
    assert "was cancelled" in error.message
    assert "apps.cancel" in rack.kinds
    assert error.extra["reverted_to"] == old


def test_a_yielding_promote_leaves_what_somebody_made_active() -> None:
    rack, _old, new = world()
    theirs = rack.add_release("A=3").id
    rack.activate(theirs)
    apply(rack, Promote("web", new, "RBEFORE", yielding=True))
    assert rack.sent == []
