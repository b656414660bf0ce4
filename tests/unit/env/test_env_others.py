# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_env: other writers, keys that may not read, and options that no rack can keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun, read_src
from tests.practice_rack.memory import MemoryRack
from tests.unit.env.env_world import active, newest, passed, sent, world
from tests.unit.release.release_world import R1, R2, R3
from tests.unit.tasks import done, options, refusal, run_task

ONE = (("A=1 B=1", "B1"),)
SET_A = {"variables": {"A": "2"}}


def meanwhile(rack: MemoryRack, act: Callable[[], Any], *, before: bool) -> None:
    """Somebody acts just before (or after) our first post reaches the rack."""
    rack.meanwhile(act, "POST", "/releases$", before=before)


@pytest.mark.parametrize("before", [True, False])
def test_a_writer_of_another_key_loses_nothing(before: bool) -> None:
    rack = world(0, ONE)
    meanwhile(rack, lambda: rack.add_release("A=1 B=2", "B1", f"env change:B · after {R1}"), before=before)
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert newest(rack) == ("B1", {"A": "2", "B": "2"})
    assert active(rack) == newest(rack)
    assert task.result["conflicts"] == []
    assert sent(task)[-2][:2] == ("make", "A=2 B=2")


@pytest.mark.parametrize("before", [True, False])
def test_a_writer_of_the_same_key_is_told_and_the_last_one_holds(before: bool) -> None:
    rack = world(0, ONE)
    meanwhile(rack, lambda: rack.add_release("A=9 B=1", "B1", f"env change:A · after {R1}"), before=before)
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert task.result["conflicts"] == ["A"]
    assert newest(rack)[1]["A"] == ("2" if before else "9")


def test_a_build_that_lands_meanwhile_is_carried_on_and_not_deployed() -> None:
    rack = world(0, ONE)
    meanwhile(rack, lambda: rack.add_release("A=1 B=1", "B2", "build"), before=False)
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert active(rack) == ("B1", {"A": "2", "B": "1"})
    assert newest(rack) == ("B2", {"A": "2", "B": "1"})
    assert task.result["pending_release"] == rack.release().id


def test_a_release_promoted_meanwhile_that_holds_our_change_is_not_promoted_again() -> None:
    rack = world(0, ONE)

    def theirs() -> None:
        made = rack.add_release("A=2 B=7", "B1", f"env change:B · after {R2}")
        rack.promote(made.id)

    meanwhile(rack, theirs, before=False)
    task = done(EnvNoun, rack, app="web", **SET_A)
    assert [call for call in sent(task) if call[0] == "promote"] == [], "theirs alone"
    assert (task.result["release"], task.result["promoted"]) == (R3, True)
    assert rack.app().status == "running"


def test_others_that_never_stop_are_told() -> None:
    rack = world(0, ONE)

    def theirs() -> None:
        rack.add_release(f"A=1 N={len(rack.writes)}", "B1", "env set by the CLI")

    rack.meanwhile(theirs, "POST", "/releases$", times=-1)
    task = run_task(EnvNoun, rack, app="web", **SET_A)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "did not come to rest" in task.error.message
    assert len(task.sent) <= EnvNoun.MAX_ATTEMPTS


# Keys that may not read releases.


def blind(story: Any = ONE, place: int = 0) -> tuple[MemoryRack, str]:
    """A rack and its plain deploy key."""
    rack = world(place, story)
    return rack, rack.deploy_key()


def test_a_plain_deploy_key_writes_a_whole_env_blind() -> None:
    rack, key = blind()
    task = done(EnvNoun, rack, key=key, app="web", purge=True, **SET_A)
    assert sent(task) == [("make", "A=2", None), ("promote", R2)]
    assert task.changed
    assert len(task.warnings) == 1
    assert "without comparing" in task.warnings[0]
    as_result = {name: task.result[name] for name in ("release", "promoted", "set", "unset", "unchanged")}
    assert as_result == {"release": R2, "promoted": True, "set": ["A"], "unset": [], "unchanged": []}
    again = done(EnvNoun, rack, key=key, app="web", purge=True, **SET_A)
    assert again.changed, "nobody can know"


def test_blind_check_mode_sends_nothing() -> None:
    rack, key = blind()
    task = done(EnvNoun, rack, key=key, app="web", purge=True, check_mode=True, **SET_A)
    assert (task.changed, task.sent, len(task.warnings)) == (True, [], 1)


def test_blind_without_a_build_or_without_promote() -> None:
    rack, key = blind([("A=1", "")], -1)
    assert done(EnvNoun, rack, key=key, app="web", purge=True, **SET_A).result["promoted"] is False
    rack, key = blind()
    task = done(EnvNoun, rack, key=key, app="web", purge=True, promote=False, **SET_A)
    assert (sent(task), task.result["promoted"]) == ([("make", "A=2", None)], False)


@pytest.mark.parametrize("given", [{}, {"purge": True, "release": R1}])
def test_everything_else_says_which_role_is_needed(given: dict[str, Any]) -> None:
    rack, key = blind()
    task = run_task(EnvNoun, rack, key=key, app="web", **SET_A, **given)
    assert isinstance(task.error, errors.ConvoxForbiddenError)
    said = errors.describe(task.error)
    assert "Read on the rack and Write on the app" in said
    assert "purge: true" in said
    assert task.sent == []


def test_masked_keys_alone_read_no_release() -> None:
    rack = world(0, ONE)
    assert sent(done(EnvNoun, rack, app="web", masked_keys=["A"])) == [("mask", "A")]
    assert not done(EnvNoun, rack, app="web", masked_keys=["A"]).changed
    assert rack.asked("/releases") == []
    key = rack.deploy_key()
    task = run_task(EnvNoun, rack, key=key, app="web", masked_keys=["B"])
    assert isinstance(task.error, errors.ConvoxForbiddenError), "nor may a plain deploy key write them"


def test_masked_keys_as_the_cli_wrote_them() -> None:
    rack = world(0, ONE)
    rack.app().configs["cli-env-mask"] = " B , A,,B"
    assert not done(EnvNoun, rack, app="web", masked_keys=["A", "B"]).changed
    task = done(EnvNoun, rack, app="web", masked_keys=[])
    assert sent(task) == [("mask", "")]
    assert not done(EnvNoun, rack, app="web", masked_keys=[]).changed


# A list that does not show what we made.


def test_a_list_that_never_shows_our_release_is_an_error_and_not_a_second_release() -> None:
    rack = world(0, ONE, lag=500.0)
    task = run_task(EnvNoun, rack, app="web", **SET_A)
    assert isinstance(task.error, errors.ConvoxServerError)
    assert "does not show one that we made" in task.error.message
    assert task.kinds == ["releases.create"]
    assert passed(rack) < 15


def test_as_much_of_the_list_is_read_as_it_takes() -> None:
    """Each release names one far back as its base."""
    story = [("A=1", "B1"), *[("A=1", "B1", f"env add:N{n} · after {R1}") for n in range(45)]]
    rack = world(0, story)
    done(EnvNoun, rack, app="web", **SET_A)
    assert newest(rack)[1] == {"A": "2"}
    assert active(rack) == newest(rack)


# Options.

CANARY = "canary-value"


@pytest.mark.parametrize(
    ("given", "option", "words"),
    [
        ({"variables": {"A": CANARY}, "unset": ["A"]}, "unset", "A"),
        ({"purge": True, "unset": ["A"]}, "purge", "variables"),
        ({"variables": {"A": f"{CANARY}\nB"}}, "variables", "newline"),
        ({"variables": {"A": f"{CANARY}\r"}}, "variables", "carriage return"),
        ({"variables": {"A": f"{CANARY}\0"}}, "variables", "NUL"),
        ({"variables": {f"A={CANARY}": CANARY}}, "variables", ": A="),
        ({"variables": {"A B": CANARY}}, "variables", "A B"),
        ({"variables": {"A\n": CANARY}}, "variables", "control"),
        ({"variables": {"": CANARY}}, "variables", "name"),
        ({"variables": {"A": [CANARY]}}, "variables", "to_json"),
        ({"variables": {"A": {CANARY: 1}}}, "variables", "to_json"),
        ({"variables": {"A": CANARY * 6000}}, "variables", "64 KiB"),
        ({"masked_keys": ["A=B"]}, "masked_keys", "name"),
        ({"masked_keys": ["A,B"]}, "masked_keys", "name"),
        ({"masked_keys": [""]}, "masked_keys", "name"),
        ({"masked_keys": ["A B"]}, "masked_keys", "name"),
        ({"masked_keys": ["A\ud800"]}, "masked_keys", "name"),
        ({"masked_keys": [f"A{n}" for n in range(501)]}, "masked_keys", "500"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str, words: str) -> None:
    error = refusal(EnvNoun, app="web", **given)
    said = errors.describe(error)
    assert error.option == option
    assert words in said
    assert "canary" not in said


@given(
    st.dictionaries(
        st.text(max_size=4),
        st.sampled_from([f"{CANARY}", f"{CANARY}\n", f"{CANARY}\0", [CANARY], "x" * 70000 + CANARY]),
        max_size=4,
    )
)
def test_no_refusal_ever_quotes_a_value(variables: dict[str, Any]) -> None:
    try:
        desired = EnvNoun().desired(options(EnvNoun, app="web", variables=variables))
    except errors.ConvoxOptionError as error:
        assert "canary" not in errors.describe(error)
    else:
        assert "canary" not in repr(desired)


def test_nulls_and_unset_are_one() -> None:
    desired = EnvNoun().desired(options(EnvNoun, app="web", variables={"A": None, "B": 1}, unset=["C", "A"]))
    assert (desired.values, desired.unset) == ({"B": "1"}, frozenset("AC"))


def test_a_dotenv_file_is_merged_under_the_variables() -> None:
    arguments: dict[str, Any] = {"src": "x.env", "variables": {"A": "task", "B": None}}
    read_src(arguments, "x.env", "A=file\nB=file\nexport C='file'\n# no\n")
    assert arguments == {"variables": {"A": "task", "B": None, "C": "file"}}
    arguments = {"src": "x.env", "variables": "A=task B=2"}
    read_src(arguments, "x.env", "C=3")
    assert arguments == {"variables": {"A": "task", "B": "2", "C": "3"}}
    arguments = {"src": "x.env"}
    read_src(arguments, "x.env", "")
    assert arguments == {"variables": {}}


@pytest.mark.parametrize(
    ("variables", "text", "words"),
    [
        (None, f"A={CANARY}\n{CANARY}", "line 2 of x.env"),
        (None, f"A='{CANARY}", "line 1 of x.env"),
        ([CANARY], "A=1", "variables: is no dictionary"),
        (CANARY, "A=1", "variables: is no dictionary"),
        (None, f'A="{CANARY}\\nX"', "src: a value holds a newline"),
    ],
)
def test_a_bad_dotenv_file_is_refused_without_a_value(variables: Any, text: str, words: str) -> None:
    arguments = {"src": "x.env"} if variables is None else {"src": "x.env", "variables": variables}
    with pytest.raises(errors.ConvoxOptionError) as caught:
        read_src(arguments, "x.env", text)
    said = errors.describe(caught.value)
    assert words in said
    assert "canary" not in said
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_file_that_cannot_be_read_is_no_defect_of_ours(tmp_path: Any) -> None:
    """Where the module runs without its action plugin it reads the file by itself."""
    error = refusal(EnvNoun, app="web", src=str(tmp_path / "none.env"))
    assert error.option == "src"
    (tmp_path / "some.env").write_bytes(b"A=\xff\xfe")
    assert refusal(EnvNoun, app="web", src=str(tmp_path / "some.env")).option == "src"
    (tmp_path / "good.env").write_text("A=1\n")
    given = options(EnvNoun, app="web", src=str(tmp_path / "good.env"))
    assert EnvNoun().desired(given).values == {"A": "1"}
    assert given["src"] == str(tmp_path / "good.env"), "the options stay as they are"


def test_check_mode_tells_of_the_repair_that_would_come_after_a_pause() -> None:
    """A writer gave up before it carried on somebody's build, and nobody else repairs."""
    story = (*ONE, ("A=1 B=1", "B2"), ("A=2 B=1", "B1", f"env change:A · after {R1}"))
    checked = run_task(EnvNoun, world(0, story), app="web", promote=False, check_mode=True, **SET_A)
    task = done(EnvNoun, world(0, story), app="web", promote=False, **SET_A)
    assert (checked.changed, checked.sent) == (task.changed, []) == (True, [])
    assert task.kinds == ["releases.create"]
