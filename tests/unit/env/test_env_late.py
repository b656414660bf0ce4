# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_env after releases that came late, or from an env that others had changed meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from tests.unit.env.env_world import active, newest, passed, world
from tests.unit.release.release_world import R1, R2, R3
from tests.unit.tasks import done, run_task

SET_A = {"variables": {"A": "2"}}
# B was set by the CLI; who then set A had not seen that, and waits no longer.
BURIED = (("A=1", "B1"), ("A=1 B=2", "B1", "env add:B"), ("A=2", "B1", f"env change:A · after {R1}"))


@pytest.mark.parametrize("given", [SET_A, {"variables": {"X": None}}])
def test_what_a_late_request_buried_is_put_back_by_the_next_task_though_it_has_nothing_to_do(
    given: dict[str, Any],
) -> None:
    checked = run_task(EnvNoun, world(2, BURIED), app="web", check_mode=True, **given)
    rack = world(2, BURIED)
    task = done(EnvNoun, rack, app="web", **given)
    assert checked.changed and task.changed
    assert newest(rack) == ("B1", {"A": "2", "B": "2"})
    assert (task.result["set"], task.result["unset"], task.result["conflicts"]) == ([], [], [])
    assert passed(rack) >= 0.1, "somebody may be about to repair it"
    assert not done(EnvNoun, rack, app="web", **given).changed


@pytest.mark.parametrize(
    ("noun", "given"),
    [
        (ReleaseNoun, {"state": "created", "build": "B2"}),
        (BuildNoun, {"url": "https://h.test/x.tgz", "git_sha": "f00"}),
    ],
)
def test_a_release_that_is_made_without_an_env_undoes_nothing_that_others_lost(
    noun: Any, given: dict[str, Any]
) -> None:
    """A late release buries B between the look and the post, and the rack takes its env."""
    rack = world(2, (("A=1", "B1"), ("A=1", "B2"), ("A=1 B=2", "B1", "env add:B")))
    rack.app().builds[-1].git_sha, rack.app().builds[-1].release = "f00", R2
    late = f"env change:A · after {R1}"
    rack.meanwhile(lambda: rack.add_release("A=2", "B1", late), "POST", "/releases$", before=True)
    assert done(noun, rack, app="web", **given).kinds == ["releases.create"]
    assert newest(rack)[1] == {"A": "2"}
    done(EnvNoun, rack, app="web", variables={"C": "3"}, promote=False)
    assert newest(rack)[1] == {"A": "2", "B": "2", "C": "3"}


def test_what_only_the_true_env_lacks_is_claimed_beside_a_pending_build() -> None:
    """The CLI unset B; a late fork of the active release brought it back, but for its author A alone."""
    story = (
        ("A=1 B=1", "B1"),
        ("A=1 B=1", "B2"),
        ("A=1", "B2", "env remove:B"),
        ("A=2 B=1", "B1", f"env change:A · after {R1}"),
    )
    rack = world(3, story)
    given = {"variables": {"A": "2", "B": "1", "C": "1"}}
    done(EnvNoun, rack, app="web", **given)
    assert active(rack) == ("B1", {"A": "2", "B": "1", "C": "1"})
    assert newest(rack) == ("B2", {"A": "2", "B": "1", "C": "1"})
    assert not done(EnvNoun, rack, app="web", **given).changed


def test_a_repair_that_another_makes_in_the_pause_is_not_made_again() -> None:
    rack = world(2, BURIED)
    repair = f"env carried on · after {R3}"
    rack.at(0.05, lambda: rack.add_release("A=2 B=2", "B1", repair))
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert (task.changed, task.sent) == (False, [])


def test_the_cli_that_read_a_pending_build_s_env_undoes_no_change_beside_it() -> None:
    """Our first release is a fork of the active one, so what the CLI puts back is not what ours came from."""
    story = (("A=0", "B1"), ("A=1", "B1", f"env change:A · after {R1}"), ("A=1", "B2"))
    rack = world(0, story)
    rack.meanwhile(lambda: rack.add_release("A=1 C=1", "B1", "env add:C change:A"), "POST", "/releases$")
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert active(rack) == ("B1", {"A": "2"})
    assert newest(rack) == ("B2", {"A": "2", "C": "1"})
    assert task.result["pending_release"] == rack.release().id
    assert task.result["conflicts"] == [], "the change of A before the task was seen, and the CLI meant none"


def test_what_was_there_at_the_first_look_is_no_conflict_with_what_others_do_later() -> None:
    """Beside a pending build ours comes from the active release, older than a change that we have seen."""
    story = (("A=0", "B1"), ("A=1", "B1", f"env change:A · after {R1}"), ("A=1", "B2"))
    rack = world(0, story)
    theirs = f"env change:A · after {R3}"
    rack.meanwhile(lambda: rack.add_release("A=2", "B2", theirs), "POST", "/releases$")
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert newest(rack)[1]["A"] == active(rack)[1]["A"] == "2"
    assert task.result["conflicts"] == [], "they set what we set"
