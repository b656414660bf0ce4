# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python SDK ``convox`` from PyPI reads what our modules wrote, and they read what it wrote."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from convox import ConvoxClient, ConvoxNotFoundError

from tests.integration.harness import Harness, Way
from tests.integration.prepare import deployed
from tests.practice_rack.server import PracticeRack

ENV = {"LOG_LEVEL": "info", "WORDS": "two words = one value", "EMPTY": "", "UMLAUT": "grüße"}


@pytest.fixture
def sdk(rack: PracticeRack) -> Iterator[ConvoxClient]:
    with ConvoxClient(rack.url, rack.password) as client:
        yield client


def until_running(sdk: ConvoxClient, app: str) -> None:
    deadline = time.monotonic() + 20
    while sdk.apps.get(app).status != "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_sdk_reads_what_a_deploy_wrote(harness: Harness, sdk: ConvoxClient, way: Way) -> None:
    run = harness.run_playbook(
        [
            {
                "name": "app",
                "convox.rack.convox_app": {
                    "name": "shop",
                    "locked": True,
                    "parameters": {"BuildCpu": 512, "BuildMem": "1024"},
                },
            },
            {"name": "env", "convox.rack.convox_env": {"app": "shop", "variables": ENV}},
            {
                "name": "build",
                "convox.rack.convox_build": {
                    "app": "shop",
                    "url": "http://sources.test/ok.tgz",
                    "description": "the first",
                    "git_sha": "abc123",
                },
                "register": "built",
            },
            {
                "name": "release",
                "convox.rack.convox_release": {"app": "shop", "release": "{{ built.release }}"},
            },
            {
                "name": "service",
                "convox.rack.convox_service": {"app": "shop", "name": "web", "count": 3, "memory": 1024},
            },
        ],
        way=way,
    ).must()

    app = sdk.apps.get("shop")
    release = run.of("release")["release"]
    assert (app.status, app.release, app.locked) == ("running", release, True)
    assert app.parameters == {"BuildCpu": "512", "BuildMem": "1024"}
    assert sdk.environment.get("shop") == ENV

    build = sdk.builds.get("shop", run.of("build")["build"]["id"])
    assert (build.status, build.release, build.description) == ("complete", release, "the first")
    newest, first = sdk.releases.list("shop")
    assert (newest.id, newest.build) == (release, build.id)
    assert first.id == run.of("env")["release"]
    assert first.description.startswith("env add:EMPTY add:LOG_LEVEL")

    web = next(service for service in sdk.services.list("shop") if service.name == "web")
    assert (web.count, web.cpu, web.memory) == (3, 250, 1024)
    assert len([p for p in sdk.processes.list("shop", service="web") if p.status == "running"]) == 3


def test_our_modules_take_what_the_sdk_wrote(
    harness: Harness, rack: PracticeRack, sdk: ConvoxClient, way: Way
) -> None:
    deployed(rack)
    set_by_sdk = sdk.environment.set("web", {"FROM_SDK": "1", "A": "of the sdk"})
    until_running(sdk, "web")
    sdk.services.update("web", "web", count=2)
    run = harness.run_playbook(
        [
            {
                "name": "same env",
                "convox.rack.convox_env": {"app": "web", "variables": {"FROM_SDK": 1, "A": "of the sdk"}},
            },
            {
                "name": "same count",
                "convox.rack.convox_service": {"app": "web", "name": "web", "count": 2},
            },
            {"name": "info", "convox.rack.convox_release_info": {"app": "web", "name": "active"}},
            {
                "name": "more env",
                "convox.rack.convox_env": {"app": "web", "variables": {"OURS": "2"}, "unset": ["A"]},
            },
        ],
        way=way,
    ).must()
    assert run.of("same env")["changed"] is False
    assert run.of("same count")["changed"] is False
    assert run.of("info")["active"] == set_by_sdk.id
    assert run.of("more env")["set"] == ["OURS"]
    env = sdk.environment.get("web")
    assert (env.get("FROM_SDK"), env.get("OURS"), "A" in env) == ("1", "2", False)


def test_our_lists_are_those_of_the_sdk(harness: Harness, rack: PracticeRack, sdk: ConvoxClient) -> None:
    deployed(rack)
    sdk.apps.create("api")
    until_running(sdk, "api")
    run = harness.run_playbook(
        [
            {
                "name": "apps",
                "convox.rack.convox_app_info": {"include": ["services", "processes", "builds", "releases"]},
            },
            {"name": "services", "convox.rack.convox_service_info": {"app": "web"}},
            {"name": "processes", "convox.rack.convox_process_info": {"app": "web"}},
            {"name": "builds", "convox.rack.convox_build_info": {"app": "web"}},
        ]
    ).must()
    api, web = run.of("apps")["apps"]
    assert [api["name"], web["name"]] == [app.name for app in sdk.apps.list()]
    assert web["services"] == run.of("services")["services"]
    counts = {service.name: (service.count, service.memory) for service in sdk.services.list("web")}
    assert {each["name"]: (each["count"], each["memory"]) for each in web["services"]} == counts
    assert web["processes"] == run.of("processes")["processes"]
    assert [each["id"] for each in web["processes"]] == sorted(p.id for p in sdk.processes.list("web"))
    assert [each["id"] for each in run.of("builds")["builds"]] == [b.id for b in sdk.builds.list("web")]
    assert [each["id"] for each in web["releases"]] == [r.id for r in sdk.releases.list("web")]


def test_the_sdk_reads_a_webhook_that_we_made(harness: Harness, sdk: ConvoxClient) -> None:
    hook = {"name": "hook", "type": "webhook", "parameters": {"Url": "https://203.0.113.7/one"}}
    other = {"name": "hook", "parameters": {"Url": "https://203.0.113.7/other"}}
    harness.run_playbook([{"name": "hook", "convox.rack.convox_resource": hook}]).must()
    assert sdk.resources.system_get("hook").parameters == hook["parameters"]
    harness.run_playbook([{"name": "other", "convox.rack.convox_resource": other}]).must()
    assert [each.parameters for each in sdk.resources.system_list()] == [other["parameters"]]
    gone = {"name": "hook", "state": "absent"}
    harness.run_playbook([{"name": "gone", "convox.rack.convox_resource": gone}]).must()
    assert sdk.resources.system_list() == []


def test_the_sdk_reads_a_build_that_we_brought(
    harness: Harness, rack: PracticeRack, sdk: ConvoxClient
) -> None:
    deployed(rack)
    sdk.apps.create("shop")
    until_running(sdk, "shop")
    dest = str(harness.folder / "build.tgz")
    out = {"app": "web", "state": "exported", "id": "active", "dest": dest}
    back = {"app": "shop", "state": "imported", "archive": dest}
    run = harness.run_playbook(
        [{"name": "out", "convox.rack.convox_build": out}, {"name": "in", "convox.rack.convox_build": back}]
    ).must()
    build = sdk.builds.get("shop", run.of("in")["build"]["id"])
    assert (build.status, build.release) == ("complete", run.of("in")["release"])
    assert build.manifest == sdk.builds.get("web", run.of("out")["build"]["id"]).manifest


def test_a_rollback_that_the_sdk_cannot_do(harness: Harness, rack: PracticeRack, sdk: ConvoxClient) -> None:
    first = deployed(rack)
    sdk.environment.set("web", {"BROKEN": "yes"})
    until_running(sdk, "web")
    run = harness.run_playbook(
        [
            {
                "name": "back",
                "convox.rack.convox_release": {"app": "web", "state": "rolled_back", "release": "previous"},
            }
        ]
    ).must()
    assert run.of("back")["rolled_back_to"] == first
    assert sdk.apps.get("web").release == run.of("back")["release"]
    assert "BROKEN" not in sdk.environment.get("web")


def test_an_app_that_we_delete_is_gone_for_the_sdk(
    harness: Harness, rack: PracticeRack, sdk: ConvoxClient
) -> None:
    deployed(rack)
    harness.run_playbook(
        [{"name": "gone", "convox.rack.convox_app": {"name": "web", "state": "absent"}}]
    ).must()
    with pytest.raises(ConvoxNotFoundError):
        sdk.apps.get("web")


def test_the_sdk_reads_what_any_request_wrote(harness: Harness, sdk: ConvoxClient, way: Way) -> None:
    form = {"name": "shop"}
    task = {"name": "make", "convox.rack.convox_api": {"path": "/apps", "method": "POST", "form": form}}
    made = harness.run_playbook([task], way=way).must().of("make")
    assert made["json"]["name"] == sdk.apps.get("shop").name


def test_processes_that_we_start_and_stop(
    harness: Harness, rack: PracticeRack, sdk: ConvoxClient, way: Way
) -> None:
    deployed(rack)
    command = {"app": "web", "service": "web", "command": "sleep 600", "detach": True}
    run = harness.run_playbook([{"name": "run", "convox.rack.convox_run": command}], way=way).must()
    process = sdk.processes.get("web", run.of("run")["process"])
    assert process.command == "sleep 600"
    stop = {"app": "web", "id": process.id}
    harness.run_playbook([{"name": "stop", "convox.rack.convox_process": stop}], way=way).must()
    assert process.id not in [each.id for each in sdk.processes.list("web")]


def test_triggers_of_a_service_stand_in_the_racks_own_answer(harness: Harness, rack: PracticeRack) -> None:
    """The SDK has no field for them."""
    deployed(rack)
    rack.settings.change({"keda": True})
    triggers = {"cpu": 70, "memory": 80, "min": 1, "max": 4}
    service = {"app": "web", "name": "web", "triggers": triggers}
    harness.run_playbook([{"name": "scale", "convox.rack.convox_service": service}]).must()
    answer = httpx.get(f"{rack.url}/apps/web/services", auth=("convox", rack.password))
    web = next(service for service in answer.json() if service["name"] == "web")
    assert (web["min"], web["max"], web["triggers-override-active"]) == (1, 4, True)
    assert (web["autoscale"]["cpu-threshold"], web["autoscale"]["mem-threshold"]) == (70, 80)
