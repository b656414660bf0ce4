# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make awx``: the playbook awx_setup with the modules of awx.awx, against as much of AWX's API as they
need.

The collection awx.awx comes out of the package ``ansible`` of PyPI, which has it; it is fetched once. So this
is no part of `make test`.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import environments
from tests.awx.fake_awx import FakeAwx
from tests.integration.harness import Harness, Run
from tests.practice_rack.server import PracticeRack

PACKAGE = "ansible==12.3.0"
SECRET = "canary-of-a-credential"
GIVEN = {"awx_credential_inputs": {"host": "rack.example.com", "password": SECRET}}
IMAGE = {"awx_execution_environment_image": "registry.example.com/rack-ee:1.0"}


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where awx.awx is, and our own collection."""
    folder = environments.CACHE / "awx" / PACKAGE
    if not (folder / "ready").exists():
        wheels = tmp_path_factory.mktemp("wheels")
        words = ["download", "--quiet", "--no-deps", "--dest", str(wheels), PACKAGE]
        subprocess.run([environments.installer(), "-m", "pip", *words], check=True)
        with zipfile.ZipFile(next(wheels.glob("ansible-*.whl"))) as wheel:
            names = [n for n in wheel.namelist() if n.startswith("ansible_collections/awx/awx/")]
            wheel.extractall(folder, names)
        (folder / "ready").touch()
    return os.pathsep.join([os.environ["ANSIBLE_COLLECTIONS_PATH"], str(folder)])


@pytest.fixture
def awx() -> Iterator[FakeAwx]:
    with FakeAwx() as server:
        yield server


class Setup:
    """Runs of the playbook, each with the same variables in a file."""

    def __init__(self, awx: FakeAwx, harness: Harness, collections: str) -> None:
        self._awx = awx
        self._harness = harness
        self._env = {"ANSIBLE_COLLECTIONS_PATH": collections, "CONTROLLER_HOST": awx.url}
        self._env |= {"CONTROLLER_OAUTH_TOKEN": awx.token}

    def run(self, check: bool = False, env: dict[str, str] | None = None, **variables: object) -> Run:
        path = self._harness.folder / "awx.yml"
        path.write_text(json.dumps({**GIVEN, **variables}), encoding="utf-8")
        return self._harness.run_playbook(
            Path("convox.rack.awx_setup"),
            way="long",
            check=check,
            diff=True,
            verbosity=4,
            arguments=["--extra-vars", f"@{path}"],
            env={**self._env, **(env or {})},
        )


@pytest.fixture
def setup(awx: FakeAwx, collections: str, tmp_path: Path) -> Iterator[Setup]:
    with PracticeRack() as rack:
        yield Setup(awx, Harness(rack, tmp_path), collections)


def changed(run: Run) -> list[str]:
    return [each.task for each in run.results if each.result.get("changed")]


def test_all_is_made_once(awx: FakeAwx, setup: Setup) -> None:
    first = setup.run(**IMAGE).must()
    assert {kind: len(things) for kind, things in awx.things.items()} == {
        "organizations": 1,
        "credential_types": 3,
        "credentials": 1,
        "execution_environments": 1,
        "projects": 1,
        "inventories": 1,
        "inventory_sources": 1,
        "job_templates": 4,
        "workflow_job_templates": 1,
        "workflow_job_template_nodes": 3,
    }
    assert awx.following("deploy", "success_nodes") == ["smoke"]
    assert awx.following("smoke", "failure_nodes") == ["rollback"]
    assert awx.following("rollback", "success_nodes") == awx.following("deploy", "failure_nodes") == []
    injected = awx.named("credential_types", "Convox rack")["injectors"]["env"]
    assert injected["CONVOX_HOST"] == "{{ host }}"
    deploy = awx.named("job_templates", "Convox deploy")
    assert awx.surveys["job_templates", deploy["id"]]["spec"][0]["variable"] == "deploy_app"
    assert awx.named("credentials", "Convox")["inputs"]["password"] == SECRET
    # Nothing is left to do, in check mode neither, and nothing is written.
    awx.writes.clear()
    again, checked = setup.run(**IMAGE).must(), setup.run(check=True, **IMAGE).must()
    assert changed(again) == changed(checked) == [] == awx.writes
    assert SECRET not in first.output + again.output + checked.output


def test_check_mode_writes_nothing(awx: FakeAwx, setup: Setup) -> None:
    run = setup.run(check=True).must()
    assert changed(run) and awx.writes == []
    assert "would be made" in run.output


def test_a_change_is_one(awx: FakeAwx, setup: Setup) -> None:
    setup.run().must()
    awx.writes.clear()
    run = setup.run(awx_project_branch="stable-1", awx_update_secrets=True).must()
    assert changed(run) == ["The project", "The credential"]
    assert [each.split("/")[3] for each in awx.writes] == ["projects", "credentials"]


def test_a_setup_that_was_cut_goes_on(awx: FakeAwx, setup: Setup) -> None:
    setup.run().must()
    for kind in ("workflow_job_template_nodes", "inventory_sources"):
        awx.things[kind].clear()
    setup.run().must()
    assert awx.following("deploy", "success_nodes") == ["smoke"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"awx_credential_type": "racks"}, "awx_credential_type"),
        ({"awx_credential_inputs": f"of {SECRET}"}, "awx_credential_inputs"),
        ({"awx_credential_inputs": {"hots": "a", "password": SECRET}}, "has no input hots, and needs host."),
        ({"awx_credential_type": "token"}, "has no input password, and needs token."),
    ],
)
def test_what_is_wrong_is_told_first(awx: FakeAwx, setup: Setup, given: dict[str, object], says: str) -> None:
    run = setup.run(**given)
    assert run.rc and says in run.output
    assert SECRET not in run.output and awx.writes == []


def test_the_collection_is_asked_for(awx: FakeAwx, setup: Setup) -> None:
    run = setup.run(env={"ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]})
    assert run.rc and "ansible-galaxy collection install awx.awx" in run.output
    assert awx.writes == []
