# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the plugins: their examples run, and results are what they document."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from ansible_collections.convox.rack.plugins.doc_fragments import rack as fragment
from tests.docs.blocks import ROOT
from tests.docs.plugin_pages import MODULES, Page, documentation, samples
from tests.docs.stage import Stage, stage
from tests.integration import cases
from tests.integration.harness import Result, read

CALLBACKS = ROOT / "tests" / "integration" / "callbacks"
# An id that an example names, for a release that a real rack would have.
SOME_RELEASE = "RUDVIXSQLAT"
LOOKUP = "lookup"


def prepare(here: Stage) -> None:
    """What the examples find beside their playbook, and on the rack."""
    with tarfile.open(here.folder / "web.tgz", "w:gz") as archive:
        archive.add(here.folder / "app", ".")
        archive.add(here.folder / "app" / "convox.yml", "deploy/convox.yml")
    auth = ("convox", here.rack.password)
    releases = httpx.get(f"{here.rack.url}/apps/web/releases", auth=auth, trust_env=False).json()
    here.stands_for(SOME_RELEASE, releases[-1]["id"])


def runs(plugin: str) -> dict[str, Any]:
    """What runs around a plugin's examples: the key ``examples`` of its target's cases.yml."""
    given = cases.read(plugin.removeprefix("convox_")).get("examples", {})
    return {"rack": {}, "before": [], "after": [], **given}


def run(plugin: str, folder: Path) -> tuple[int, str, list[Result]]:
    """A plugin's examples and what stands around them, on a rack of their own: exit status, what was
    printed, results."""
    around = runs(plugin)
    tasks = [*around["before"], *examples(plugin), *around["after"]]
    both = [each for task in tasks for each in (*checked(task), task)]
    play = {"name": plugin, "hosts": "localhost", "gather_facts": False, "tasks": both}
    written = folder / "results.jsonl"
    with stage(folder, furnished=True, **around["rack"]) as here:
        prepare(here)
        status, output = here.play(
            [play],
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="convox_results",
            ANSIBLE_INJECT_INVOCATION="1",
            CONVOX_TEST_RESULTS=str(written),
        )
    return status, output, read(written)


def checked(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A task of the collection in check mode; no other task."""
    if any(name.startswith("convox.rack.") for name in task):
        kept = {name: value for name, value in task.items() if name != "register"}
        yield {**kept, "name": f"check {task['name']}", "check_mode": True, "ignore_errors": True}


def examples(plugin: str) -> list[dict[str, Any]]:
    """The examples of a module, or of the lookup."""
    name, kind = ("convox_env", "lookup") if plugin == LOOKUP else (plugin, "modules")
    found: list[dict[str, Any]] = documentation(name, "EXAMPLES", kind)
    return found


@pytest.mark.parametrize("plugin", [*MODULES, LOOKUP])
def test_examples_run_and_results_are_as_documented(plugin: str, tmp_path: Path) -> None:
    status, output, results = run(plugin, tmp_path)
    assert status == 0, output
    ended = {each.task: each.kind for each in results}
    assert {task["name"]: ended.get(task["name"]) for task in examples(plugin)} == {
        task["name"]: "ok" for task in examples(plugin)
    }
    failing = [task["name"] for task in runs(plugin)["after"] if task.get("ignore_errors")]
    assert {name: ended.get(name) for name in failing} == dict.fromkeys(failing, "failed")
    pages = {f"convox.rack.{name}": Page(name) for name in MODULES}
    # Of a task under no_log nothing is left to look at.
    ours = [each for each in results if each.action in pages and "censored" not in each.result]
    differences = [words for each in ours for words in pages[each.action].differences(each)]
    assert not differences, "\n".join(differences)
    if plugin != LOOKUP:
        # Nothing is documented that no real run has shown.
        page = pages[f"convox.rack.{plugin}"]
        assert sorted(set(page.paths()) - page.seen) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_return_value_has_a_sample_of_its_type(module: str) -> None:
    assert list(samples(module, documentation(module, "RETURN"))) == []


def test_the_return_value_of_the_lookup_has_a_sample() -> None:
    assert documentation("convox_env", "RETURN", "lookup")["_raw"]["sample"]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_examples_and_options_with_a_meaning(module: str) -> None:
    assert len(examples(module)) > 1
    options = documentation(module, "DOCUMENTATION")["options"]
    assert [name for name, option in options.items() if not option.get("description")] == []


def test_options_name_their_environment_variables() -> None:
    """What the lookup reads from the environment is told in the text that the modules share."""
    told = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    read_by_plugins = yaml.safe_load(fragment.ModuleDocFragment.PLUGIN)["options"]
    missing = [
        f"{name}: {variable['name']}"
        for name, option in read_by_plugins.items()
        for variable in option.get("env", ())
        if f"E({variable['name']})" not in " ".join(told[name]["description"])
    ]
    assert missing == []
    assert told.keys() == read_by_plugins.keys()
