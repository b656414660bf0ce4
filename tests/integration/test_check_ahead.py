# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on what is not there yet: what an earlier task of the play would have made is taken as made."""

from __future__ import annotations

import importlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Noun
from tests.integration import cases
from tests.integration.deploys import FAST, Task, do, fast_time
from tests.integration.harness import ROOT, Harness, Way
from tests.practice_rack.server import PracticeRack

SOURCE = Path(__file__).with_name("source")
PACKAGE = "ansible_collections.convox.rack.plugins.module_utils._modules"
MODULES = sorted(path.stem.removeprefix("convox_") for path in (ROOT / "plugins/modules").glob("convox_*.py"))


def deploy() -> list[dict[str, Any]]:
    """The tasks of README's deploy.yml."""
    found = re.search(
        r"^<!-- file: deploy.yml -->\n```yaml\n(.*?)^```",
        (ROOT / "README.md").read_text("utf-8"),
        re.M | re.S,
    )
    assert found is not None
    (play,) = yaml.safe_load(found[1])
    tasks: list[dict[str, Any]] = play["tasks"]
    return tasks


def names(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["name"] for task in tasks]


@pytest.mark.parametrize("done", range(len(deploy()) + 1))
def test_the_deploy_of_the_readme_after_each_of_its_tasks(
    harness: Harness, rack: PracticeRack, way: Way, done: int
) -> None:
    tasks = deploy()
    shutil.copytree(SOURCE, harness.folder / "app")
    real = harness.run_playbook(tasks[:done]).must() if done else None
    rack.settings.refuse_writes = True
    run = harness.run_playbook(tasks, way=way, check=True, diff=True).must()
    assert run.writes == [] and rack.state.refused_writes == 0
    assert run.warnings() == []
    changed = {name: run.of(name)["changed"] for name in names(tasks)}
    # A folder is built anew each time, and what was built is promoted.
    again = {"The folder is built", "The new release runs"}
    if done == 3:
        # It is the env's task then that promotes the first build.
        again.add("Its env is set")
    assert changed == {name: name in again or name in names(tasks[done:]) for name in names(tasks)}
    if real is not None:
        assert all(real.of(name)["changed"] for name in names(tasks[:done]))


def noun_of(module: str) -> _options.NounClass:
    """The noun class of a module."""
    file = importlib.import_module(f"{PACKAGE}.{module}.noun")
    (found,) = [
        each
        for each in vars(file).values()
        if isinstance(each, type) and issubclass(each, Noun) and each.__module__ == file.__name__
    ]
    return found


NOUNS = {module: noun_of(module) for module in MODULES}
OF_AN_APP = {module: noun for module, noun in NOUNS.items() if "app" in noun.ARGUMENTS}
# What a task needs beside its app, for all that cannot be told from its options: each state has its own.
MORE: dict[str, list[dict[str, Any]]] = {
    "build": [
        {"url": "https://code.test/a.tgz"},
        {"url": "https://code.test/a.tgz", "git_sha": "a" * 40},
        {"image": "registry.test/a", "manifest_content": "services: {}"},
        {"external": True},
        {"state": "exported", "id": "active", "dest": f"{__file__}.tgz"},
        {"state": "exported", "id": "latest", "dest": f"{__file__}.tgz"},
        {"state": "exported", "id": "BABCDEFGHIJ", "dest": f"{__file__}.tgz"},
    ],
    "budget": [{"monthly_cap_usd": 5}, {"state": "reset", "reset_period": True}],
    "budget_info": [{}, {"include": ["cost", "shutdown_state", "simulation"]}],
    "certificate": [
        {"state": "renewed"},
        {"state": "applied", "id": "cert-a", "service": "web", "port": 443},
    ],
    "build_info": [{}, {"id": ["BABCDEFGHIJ"]}, {"status": ["failed"], "include": ["logs"]}],
    "config": [{"name": "app.json", "value": "{}"}],
    "config_info": [{}, {"name": "app.json"}],
    "env": [
        {"variables": {"A": "1"}},
        {"variables": {"A": "1"}, "promote": False},
        {"variables": {"A": "1"}, "purge": True},
        {"masked_keys": ["A"]},
        {"variables": {"A": "1"}, "release": "RABCDEFGHIJ"},
    ],
    "log_info": [{}, {"service": "web"}, {"process": "web-1"}, {"build": "BABCDEFGHIJ", "reveal": True}],
    "file": [
        {"process": "web", "content": "x", "dest": "/tmp/a"},
        {"process": "web", "state": "absent", "dest": "/tmp/a"},
        {"process": "web", "state": "fetched", "src": "/tmp/a", "dest": "/tmp/nothing-comes-here"},
    ],
    "process_info": [{}, {"id": ["web-1"]}, {"service": "web", "status": ["running"]}],
    "process": [{"service": "web"}, {"id": ["web-1"]}, {"older_than": "1d"}],
    "release": [
        {"release": "latest"},
        {"release": "RABCDEFGHIJ"},
        {"release": ""},
        {"state": "created", "build": "BABCDEFGHIJ"},
        {"state": "created", "env_from": "active"},
        {"state": "rolled_back", "release": "previous"},
        {"state": "rolled_back", "release": "RABCDEFGHIJ"},
    ],
    "release_info": [{}, {"name": "active"}, {"name": "latest"}, {"name": "RABCDEFGHIJ"}],
    "run": [
        {"service": "web", "command": "true"},
        {"process": "web", "command": "true"},
        {"service": "web", "command": "true", "detach": True},
    ],
    "resource": [
        {"name": "database", "state": "exported", "dest": f"{__file__}.dump"},
        {"name": "database", "state": "imported", "src": __file__},
    ],
    "resource_info": [{}, {"name": ["database"]}],
    "service": [{"name": "web", "count": 2}, {"name": "web", "cpu": 512}, {"state": "restarted"}],
    "service_info": [{}, {"name": ["web"]}, {"include": ["metrics"]}],
    "workflow": [{"rack": "acme/production", "id": "wf-deploy", "branch": "main"}],
}
CASES = [(module, more) for module in OF_AN_APP for more in MORE[module]]


def test_each_noun_of_an_app_has_a_case() -> None:
    assert sorted(MORE) == sorted(OF_AN_APP)
    assert all(MORE.values()) and OF_AN_APP


@pytest.fixture(scope="module")
def fast_rack() -> Any:
    with PracticeRack(**FAST, **cases.CONSOLE) as rack, fast_time():
        yield rack


@pytest.mark.parametrize(("module", "more"), CASES, ids=str)
def test_an_app_that_is_not_there_yet(fast_rack: PracticeRack, module: str, more: dict[str, Any]) -> None:
    noun = OF_AN_APP[module]
    fast_rack.requests.clear()
    answer = do(fast_rack, Task(module, noun, {"app": "coming", **more}), check=True)
    assert not answer.get("failed"), answer["msg"]
    assert answer["changed"] is not (issubclass(noun, InfoNoun) or answer.get("skipped", False))
    assert [record for record in fast_rack.requests if record.write] == []
    if answer["changed"]:
        assert answer["diff"]["before"] != answer["diff"]["after"]


@pytest.mark.parametrize(("module", "more"), CASES, ids=str)
def test_for_real_it_fails_and_names_the_app(
    fast_rack: PracticeRack, module: str, more: dict[str, Any]
) -> None:
    answer = do(fast_rack, Task(module, OF_AN_APP[module], {"app": "missing", **more}))
    assert answer["failed"] and not answer["changed"]
    assert "missing" in answer["msg"]
