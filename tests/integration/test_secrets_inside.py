# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries where a rack, an app or our own code gives them away: answers, progress and warnings hold none.

Most of it runs in this process, where a rack can be made to say anything; syslog and vault need real runs.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._modules.env import steps as env_steps
from tests.integration.deploys import (
    FAST,
    Answer,
    Task,
    app_task,
    build,
    build_task,
    do,
    env_task,
    fast_time,
    release_task,
    running_app,
    service_task,
)
from tests.integration.harness import ANSIBLE, Harness, Way
from tests.integration.prepare import deployed
from tests.integration.test_secrets import forms
from tests.practice_rack import logs, settings
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

KEY = "canary/rack+key&of=this"
VALUE = "canary-value/w=th+odd&letters"
OLD = "canary-old-value-that-runs"
WEB_PAGE = {"Content-Type": "text/html"}


@pytest.fixture
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**{**FAST, "password": KEY}) as rack, fast_time():
        running_app(rack, {"SECRET": OLD})
        yield rack


def searched(rack: PracticeRack, task: Task, **more: Any) -> Answer:
    """The answer of a task; raises where a canary is in it, in its warnings or in what it said meanwhile."""
    said: list[str] = []
    answer = do(rack, task, progress=lambda *words: said.append(" ".join(words)), **more)
    found = canaries(json.dumps([answer, said]))
    if found:
        raise AssertionError(f"{found} in {answer} or {said}")
    return answer


def canaries(text: str) -> list[str]:
    return [c for c in (KEY, VALUE, OLD) if any(form.decode() in text for form in forms(c))]


CHANGE = env_task({"SECRET": VALUE})
TASKS = (
    CHANGE,
    env_task({"SECRET": VALUE}, purge=True, description="words"),
    app_task(parameters={"BuildCpu": 512}),
    build_task(url="https://code.test/x.tgz", build_args={"TOKEN": VALUE.replace(" ", "")}),
    release_task(state="created", env_from="active", description="words"),
    service_task(name="web", count=2),
)


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("task", TASKS, ids=str)
def test_success(rack: PracticeRack, task: Task, check: bool) -> None:
    assert not searched(rack, task, check=check).get("failed")


ANSWERS = {
    "error": {"status": 500, "body": json.dumps({"error": f"bad {VALUE} and {OLD} for {KEY}"})},
    "plain error": {"status": 400, "body": f"bad {VALUE}", "headers": {"Content-Type": "text/plain"}},
    "web page": {"status": 200, "body": f"<html>{VALUE} {KEY}</html>", "headers": WEB_PAGE},
    "web page of a gateway": {"status": 502, "body": f"<html>{VALUE} {KEY}</html>", "headers": WEB_PAGE},
    "no JSON": {"status": 200, "body": f"not JSON {VALUE} {KEY}", "headers": {"Content-Type": "text/json"}},
    "another shape": {"status": 200, "body": json.dumps({"id": {VALUE: KEY}, "env": [VALUE]})},
    "redirect": {"status": 302, "headers": {"Location": f"http://convox:{KEY}@h.test/?value={VALUE}"}},
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_rack_quotes_a_value(rack: PracticeRack, kind: str) -> None:
    rack.faults.append(Fault("status", "POST", "/releases$", times=-1, **ANSWERS[kind]))
    assert searched(rack, CHANGE)["failed"]


def test_the_rack_quotes_the_env_of_a_rollback(rack: PracticeRack) -> None:
    assert not searched(rack, env_task({"SECRET": "another-value"})).get("failed")
    rack.faults.append(Fault("status", "POST", "/releases$", times=-1, **ANSWERS["error"]))
    answer = do(rack, release_task(state="rolled_back", release="previous"))
    assert answer["failed"] and OLD not in json.dumps(answer)


@pytest.mark.parametrize("kind", ["cut_before", "half"])
def test_the_connection_is_cut(rack: PracticeRack, kind: str) -> None:
    rack.faults.append(Fault(kind, times=-1))
    assert searched(rack, CHANGE)["failed"]


@pytest.mark.parametrize("diagnose", [True, False])
@pytest.mark.parametrize("module", ["release", "env"])
def test_a_crashing_app_prints_its_env(
    rack: PracticeRack, monkeypatch: pytest.MonkeyPatch, diagnose: bool, module: str
) -> None:
    rack.settings.change({"diagnose": diagnose, "revert_seconds": 1.0})
    printed = f"fatal: cannot use {OLD} or {VALUE}"
    monkeypatch.setattr(logs, "lines", lambda state, pod, **more: [(state.now, printed)])
    build(rack, "https://code.test/crash.tgz")
    task = release_task(release="latest") if module == "release" else env_task({"A": VALUE})
    answer = do(rack, env_task({"A": VALUE}, promote=False))
    answer = searched(rack, replace(task, options={**task.options, **promoting(module)}))
    assert answer["failed"] and answer["error"] == "ConvoxRolloutError"
    (trouble,) = answer["failure"]["services"]
    assert trouble["logs"][0].startswith("fatal: cannot use ****") and "or ****" in trouble["logs"][0]


def promoting(module: str) -> dict[str, Any]:
    return {"promote_pending": True} if module == "env" else {}


@pytest.mark.parametrize("url", ["https://code.test/x.tgz", "https://code.test/fail.tgz"])
def test_a_build_prints_what_it_is_given(
    rack: PracticeRack, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    token = VALUE
    noisy = replace(settings.CLUSTER, build_log=(f"using {token}", f"env SECRET={OLD}", "done"))
    monkeypatch.setitem(settings.PROFILES, "cluster", noisy)
    answer = searched(rack, build_task(url=url, build_args={"TOKEN": token}))
    assert bool(answer.get("failed")) == ("fail" in url)


def test_our_own_code_breaks(rack: PracticeRack, monkeypatch: pytest.MonkeyPatch) -> None:
    def apply(step: env_steps.MakeRelease, client: object, context: object) -> None:
        raise ValueError(f"cannot send {step.env}")

    monkeypatch.setattr(env_steps.MakeRelease, "apply", apply)
    answer = searched(rack, CHANGE)
    assert answer["failed"] and "ValueError" in answer["msg"] and "report" in answer["msg"]


def test_a_session_of_a_console() -> None:
    with PracticeRack(**{**FAST, "password": KEY}, console="org/one", session=True) as rack, fast_time():
        task = app_task(rack="org/one")
        good = searched(rack, task)
        assert good["changed"]
        (session,) = rack.state.sessions
        words = json.dumps({"error": f"{session} is over"})
        rack.faults.append(Fault("status", "GET", "^/apps", times=-1, status=500, body=words))
        bad = searched(rack, task)
        assert bad["failed"] and "**** is over" in bad["msg"]
        assert session not in json.dumps([good, bad])


def test_the_search_finds_what_is_there() -> None:
    assert canaries(json.dumps({"x": f"a {VALUE} b"})) == [VALUE]


# -- real runs

TRAP = """
import os, syslog
def kept(*words):
    with open(os.environ["TRAPPED"], "a", encoding="utf-8") as file:
        file.write(repr(words) + "\\n")
syslog.syslog = kept
"""


def vaulted(folder: Path, text: str) -> str:
    """A value as a playbook holds it in a vault, the password beside it in ``password``."""
    (folder / "password").write_text("of-the-vault", encoding="utf-8")
    words = ["encrypt_string", "--vault-password-file", str(folder / "password"), "--stdin-name", "secret"]
    done = subprocess.run(
        [str(ANSIBLE / "ansible-vault"), *words], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("good", [True, False], ids=["success", "failure"])
def test_a_vaulted_value_and_syslog(
    make_rack: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, way: Way, good: bool
) -> None:
    rack = make_rack(password=KEY)
    deployed(rack)
    aside = tmp_path_factory.mktemp("aside")
    (aside / "sitecustomize.py").write_text(TRAP, encoding="utf-8")
    (aside / "vars.yml").write_text(vaulted(aside, VALUE + ("" if good else "\nline")), encoding="utf-8")
    trapped = tmp_path / "syslog"
    tasks = [
        {
            "name": "control",
            "ansible.builtin.command": {"argv": ["true", "of the control"]},
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        },
        {
            "name": "env",
            "convox.rack.convox_env": {"app": "web", "variables": {"SECRET": "{{ secret }}"}, "api_key": KEY},
            "ignore_errors": True,
        },
    ]
    run = (
        Harness(rack, tmp_path)
        .run_playbook(
            tasks,
            way=way,
            play={"vars_files": [str(aside / "vars.yml")]},
            verbosity=4,
            diff=True,
            env={"PYTHONPATH": str(aside), "TRAPPED": str(trapped), "CONVOX_PASSWORD": None},
            arguments=["--vault-password-file", str(aside / "password")],
        )
        .must()
    )
    assert bool(run.of("env").get("failed")) != good
    assert "of the control" in trapped.read_text(encoding="utf-8")
    # The playbook itself holds the key; everything else that is left behind is searched.
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("play")]
    left = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in kept}
    found = {place: canaries(text) for place, text in {**left, "output": run.output}.items()}
    assert {place: secrets for place, secrets in found.items() if secrets} == {}
