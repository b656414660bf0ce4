# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_release on a rack whose reads lag behind, and beside others who promote."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import SHOWN_WITHIN
from tests.practice_rack.memory import MemoryRack
from tests.unit.release.release_world import R1, R3, R4, passed, world
from tests.unit.tasks import context_of, done, options, run_task


@pytest.mark.parametrize("late", [0.5, 3.0, 8.0])
@pytest.mark.parametrize("wait", [True, False])
def test_a_promote_is_sent_once_however_late_the_reads_are(late: float, wait: bool) -> None:
    rack = world(0, late_status_seconds=late)
    task = done(ReleaseNoun, rack, app="web", release=R3, wait=wait)
    assert (task.kinds, task.changed, task.result["release"]) == (["releases.promote"], True, R3)
    assert late <= passed(rack) <= late + 2


@pytest.mark.parametrize("late", [0.5, 3.0])
@pytest.mark.parametrize("wait", [True, False])
def test_a_rollback_is_made_once_however_late_the_reads_are(late: float, wait: bool) -> None:
    rack = world(2, late_status_seconds=late)
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release=R1, wait=wait)
    assert task.kinds == ["releases.create", "releases.promote"]
    assert (task.result["release"], task.result["previous_release"]) == (R4, R3)


@pytest.mark.parametrize("wait", [True, False])
@given(seed=st.integers(0, 10**6), lag=st.floats(0.1, 4.0), jitter=st.booleans(), back=st.booleans())
def test_old_reads_lead_to_nothing_twice(wait: bool, seed: int, lag: float, jitter: bool, back: bool) -> None:
    rack = world(2 if back else 0, seed=seed, read_lag_seconds=lag, lag_jitter=jitter)
    wanted = {"state": "rolled_back", "release": R1} if back else {"release": "latest"}
    task = done(ReleaseNoun, rack, app="web", wait=wait, **wanted)
    assert task.kinds == [*(["releases.create"] if back else []), "releases.promote"]
    assert task.result["release"] == rack.app().release == (R4 if back else R3)


@given(seed=st.integers(0, 10**6), lag=st.floats(0.1, 4.0), jitter=st.booleans())
def test_old_reads_hide_no_revert(seed: int, lag: float, jitter: bool) -> None:
    rack = world(0, seed=seed, read_lag_seconds=lag, lag_jitter=jitter, revert_seconds=2.0)
    rack.fate(R3, "fail")
    task = run_task(ReleaseNoun, rack, app="web", release=R3)
    assert isinstance(task.error, errors.ConvoxRolloutError)
    assert "the rack put the old release back" in task.error.message
    assert (task.error.extra["reverted_to"], task.kinds) == (R1, ["releases.promote"])
    assert passed(rack) < SHOWN_WITHIN + 8


@pytest.mark.parametrize("active", [-1, 0])
@pytest.mark.parametrize("wait", [True, False])
def test_a_promote_that_never_shows_blames_nobody(active: int, wait: bool) -> None:
    rack = world(active, late_status_seconds=500.0)
    task = run_task(ReleaseNoun, rack, app="web", release=R3, wait=wait)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert f"web runs {R1 if active == 0 else 'no release'}" in task.error.message
    assert "one else" not in errors.describe(task.error) and "thers" not in errors.describe(task.error)
    assert (task.kinds, task.changed) == (["releases.promote"], True)
    assert SHOWN_WITHIN <= passed(rack) <= SHOWN_WITHIN + 3


def test_an_older_release_that_the_reads_show_first_is_no_ones_promote() -> None:
    """The reads are so old that the task did not even see what was active when it began."""
    rack = world(0, late_status_seconds=1e6)
    task = run_task(ReleaseNoun, rack, app="web", release=R3, wait=False)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert f"web runs {R1}" in task.error.message
    assert task.kinds == ["releases.promote"]


def theirs(rack: MemoryRack, env: str = "A=9") -> str:
    """Somebody makes a release and promotes it at once."""
    made = rack.add_release(env, "B1").id
    rack.promote(made, force="true")
    return made


@pytest.mark.parametrize("wait", [True, False])
def test_somebody_who_promotes_right_after_us_is_named_and_left_alone(wait: bool) -> None:
    rack = world(0)
    rack.meanwhile(lambda: theirs(rack), "POST", "/promote$")
    task = run_task(ReleaseNoun, rack, app="web", release=R3, wait=wait)
    assert isinstance(task.error, errors.ConvoxRolloutError)
    assert f"{R4} runs instead: someone promoted it meanwhile" in task.error.message
    assert (task.error.extra["release"], task.error.extra["reverted_to"]) == (R3, R4)
    assert task.kinds == ["releases.promote"]
    assert rack.app().release == R4
    assert passed(rack) < 3


def test_an_env_is_restored_once_though_somebody_makes_another_release() -> None:
    rack = world(0)
    rack.fate(R3, "hang")
    rack.promote(R3)
    rack.meanwhile(lambda: rack.add_release("B=9", "B2"), "POST", "/releases$")
    task = done(ReleaseNoun, rack, app="web", state="cancelled", restore_env=True)
    assert task.kinds == ["apps.cancel", "releases.create"]
    assert rack.env() == {"B": "9"}, "theirs is the newest, and stays"


@pytest.mark.parametrize("wanted", [{"release": R3}, {"state": "rolled_back", "release": R1}])
def test_what_is_not_there_in_the_end_is_told_without_blame(wanted: dict[str, Any]) -> None:
    rack = world(2 if "state" in wanted else 0)
    noun = ReleaseNoun()
    task = done(ReleaseNoun, rack, app="web", check_mode=True, **wanted)
    assert task.outcome is not None
    full = options(ReleaseNoun, app="web", **wanted)
    desired = noun.desired(full)
    observed = noun.observe(task.client, desired, context_of(rack, full))
    with pytest.raises(errors.ConvoxIgnoredError) as caught:
        noun.verify(observed, desired, task.outcome.steps)
    said = errors.describe(caught.value)
    assert f"web runs {observed.app.release} (status running)" in said
    assert "omeone" not in said and "thers" not in said
