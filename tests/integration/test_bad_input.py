# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input is named, with the way out, before a request where that can be known; both ways alike."""

from __future__ import annotations

import functools
import json
import os
import platform
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration import cases
from tests.integration.harness import PYTHON, QUICK, WAYS, Harness, Run, Way
from tests.integration.normal import normal
from tests.integration.prepare import Preparer
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

CASES = cases.bad_input()
KEYS = {"canary-plain-key": None, "canary-read-key": "r"}
IN_PROCESS, AS_A_MODULE = WAYS
Runs = Callable[[Way], Run]
MANIFEST = "services:\n  web:\n    build: .\n"


def representatives() -> list[str]:
    """One case of each kind: how it fails, whether the rack is asked, where the fault stands."""
    kinds: dict[tuple[object, ...], str] = {}
    for name, bad in CASES.items():
        kinds.setdefault((bad.error, bad.asked, bool(bad.environment)), name)
    return list(kinds.values())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The run of all cases in one way, made once."""
    return functools.cache(lambda way: run_all(way, tmp_path_factory.mktemp(way)))


def run_all(way: Way, folder: Path) -> Run:
    """All cases in one play, on a rack with the apps that they need. As a module, which costs a second a
    task, one of each kind: what is looked at is the same code."""
    sources(folder / "sources")
    with PracticeRack(**QUICK, **cases.CONSOLE, deploy_keys=KEYS) as rack:
        variables = {**cases.furnish(rack), "sources": str(folder / "sources")}
        names = CASES if way == IN_PROCESS else representatives()
        tasks = [CASES[name].as_task(ignore_errors=True) for name in names]
        return Harness(rack, folder).run_playbook(tasks, way=way, verbosity=3, extra_vars=variables)


def sources(folder: Path) -> None:
    """Folders and archives that cannot be built."""
    for name, files in {
        "bare": {"Dockerfile": "FROM httpd\n"},
        "ignored": {"convox.yml": MANIFEST, ".dockerignore": "*\n"},
        "dangling": {"convox.yml": MANIFEST},
    }.items():
        (folder / name).mkdir(parents=True)
        for file, text in files.items():
            (folder / name / file).write_text(text, encoding="utf-8")
    (folder / "dangling" / "link").symlink_to("nowhere")
    (folder / "empty.tgz").write_bytes(b"")
    with tarfile.open(folder / "hollow.tgz", "w:gz"):
        pass
    with tarfile.open(folder / "whole.tgz", "w:gz") as archive:
        archive.add(folder / "ignored", ".")
    (folder / "cut.tgz").write_bytes((folder / "whole.tgz").read_bytes()[:60])


@pytest.mark.parametrize("name", CASES)
def test_it_is_named(name: str, runs: Runs) -> None:
    check(name, runs(IN_PROCESS))


@pytest.mark.parametrize("name", representatives())
def test_it_is_named_as_a_module(name: str, runs: Runs) -> None:
    check(name, runs(AS_A_MODULE))


def check(name: str, run: Run) -> None:
    bad, result = CASES[name], run.of(name)
    assert result["failed"] is True
    assert result.get("error") == bad.error, result["msg"]
    assert result.get("status") == bad.status
    assert bad.says
    for text in bad.says:
        assert text in result["msg"]
    assert "canary" not in json.dumps(result)
    assert bool(bad.requests(run)) is bad.asked


def test_both_ways_say_the_same(runs: Runs) -> None:
    one, other = (normal(runs(way), only=representatives()) for way in WAYS)
    assert one == other


def test_no_case_made_anything(runs: Runs) -> None:
    """Apart from those that only the rack itself can refuse."""
    for run in map(runs, WAYS):
        writes = {record.headers.get("convox-actor") for record in run.writes}
        assert writes <= {case.actor for case in CASES.values() if case.writes}
        assert "Traceback" not in run.output


def app_task(**options: Any) -> dict[str, Any]:
    return {"name": "It", "convox.rack.convox_app": {"name": "web", "max_retries": 0, **options}}


def test_a_console_names_a_rack_that_it_does_not_have(make_rack: Any, tmp_path: Path, way: Way) -> None:
    harness = Harness(make_rack(console="org/rack1"), tmp_path)
    tasks = [
        {**app_task(rack="org/other"), "name": "Wrong", "ignore_errors": True},
        {**app_task(), "name": "None", "ignore_errors": True},
        {**app_task(rack="org/rack1"), "name": "Right"},
    ]
    run = harness.run_playbook(tasks, way=way).must()
    assert "rack not found: org/other" in run.of("Wrong")["msg"]
    assert run.of("Wrong")["status"] == 404
    assert "org/name" in run.of("None")["msg"]
    assert run.of("None")["error"] == "ConvoxGatewayError"
    assert run.of("Right")["changed"] is True


def test_a_certificate_that_is_not_trusted(make_rack: Any, tmp_path: Path, way: Way) -> None:
    rack = make_rack(tls=True)
    harness = Harness(rack, tmp_path)
    tasks = [
        {**app_task(), "name": "Untrusted", "ignore_errors": True},
        {**app_task(ca_path=rack.ca_path), "name": "Trusted"},
        {**app_task(validate_certs=False), "name": "Unchecked"},
        {**app_task(), "name": "By environment", "environment": {"CONVOX_CA_PATH": rack.ca_path}},
    ]
    run = harness.run_playbook(tasks, way=way).must()
    untrusted = run.of("Untrusted")
    assert untrusted["error"] == "ConvoxConnectionError"
    assert "certificate is not trusted" in untrusted["msg"]
    assert "ca_path" in untrusted["msg"]
    assert [run.of(name)["changed"] for name in ("Trusted", "Unchecked", "By environment")] == [
        True,
        False,
        False,
    ]


def test_a_web_page_instead_of_data(harness: Harness, rack: PracticeRack, way: Way) -> None:
    Preparer(rack).app()
    page = {"body": "<!DOCTYPE html><html>canary</html>", "headers": {"Content-Type": "text/html"}}
    rack.faults.append(Fault("status", path="/apps/web", status=200, times=-1, **page))
    result = harness.run_playbook([app_task()], way=way).of("It")
    assert result["error"] == "ConvoxGatewayError"
    assert "api.rack.example.com" in result["msg"]
    assert "canary" not in result["msg"]


LIBRARIES = {
    "broken": (
        {"httpx": "raise ImportError", "pydantic": "raise ImportError"},
        "httpx (does not import: ImportError), pydantic (does not import: ImportError)",
    ),
    "not there": (
        {name: f"raise ModuleNotFoundError(name='{name}')" for name in ("httpx", "pydantic")},
        "httpx (not installed), pydantic (not installed)",
    ),
    "old": (
        {"httpx": "__version__ = '0.20.0'", "pydantic": "VERSION = '1.10.2'"},
        "httpx 0.20.0 (needs >= 0.27), pydantic 1.10.2 (needs >= 2.5)",
    ),
}


@pytest.mark.parametrize("case", LIBRARIES)
def test_libraries_that_are_missing_are_named(case: str, harness: Harness, tmp_path: Path) -> None:
    """Missing where the module runs: the message. Missing on the controller alone: as a module, silently."""
    modules, words = LIBRARIES[case]
    (tmp_path / "shadow").mkdir()
    for name, text in modules.items():
        (tmp_path / "shadow" / f"{name}.py").write_text(f"{text}\n", encoding="utf-8")
    path = f"{tmp_path / 'shadow'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    inventory = harness.inventory(AS_A_MODULE)
    there = {**app_task(), "environment": {"PYTHONPATH": path}}
    run = harness.run_playbook([there], way=AS_A_MODULE)
    for found in (run, harness.run_playbook([app_task()], inventory=inventory, env={"PYTHONPATH": path})):
        message = found.of("It")["msg"]
        for text in (words, platform.node(), PYTHON, "-m pip install 'httpx>=0.27,<1' 'pydantic>=2.5,<3'"):
            assert text in message
        assert found.requests == []
    here = {**app_task(), "environment": {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}}
    silently = harness.run_playbook([here], inventory=inventory, env={"PYTHONPATH": path}).must()
    assert silently.of("It")["changed"] is True
    assert silently.warnings() == []


def test_the_lookup_names_missing_libraries(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text("raise ModuleNotFoundError(name='httpx')\n", encoding="utf-8")
    task = {
        "name": "It",
        "ansible.builtin.debug": {"msg": "{{ lookup('convox.rack.convox_env', 'A', app='web') }}"},
    }
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    run = harness.run_playbook([task], env={"PYTHONPATH": path})
    assert "httpx (not installed)" in run.of("It")["msg"]
    assert "pip install" in run.of("It")["msg"]
