# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short way: when it is taken, what it hands on, what it says."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.action import ActionBase

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.plugin_utils import core, in_process, run


class Text(str):
    """As Ansible's text is."""


def read_src(arguments: dict[str, Any], name: str, text: str) -> None:
    if text.startswith("bad"):
        raise errors.ConvoxOptionError("src", "line 1 is bad", "mend it")
    arguments["variables"] = {"READ": text}
    del arguments["src"]


class Templar:
    """Templates the way a test needs it."""

    def template(self, value: Any) -> Any:
        return {"{{ off }}": False, "{{ on }}": "yes"}.get(value, value)


class Plugin(in_process.InProcess):
    """An action plugin without the engine around it. ``went`` tells which way was taken."""

    NOUN = types.SimpleNamespace(
        CONTROLLER_FILES={"src": read_src},
        JSON_OPTIONS=(),
        ARGUMENTS={"variables": {"type": "dict"}, "app": {"type": "str"}},
    )

    def __init__(self, tmp_path: Path, **facts: Any) -> None:
        task: dict[str, Any] = {
            "args": {"app": Text("web")},
            "async_val": 0,
            "check_mode": False,
            "diff": False,
            "no_log": False,
            "action": "convox.rack.convox_env",
            "environment": None,
        }
        self._task = types.SimpleNamespace(**{**task, **facts.pop("task", {})})
        self._connection = types.SimpleNamespace(
            transport="local", become=None, **facts.pop("connection", {})
        )
        self._loader = types.SimpleNamespace(get_basedir=lambda: str(tmp_path))
        self._templar = Templar()
        self.went = ""
        self.given: Any = None
        self.task_vars: dict[str, Any] = facts

    def _execute_module(self, **call: Any) -> dict[str, Any]:
        self.went, self.given = "module", call
        return {"changed": False, "way": "module"}


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of Ansible's own run, and no environment of the machine."""

    def fake_run(self: Any, tmp: Any, task_vars: Any) -> dict[str, Any]:
        return {}

    def text(action: Any, option: str, name: str) -> str:
        if name == "none":
            raise errors.ConvoxOptionError(option, "there is no file none", "name a file of the controller")
        return f"{name} text"

    monkeypatch.setattr(ActionBase, "run", fake_run)
    monkeypatch.setattr(core, "environment", lambda action: {"HOME": str(tmp_path)})
    monkeypatch.setattr(core, "controller_text", text)
    for name in ("CONVOX_IN_PROCESS", "CONVOX_PROGRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def fronts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each call of the door: arguments and front end."""
    calls: list[Any] = []

    def run_in_process(
        noun: Any, name: str, arguments: Any, front: Any, *, invocation: bool
    ) -> dict[str, Any]:
        calls.append(types.SimpleNamespace(noun=noun, name=name, arguments=arguments, front=front))
        front.warn("a warning")
        return {"changed": True, "way": "here"}

    monkeypatch.setattr(run, "run_in_process", run_in_process)
    return calls


@pytest.mark.parametrize(
    ("facts", "here"),
    [
        ({}, True),
        ({"connection": {"transport": "ssh"}}, False),
        ({"connection": {"become": object()}}, False),
        ({"task": {"async_val": 30}}, False),
        ({"convox_in_process": False}, False),
        ({"convox_in_process": "no"}, False),
        ({"convox_in_process": "{{ off }}"}, False),
        ({"convox_in_process": "{{ on }}"}, True),
        ({"ansible_python_interpreter": "/nowhere/python"}, True),
    ],
)
def test_which_way_is_taken(facts: dict[str, Any], here: bool, fronts: list[Any], tmp_path: Path) -> None:
    connection = facts.pop("connection", {})
    plugin = Plugin(tmp_path, **facts)
    vars(plugin._connection).update(connection)
    answer = plugin.run(task_vars=plugin.task_vars)
    assert answer["way"] == ("here" if here else "module")
    assert len(fronts) == (1 if here else 0)


def test_without_the_libraries_the_module_tells_what_is_missing(
    fronts: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(third_party, "MISSING", "httpx (not installed)")
    assert Plugin(tmp_path).run()["way"] == "module"


def test_what_the_module_gets(tmp_path: Path) -> None:
    plugin = Plugin(tmp_path, task={"async_val": 30, "action": "convox_env"})
    plugin.run(task_vars={"a": 1})
    assert plugin.given == {
        "module_name": "convox.rack.convox_env",
        "module_args": {"app": "web"},
        "task_vars": {"a": 1},
        "wrap_async": 30,
    }


def test_what_the_door_gets(fronts: list[Any], tmp_path: Path) -> None:
    task = {"check_mode": True, "diff": True, "args": {"app": Text("web"), "n": (1, Text("x"))}}
    answer = Plugin(tmp_path, task=task).run()
    (call,) = fronts
    assert call.name == "convox.rack.convox_env"
    assert call.arguments == {"app": "web", "n": [1, "x"]}
    assert call.arguments["app"].__class__ is str
    assert (call.front.check_mode, call.front.diff) == (True, True)
    assert answer["warnings"] == ["a warning"]


@pytest.mark.parametrize(
    ("facts", "no_progress"),
    [
        ({}, False),
        ({"task": {"no_log": True}}, True),
        ({"convox_progress": False}, True),
        ({"convox_progress": "{{ off }}"}, True),
    ],
)
def test_when_it_is_quiet(
    facts: dict[str, Any], no_progress: bool, fronts: list[Any], tmp_path: Path
) -> None:
    plugin = Plugin(tmp_path, **facts)
    plugin.run(task_vars=plugin.task_vars)
    assert (fronts[0].front.progress is in_process.no_progress) is no_progress


@pytest.mark.parametrize(
    ("environ", "person", "actor"),
    [({}, Text("ann"), "ann"), ({"CONVOX_ACTOR": "bob"}, "ann", "bob"), ({}, None, None)],
)
def test_who_acts_in_awx(
    environ: dict[str, str],
    person: Any,
    actor: str | None,
    fronts: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core, "environment", lambda action: dict(environ))
    Plugin(tmp_path).run(task_vars={"awx_user_name": person} if person else {})
    assert fronts[0].front.environ.get("CONVOX_ACTOR") == actor


@pytest.mark.parametrize("async_val", [0, 30])
def test_files_of_the_controller_are_read_for_both_ways(
    async_val: int, fronts: list[Any], tmp_path: Path
) -> None:
    plugin = Plugin(tmp_path, task={"args": {"src": "web.env"}, "async_val": async_val})
    plugin.run()
    given = plugin.given["module_args"] if async_val else fronts[0].arguments
    assert given == {"variables": {"READ": "web.env text"}}
    assert plugin._task.args == {"src": "web.env"}, "the task stays as it is: a loop uses it again"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad.env", "src: line 1 is bad. Mend it."),
        ("none", "src: there is no file none. Name a file of the controller."),
    ],
)
def test_a_file_that_cannot_be_used_is_a_failure_like_others(
    name: str, words: str, fronts: list[Any], tmp_path: Path
) -> None:
    answer = Plugin(tmp_path, task={"args": {"src": name}}).run()
    assert answer == {
        "changed": False,
        "failed": True,
        "msg": words,
        "error": "ConvoxOptionError",
        "status": None,
        "request_id": None,
        "unsettled": False,
    }
    assert fronts == []


@pytest.mark.parametrize("async_val", [0, 30])
def test_a_name_that_is_not_text_fails_before_either_way_is_taken(
    async_val: int, fronts: list[Any], tmp_path: Path
) -> None:
    task = {"args": {"app": "web", "variables": {False: "canary"}}, "async_val": async_val}
    plugin = Plugin(tmp_path, task=task)
    answer = plugin.run()
    assert (answer["failed"], answer["changed"], answer["error"]) == (True, False, "ConvoxOptionError")
    assert answer["msg"].startswith("variables: has a name that is not text: false. Quote it")
    assert "canary" not in str(answer)
    assert (fronts, plugin.went) == ([], "")


@pytest.mark.parametrize(("async_val", "others"), [(0, ["a warning"]), (30, [])])
def test_a_value_that_was_read_as_a_number_warns_both_ways(
    async_val: int, others: list[str], fronts: list[Any], tmp_path: Path
) -> None:
    task = {"args": {"app": "web", "variables": {"V": 3.1, "W": "1"}}, "async_val": async_val}
    first, *rest = Plugin(tmp_path, task=task).run()["warnings"]
    assert first.startswith("variables: V was read as a number with a fraction or a date")
    assert rest == others
