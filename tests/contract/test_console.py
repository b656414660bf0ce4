# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice console's own routes, as the CLI's source asks for them. Nothing of it was recorded, so these
tests hold the practice rack to that alone."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.contract.conftest import Desk

Make = Callable[..., Desk]
RACK = "/racks/acme/production"


def test_racks_are_listed_without_naming_one(rack_with: Make) -> None:
    desk = rack_with(console="acme/production", other_racks="acme/staging")
    names = [(rack["organization"]["name"], rack["name"], rack["status"]) for rack in desk.get("/racks")]
    assert names == [("acme", "production", "running"), ("acme", "staging", "running")]
    assert desk.call("GET", "/racks/acme/nothing").status_code == 404
    # A rack without a console has no such routes.
    assert rack_with().call("GET", "/racks").status_code == 404


def test_an_update_goes_with_a_json_object(rack_with: Make) -> None:
    desk = rack_with(console="acme/production", update_seconds=0.1)
    desk.client.headers["Rack"] = "acme/production"
    before = desk.get(RACK)
    assert (before["parameters"], before["version"]) == ({"node_type": "t3.small"}, "3.24.9")
    assert before["state"]
    form = {"params": json.dumps({"node_type": "", "idle_timeout": "60"}), "version": "3.24.9"}
    assert desk.call("PUT", RACK, data=form).text == "ok\n"
    assert desk.get(RACK)["status"] == desk.get("/system")["status"] == "updating"
    after = desk.until(RACK, lambda found: found["status"] == "running")
    assert after["parameters"] == {"idle_timeout": "60"}
    desk.call("PUT", RACK, data={"params": "null", "version": "3.25.0", "force": "true"})
    desk.until(RACK, lambda found: found["status"] == "running")
    assert desk.get(RACK)["version"] == desk.get("/system")["version"] == "3.25.0"
    assert desk.get(RACK)["parameters"] == {"idle_timeout": "60"}


def test_updates_may_be_lost_and_may_fail(rack_with: Make) -> None:
    desk = rack_with(console="acme/production", update_seconds=0.05, lose_updates=1, failed_updates=1)
    desk.client.headers["Rack"] = "acme/production"
    for status in ("running", "updating"):
        desk.call("PUT", RACK, data={"params": "null", "version": "3.25.0"})
        assert desk.get(RACK)["status"] == status
    assert desk.until(RACK, lambda found: found["status"] == "running")["version"] == "3.24.9"


def test_who_updates_by_the_rack_s_own_route(rack_with: Make) -> None:
    form = {"count": "3"}
    console = {"Rack": "acme/production"}
    assert rack_with().call("PUT", "/system", data=form).status_code == 501
    assert rack_with(generation="2").call("PUT", "/system", data=form).status_code == 200
    managed = rack_with(console="acme/production")
    assert managed.call("PUT", "/system", data=form, headers=console).status_code == 200
    own = rack_with(console="acme/production", console_state=False)
    assert own.get(RACK)["parameters"] is own.get(RACK)["state"] is None
    assert own.call("PUT", "/system", data=form, headers=console).status_code == 501


def test_an_open_console_lets_the_nameless_through(rack_with: Make) -> None:
    desk = rack_with(console="acme/production", console_open=True)
    assert desk.get("/apps") == []
    assert desk.call("GET", "/apps", headers={"Rack": "acme/other"}).status_code == 404
    assert desk.call("PUT", "/system", data={"count": "3"}).status_code == 501


def test_the_rest(rack_with: Make) -> None:
    desk = rack_with(console="acme/production")
    assert desk.get(f"{RACK}/host") == {"host": "api.rack.test"}
    assert [sorted(runtime) for runtime in desk.get(f"{RACK}/runtimes")] == [["id", "title"]]
    assert desk.call("PUT", f"{RACK}/runtimes", data={"runtime": "rt-1"}).text == "ok\n"
    assert desk.call("POST", f"{RACK}/sync").text == "ok\n"


def test_workflows(rack_with: Make) -> None:
    desk = rack_with(console="acme/production")
    found = desk.get(f"{RACK}/workflows")
    assert sorted(found) == ["oid", "workflows"]
    assert [sorted(workflow) for workflow in found["workflows"]] == [["id", "kind", "name"]] * 2
    run = f"{RACK}/workflows/{found['workflows'][0]['id']}/run"
    assert desk.call("POST", run, data={"app": "web", "branch": "main"}).json() == {"jod_id": "job-1"}
    for bad in ({"app": "web"}, {"branch": "main"}, {"app": "web", "branch": "main", "commit": "abc"}):
        assert desk.call("POST", run, data=bad).status_code == 400
    assert desk.call("POST", f"{RACK}/workflows/none/run", data={"app": "web"}).status_code == 404
    assert len(desk.rack.state.itself.runs) == 1


def test_a_machine_has_apps_of_its_own(rack_with: Make) -> None:
    desk = rack_with(console="acme/production", machines="acme/box,acme/other")
    found = [(each["id"], each["name"], each["organization_info"]["name"]) for each in desk.get("/machines")]
    assert found == [("m-1", "box", "acme"), ("m-2", "other", "acme")]
    desk.call("POST", "/machines/m-1/apps", data={"name": "web"})
    assert [app["name"] for app in desk.get("/machines/m-1/apps")] == ["web"]
    assert desk.get("/machines/m-2/apps") == []
    assert desk.call("GET", "/apps", headers={"Rack": "acme/production"}).json() == []
    assert desk.call("GET", "/machines/m-9/apps").status_code == 404
    assert desk.call("GET", "/machines/m-1/system").status_code == 404


def test_instances_come_for_those_that_go(rack_with: Make) -> None:
    desk = rack_with(instance_seconds=0.05)
    assert desk.call("DELETE", "/instances/node-2").text == "ok\n"
    assert [each["id"] for each in desk.get("/instances")] == ["node-1"]
    after = desk.until("/instances", lambda found: len(found) == 2)
    assert [each["id"] for each in after] == ["node-1", "node-3"]
    assert rack_with().call("POST", "/instances/keyroll").status_code == 501
    pair = rack_with(generation="2").call("POST", "/instances/keyroll").json()
    assert sorted(pair) == ["name", "private-key"]


def test_a_rack_with_cloudflare_keeps_no_credentials(rack_with: Make) -> None:
    desk = rack_with(cloudflare=True)
    solver = {"id": 1, "dns-zones": ["a.test"], "cloudflare": {"api-token": "x", "email": None}}
    desk.call("PUT", "/letsencrypt/config", json={"solvers": [solver]})
    (kept,) = desk.get("/letsencrypt/config")["solvers"]
    assert kept == {"id": 1, "dns-zones": ["a.test"], "route53": None, "cloudflare": {"email": None}}
