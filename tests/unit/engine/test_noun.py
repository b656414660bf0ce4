# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a noun and a step have to have: a class that lacks it fails when it is written, not when it runs."""

from __future__ import annotations

import abc
import typing as t

import pytest

from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.app.steps import AwaitRunning, Create
from ansible_collections.convox.rack.plugins.module_utils._modules.release_info.noun import ReleaseInfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step

PARTS = ("ARGUMENTS", "desired", "observe", "plan", "result")


def parts(*without: str) -> dict[str, t.Any]:
    """A class's body with all that a noun needs, but for what is named."""
    body: dict[str, t.Any] = {name: lambda self, *arguments: None for name in PARTS if name.islower()}
    body["ARGUMENTS"] = {}
    return {name: value for name, value in body.items() if name not in without}


@pytest.mark.parametrize("part", PARTS)
def test_a_noun_that_lacks_a_part_fails_when_it_is_imported(part: str) -> None:
    with pytest.raises(TypeError, match=f"^the noun TokenNoun lacks {part}$"):
        type("TokenNoun", (Noun,), parts(part))


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(TypeError, match="^the noun TokenNoun lacks observe, result, ARGUMENTS$"):
        type("TokenNoun", (Noun,), parts("ARGUMENTS", "observe", "result"))


def made(kind: t.Any) -> t.Any:
    """An instance of a class that was made in a test: pylint takes it for an abstract one."""
    return kind()


def test_a_whole_noun_has_defaults_for_what_few_need() -> None:
    kind: t.Any = type("TokenNoun", (Noun,), parts())
    noun = made(kind)
    assert (kind.MAX_ATTEMPTS, kind.SECRET_OPTIONS, kind.CONSTRAINTS, kind.CONTROLLER_FILES) == (
        1,
        (),
        {},
        {},
    )
    assert noun.assumed(None) is None
    noun.result = lambda observed, desired: {"of": observed}
    assert noun.predict("this", None) == {"of": "this"}


def test_what_stands_between_may_lack_parts_if_it_says_so() -> None:
    between = type("Between", (Noun, abc.ABC), parts("result"))
    with pytest.raises(TypeError, match="lacks result"):
        type("TokenNoun", (between,), {})
    assert type("TokenNoun", (between,), parts())


def test_an_info_noun_plans_nothing_and_still_has_to_have_the_rest() -> None:
    kind: t.Any = type("TokenInfoNoun", (InfoNoun,), parts("plan"))
    assert made(kind).plan(None, None) == ()
    with pytest.raises(TypeError, match="^the noun TokenInfoNoun lacks observe$"):
        type("TokenInfoNoun", (InfoNoun,), parts("plan", "observe"))
    assert ReleaseInfoNoun().plan(t.cast(t.Any, None), t.cast(t.Any, None)) == ()


def test_a_step_without_apply_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="apply"):
        made(type("Nothing", (Step,), {}))


def test_a_step_changes_nothing_it_does_not_name() -> None:
    class Plain(Step):
        def apply(self, client: t.Any, context: Context) -> None:
            return None

    assert (Plain().changes(), Plain.wait_only, Plain.one_shot) == ((), False, False)
    assert (AwaitRunning.wait_only, AwaitRunning.one_shot, Create.wait_only, Create.one_shot) == (
        True,
        True,
        False,
        False,
    )


def test_one_instance_lives_for_one_task() -> None:
    """What a noun remembers belongs to its instance: nothing mutable of a task hangs on the class."""
    assert AppNoun() is not AppNoun()
    shared = {n for n, v in vars(AppNoun).items() if isinstance(v, (dict, list, set)) and n.islower()}
    assert shared == set() or shared == {"__annotations__"}


def test_wait_timeout_counts_from_the_first_call() -> None:
    class Still:
        time = 100.0

        def now(self) -> float:
            return self.time

    clock: t.Any = Still()
    context = Context(wait_timeout=10.0, clock=clock)
    assert context.time_left() == 10.0
    clock.time += 4
    assert context.time_left() == 6.0
    assert context.anew().time_left() == 10.0
    clock.time += 100
    assert context.time_left() == 1.0
