# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What core does with a task is the same both ways: results, messages, warnings, what the rack gets."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import ANSIBLE, HERE, NO_PYTHON, PYTHON, QUICK, WAYS, Harness, Run, Way
from tests.integration.normal import normal
from tests.practice_rack.server import PracticeRack

INLINE, VAULTED, CANARY = "canary-inline", "canary-vaulted", "canary-by-variable"
OFF = {"CONVOX_HOST": None, "CONVOX_PASSWORD": None}


@dataclass
class Told:
    """A run of the special playbook, and the env that app web has in the end."""

    run: Run
    env: dict[str, str]
    releases: list[str]

    def msg(self, task: str) -> str:
        result = self.run.of(task)
        assert result.get("failed") is True or "rescue" in task, result
        return str(result["msg"])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Way, Told]]:
    yield {way: special(way, tmp_path_factory.mktemp(way)) for way in WAYS}


def special(way: Way, folder: Path) -> Told:
    book = folder / "special" / "site.yml"
    shutil.copytree(HERE / "special", book.parent)
    with PracticeRack(**QUICK) as rack:
        harness = Harness(rack, folder)
        password = folder / "vault-password"
        password.write_text("of-the-vault\n", encoding="utf-8")
        secrets = book.parent / "secrets.yml"
        secrets.write_text(f"vaulted_value: {VAULTED}\n", encoding="utf-8")
        vault(harness, "encrypt", str(secrets), password=password)
        inline = vault(harness, "encrypt_string", INLINE, password=password)
        text = book.read_text(encoding="utf-8").replace('"@INLINE@"', indented(inline))
        book.write_text(text, encoding="utf-8")
        python = PYTHON if way == "long" else NO_PYTHON
        here = f"localhost ansible_connection=local ansible_python_interpreter={python}\n"
        run = harness.run_playbook(
            book,
            way=way,
            verbosity=3,
            env=OFF,
            inventory=f"{here}far ansible_host=192.0.2.1 ansible_connection=ssh\n",
            extra_vars={"rack_host": rack.url, "rack_key": rack.password, "canary": CANARY},
            arguments=["--vault-password-file", str(password)],
        )
        releases = [release.env for release in rack.state.apps["web"].releases]
        return Told(run, pairs(releases[-1]), releases)


def vault(harness: Harness, *words: str, password: Path) -> str:
    command = [str(ANSIBLE / "ansible-vault"), *words, "--vault-password-file", str(password)]
    return subprocess.run(
        command, env=harness.environment("short"), capture_output=True, check=True, encoding="utf-8"
    ).stdout


def indented(inline: str) -> str:
    first, *rest = inline.strip().splitlines()
    return "\n".join([first, *(f"      {line.strip()}" for line in rest)])


def pairs(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_it_runs_to_the_end(told: dict[Way, Told]) -> None:
    for each in told.values():
        each.run.must()
        assert "Traceback" not in each.run.output
        assert each.run.results[-1].task == "Delegated once"


def test_the_results_are_the_same(told: dict[Way, Told]) -> None:
    short, long = (normal(told[way].run) for way in WAYS)
    assert [each[:3] for each in short] == [each[:3] for each in long]
    for one, other in zip(short, long, strict=True):
        assert one == other


def test_the_warnings_are_the_same_and_no_more_than_wanted(told: dict[Way, Told]) -> None:
    wanted = ["Both option api_key and its alias password are set."]
    for each in told.values():
        assert [text for result in each.run.results for text in result.result.get("warnings", ())] == wanted
        assert [text for result in each.run.results for text in result.result.get("deprecations", ())] == []


def test_the_rack_got_the_same(told: dict[Way, Told]) -> None:
    short, long = (told[way] for way in WAYS)
    without = [{k: v for k, v in each.env.items() if k != "RELEASE"} for each in (short, long)]
    assert without[0] == without[1]
    assert len(short.releases) == len(long.releases)
    writes = [[(record.method, record.path) for record in each.run.writes] for each in (short, long)]
    assert writes[0] == writes[1]


def test_values_reach_the_rack_as_ansible_gives_them(told: dict[Way, Told]) -> None:
    for each in told.values():
        assert each.env | {"RELEASE": ""} == {
            "1": "numeric name",
            "TEXT": "text",
            "NUMBER": "1",
            "LARGE": "12345678901234567890",
            "FLOAT": "1.5",
            "SMALL": "1e-07",
            "YES_WORD": "true",
            "NO_WORD": "false",
            "WORD": "yes",
            "DATE": "2026-11-24",
            "TIME": each.env["TIME"],
            "UNICODE": "grüße 東京 🚀",
            "QUOTES": "a 'b' \"c\" \\d",
            "EMPTY": "",
            "EQUALS": "a=b=c",
            "FROM_VAR": "42",
            "FROM_DATE": "2026-11-24",
            "MIXED": "n42",
            "INLINE": INLINE,
            "VAULTED": VAULTED,
            "UNSAFE": "{{ not a template }}",
            "MORE": "from the file",
            "RELEASE": "",
            "NAMES": each.env["NAMES"],
            "COUNT": each.env["COUNT"],
            "CHANGED": "true",
            "READ": "grüße 東京 🚀",
            "A": CANARY,
            "B": "2",
            "JSON": CANARY,
            "DELEGATED": "far",
        }


def test_no_value_of_the_env_is_shown(told: dict[Way, Told]) -> None:
    for each in told.values():
        # Core shows the environment of the task in the commands that it runs, from -vvv on.
        printed = [line for line in each.run.output.splitlines() if " EXEC " not in line]
        text = "\n".join(printed) + str([result.result for result in each.run.results])
        for canary in (
            INLINE,
            VAULTED,
            "canary-in-",
            "canary-as-a-word",
            "wrong-canary",
            "of-the-practice-rack",
        ):
            assert canary not in text


MESSAGES = {
    "No credentials at all": "no credentials were found",
    "Environment of the task wins over the play's": "invalid authentication",
    "A value that is a list": "LIST",
    "A value that is a dictionary": "DICT",
    "Variables that are no dictionary": "variables",
    "Variables that are a word": "variables",
    "A file that is not there": "nowhere.env",
    "A file that cannot be read as dotenv": "bad.env",
    "Unsupported option": "Unsupported parameters for (convox.rack.convox_app) module: nmae.",
    "Unsupported options beside a wrong one": "value of state must be one of: present, absent, got: gone",
    "Wrong type of a number": "argument 'count' is of type",
    "Wrong type of a switch": "argument 'locked' is of type",
    "Wrong choice": "value of state must be one of: present, absent, got: gone",
    "Missing option": "missing required arguments: name",
    "Null for a required option": "name: '' is no name that a rack takes",
    "Missing for the state": "release: is missing or empty",
    "None of those needed": "one of the following is required: variables, src, unset, masked_keys",
    "Two that exclude each other": "parameters are mutually exclusive: build|build_from",
    "One that needs another": "missing parameter(s) required by 'gpu_vendor': gpu",
    "Timeouts that are none": "wait_timeout: is not above 0",
}


@pytest.mark.parametrize("task", MESSAGES)
def test_what_is_refused_is_named(task: str, told: dict[Way, Told]) -> None:
    for each in told.values():
        assert MESSAGES[task] in each.msg(task)


def test_the_keywords_do_what_they_say(told: dict[Way, Told]) -> None:
    run = told["short"].run
    assert run.of("Defaults of the module")["app"]["name"] == "defaulted"
    assert run.of("Defaults of the group")["invocation"]["module_args"]["timeout"] == 7
    loop = run.of("Loop")["results"]
    assert [item["failed"] for item in loop] == [False, True, False]
    assert run.of("Until")["attempts"] == 2
    assert "app not found: nobody" in run.of("What the rescue sees")["msg"]
    assert run.of("Check mode")["changed"] is True
    assert run.of("Check mode")["diff"]["after"] == {"app": "two", "locked": True}
    assert run.of("Diff")["diff"] == {"before": {}, "after": {"parameters": {"BuildCpu": "100"}}}
    assert set(run.of("No log")) >= {"censored", "changed"}
    assert set(run.of("No log of a failure")) >= {"censored", "failed"}
    assert run.of("Failed when")["failed_when_result"] is True
    assert run.of("Null and omit")["changed"] is False


AUTH = ("http://127.0.0.1:1", "x")


@pytest.fixture
def app_task() -> dict[str, Any]:
    return {"name": "It", "convox.rack.convox_app": {"name": "web"}}


def test_becoming_somebody_goes_the_long_way(harness: Harness, app_task: dict[str, Any]) -> None:
    become = harness.folder / "become"
    become.write_text('#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec "$@"\n', encoding="utf-8")
    become.chmod(0o755)
    keywords = {"become": True, "vars": {"ansible_become_exe": str(become)}}
    away = harness.run_playbook([{**app_task, **keywords}])
    assert "nonexistent" in away.of("It")["msg"] + away.of("It").get("module_stderr", "") + away.output
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([{**app_task, **keywords}], inventory=harness.inventory("long"))
    assert here.must().of("It")["changed"] is True


def test_async_goes_the_long_way(harness: Harness, app_task: dict[str, Any]) -> None:
    task = {**app_task, "async": 60, "poll": 1}
    away = harness.run_playbook([task])
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([task], inventory=harness.inventory("long"))
    assert here.must().of("It")["app"]["name"] == "web"


SETTINGS = ["variable", "environment", "ini"]


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_short_way_can_be_turned_off(kind: str, harness: Harness, app_task: dict[str, Any]) -> None:
    env: dict[str, str | None] = {"CONVOX_IN_PROCESS": None}
    extra = {}
    if kind == "variable":
        extra = {"convox_in_process": False}
    elif kind == "environment":
        env = {"CONVOX_IN_PROCESS": "false"}
    else:
        harness.config.write_text("[convox]\nin_process = no\n", encoding="utf-8")
    away = harness.run_playbook([app_task], env=env, extra_vars=extra)
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([app_task], env=env, extra_vars=extra, inventory=harness.inventory("long"))
    assert here.must().of("It")["changed"] is True


def test_the_awx_user_is_the_actor_unless_another_is_named(harness: Harness) -> None:
    tasks = [
        {"name": "By AWX", "convox.rack.convox_app": {"name": "web"}},
        {
            "name": "By variable",
            "convox.rack.convox_app": {"name": "web"},
            "environment": {"CONVOX_ACTOR": "env"},
        },
        {"name": "By option", "convox.rack.convox_app": {"name": "web", "actor": "option"}},
    ]
    run = harness.run_playbook(tasks[:1], extra_vars={"awx_user_name": "jane"}).must()
    assert {record.headers.get("convox-actor") for record in run.requests} == {"jane"}
    run = harness.run_playbook(tasks, extra_vars={"awx_user_name": "jane"}).must()
    assert [record.headers.get("convox-actor") for record in run.requests] == ["jane", "env", "option"]
    run = harness.run_playbook(tasks[:1]).must()
    assert [record.headers.get("convox-actor") for record in run.requests] == [None]


def test_a_task_that_takes_too_long_fails_both_ways_alike(make_rack: Any, tmp_path: Path) -> None:
    task = {"name": "It", "convox.rack.convox_app": {"name": "web"}, "timeout": 3, "ignore_errors": True}
    told = []
    for way in WAYS:
        rack = make_rack(create_seconds=60.0)
        run = Harness(rack, tmp_path / way).run_playbook([task], way=way).must()
        result = run.of("It")
        told.append((result["failed"], result["msg"]))
    assert told[0] == told[1]
    assert told[0][0] is True
    assert "3" in told[0][1]


def test_ad_hoc_runs_are_the_same_both_ways(make_rack: Any, tmp_path: Path) -> None:
    told = {}
    for way in WAYS:
        harness = Harness(make_rack(), tmp_path / way)
        runs = [
            harness.run_adhoc("convox.rack.convox_app", "name=web", way=way),
            harness.run_adhoc("convox.rack.convox_env", {"app": "web", "variables": {"A": 1}}, way=way),
            harness.run_adhoc("convox.rack.convox_app", "name=Web", way=way),
        ]
        assert [run.rc for run in runs] == [0, 0, 2]
        told[way] = [normal(run) for run in runs]
    assert told["short"] == told["long"]


def test_ansible_runner_runs_both_ways(make_rack: Any, tmp_path: Path) -> None:
    told = {}
    tasks = [
        {"name": "App", "convox.rack.convox_app": {"name": "web"}},
        {"name": "Env", "convox.rack.convox_env": {"app": "web", "variables": {"A": "canary-of-runner"}}},
    ]
    for way in WAYS:
        harness = Harness(make_rack(), tmp_path / way)
        run = harness.run_runner(tasks, way=way, extra_vars={"awx_user_name": "jane"}).must()
        told[way] = normal(run)
        events = "".join(p.read_text() for p in harness.folder.glob("runner*/artifacts/*/job_events/*.json"))
        assert '"convox.rack.convox_env"' in events
        assert "canary-of-runner" not in events.replace('"A": "canary-of-runner"', "")
    assert told["short"] == told["long"]
