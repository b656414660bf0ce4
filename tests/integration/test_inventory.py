# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin, through ansible-inventory and ansible-playbook."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.harness import ANSIBLE, Harness, Way
from tests.integration.inventories import KEY, NOWHERE, ask, furnished, write
from tests.practice_rack.faults import Fault, error
from tests.practice_rack.server import PracticeRack


@pytest.fixture
def rack(make_rack: MakeRack) -> PracticeRack:
    return furnished(make_rack(password=KEY))


# --- hosts, groups, variables


def test_services_of_the_rack_of_the_environment(harness: Harness, rack: PracticeRack) -> None:
    said = ask(harness, {})
    names = ["rack1.api.web", "rack1.api.worker", "rack1.web.web", "rack1.web.worker"]
    assert sorted(said.hosts) == names
    assert said.hosts["rack1.web.web"] == {
        "ansible_connection": "local",
        "ansible_python_interpreter": said.hosts["rack1.web.web"]["ansible_python_interpreter"],
        "convox_app": "web",
        "convox_count": 1,
        "convox_domain": "web.web.rack.test",
        "convox_host": rack.url,
        "convox_locked": False,
        "convox_rack": "rack1",
        "convox_release": rack.app("web").release,
        "convox_service": "web",
        "convox_status": "running",
    }
    groups = said.groups
    assert groups["rack_rack1"] == names
    assert groups["app_web"] == ["rack1.web.web", "rack1.web.worker"]
    assert groups["service_worker"] == ["rack1.api.worker", "rack1.web.worker"]
    assert groups["status_updating"] == ["rack1.api.web", "rack1.api.worker"]
    assert {"rack_rack1", "app_web"} <= set(json.loads(said.output)["convox"]["children"])


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"hosts": "racks"}, ["rack1"]),
        ({"hosts": "racks", "status": "updating"}, []),
        ({"hosts": "apps"}, ["rack1.api", "rack1.web"]),
        ({"hosts": "apps", "apps": "w*"}, ["rack1.web"]),
        ({"hosts": "apps", "status": ["up*"]}, ["rack1.api"]),
        ({"services": ["web"]}, ["rack1.api.web", "rack1.web.web"]),
        ({"services": "w?b", "status": "running"}, ["rack1.web.web"]),
        ({"apps": ["nothing", "api"], "services": "worker"}, ["rack1.api.worker"]),
        ({"apps": []}, []),
    ],
)
def test_only_those_that_are_asked_for(harness: Harness, config: dict[str, Any], found: list[str]) -> None:
    assert sorted(ask(harness, config).hosts) == found


def test_processes_by_one_request_for_all_apps(harness: Harness, rack: PracticeRack) -> None:
    rack.requests.clear()
    said = ask(harness, {"hosts": "processes", "services": "worker", "status": ["running"]})
    assert [request.path for request in rack.requests] == ["/system", "/apps", "/system/processes"]
    assert len(said.hosts) == 2
    (name, told) = next((name, told) for name, told in said.hosts.items() if told["convox_app"] == "web")
    assert name == f"rack1.web.{told['convox_process']}"
    assert (told["convox_service"], told["convox_release"]) == ("worker", rack.app("web").release)


def test_every_option_by_the_environment(harness: Harness) -> None:
    env = {
        "CONVOX_INVENTORY_HOSTS": "services",
        "CONVOX_INVENTORY_APPS": "web,api",
        "CONVOX_INVENTORY_SERVICES": "worker",
        "CONVOX_INVENTORY_STATUS": "running",
        "CONVOX_INVENTORY_PARALLEL": "2",
        "CONVOX_INVENTORY_STRICT": "true",
    }
    assert sorted(ask(harness, {}, env).hosts) == ["rack1.web.worker"]
    said = ask(harness, {}, {"CONVOX_INVENTORY_RACKS": "acme/one,acme/one"})
    assert said.status != 0 and "twice" in said.errors


def test_constructed_groups_and_variables(harness: Harness) -> None:
    constructed = {
        "hosts": "apps",
        "compose": {"place": "convox_rack ~ '/' ~ convox_app"},
        "groups": {"well": "convox_status == 'running'"},
        "keyed_groups": [{"key": "convox_app", "prefix": "of"}],
    }
    said = ask(harness, constructed)
    assert "rack1/web" in str(said.hosts["rack1.web"]["place"])
    assert said.groups["well"] == ["rack1.web"]
    assert said.groups["of_api"] == ["rack1.api"]
    bad = {"compose": {"place": "nothing_of_that_name"}}
    assert ask(harness, bad).status == 0
    assert ask(harness, {**bad, "strict": True}).status != 0


def test_a_racks_words_are_no_templates(harness: Harness, rack: PracticeRack) -> None:
    rack.settings.change({"rack_name": "rack1"})
    body = '[{"name": "web", "status": "{{ lookup(\'pipe\', \'echo evaluated\') }}", "release": "R"}]'
    rack.faults.append(Fault("status", "GET", "^/apps$", times=-1, status=200, body=body))
    path = write(harness, {"hosts": "apps"})
    run = harness.run_playbook(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.debug: {var: convox_status}\n",
        inventory="",
        arguments=["-i", str(path)],
    ).must()
    assert "lookup('pipe'" in run.stdout
    assert '"evaluated"' not in run.stdout


# --- several racks


def test_several_racks_and_one_of_them_down(
    harness: Harness, rack: PracticeRack, make_rack: MakeRack
) -> None:
    second = furnished(make_rack(password="other", rack_name="second"))
    racks = [{"host": rack.url, "api_key": KEY}, {"host": second.url, "password": "other", "name": "two"}]
    said = ask(harness, {"hosts": "apps", "racks": racks}, {"CONVOX_HOST": None, "CONVOX_PASSWORD": None})
    assert sorted(said.hosts) == ["rack1.api", "rack1.web", "two.api", "two.web"]
    assert said.hosts["two.web"]["convox_host"] == second.url
    assert said.groups["app_web"] == ["rack1.web", "two.web"]
    with_one_down = {"hosts": "apps", "racks": [*racks, NOWHERE]}
    said = ask(harness, with_one_down)
    assert sorted(said.hosts) == ["rack1.api", "rack1.web", "two.api", "two.web"]
    assert "Not in the inventory: http://127.0.0.1:9: " in said.errors
    said = ask(harness, {**with_one_down, "strict": True})
    assert said.status != 0 and "Connection refused" in said.errors
    said = ask(harness, {"racks": [NOWHERE]})
    assert said.status != 0 and "Connection refused" in said.errors


def test_one_app_that_cannot_be_read(harness: Harness, rack: PracticeRack) -> None:
    rack.faults.append(
        error(403, "operation not permitted for deploy keys", "GET", "/apps/api/services$", -1, 0)
    )
    said = ask(harness, {})
    assert sorted(said.hosts) == ["rack1.web.web", "rack1.web.worker"]
    assert "List the services of api" in said.errors
    assert ask(harness, {"strict": True}).status != 0


def test_all_racks_of_a_console(harness: Harness, make_rack: MakeRack) -> None:
    console = furnished(make_rack(password=KEY, console="acme/production"))
    login = {"host": console.url, "api_key": KEY}
    said = ask(harness, {**login, "racks": "all", "hosts": "apps"})
    assert sorted(said.hosts) == ["production.api", "production.web"]
    assert said.hosts["production.web"]["convox_rack"] == "acme/production"
    said = ask(harness, {**login, "racks": ["acme/production"], "hosts": "racks"})
    assert list(said.hosts) == ["production"]


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"hosst": "apps"}, "hosst: is no option of this inventory. Did you mean host"),
        ({"hosts": "pods"}, "racks"),
        ({"racks": []}, "racks: names no rack"),
        ({"racks": 5}, "racks: is no list"),
        ({"racks": [5]}, "racks[0]: is no dictionary of options"),
        ({"racks": [{"host": "a.test", "api_kye": KEY}]}, "api_kye"),
        ({"racks": [{"host": "a.test", "api_key": "x"}, {"host": "a.test", "api_key": "y"}]}, "twice"),
        ({"racks": [{"host": "a.test", "timeout": "long"}]}, "racks[0]: "),
        ({"racks": [{"host": "a.test"}]}, "no key for this host was found"),
        ({"racks": "all"}, "is no console"),
        ({"parallel": 0}, "parallel: is below 1"),
        ({"timeout": "long"}, "timeout"),
    ],
)
def test_what_is_refused(harness: Harness, config: dict[str, Any], says: str) -> None:
    said = ask(harness, config)
    assert said.status != 0
    assert says in said.errors
    assert "Traceback" not in said.errors


def test_racks_that_call_themselves_alike(harness: Harness, rack: PracticeRack, make_rack: MakeRack) -> None:
    other = make_rack(password=KEY)
    racks = [{"host": each.url, "api_key": KEY} for each in (rack, other)]
    said = ask(harness, {"hosts": "racks", "racks": racks})
    assert said.status != 0 and "several racks called rack1. Give each of them a name" in said.errors


def test_an_apps_manifest_is_no_inventory(harness: Harness) -> None:
    path = write(harness, {}, "convox.yml")
    env = harness.environment("short", {"ANSIBLE_INVENTORY_ENABLED": "convox.rack.convox"})
    command = [str(ANSIBLE / "ansible-inventory"), "-i", str(path), "--list"]
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout)["_meta"]["hostvars"] == {}


# --- cache


def test_a_cache_spares_requests_and_holds_no_key(harness: Harness, rack: PracticeRack) -> None:
    folder = harness.folder / "kept"
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder)}
    first = ask(harness, {**cache, "hosts": "apps", "api_key": KEY, "host": rack.url}).hosts
    rack.requests.clear()
    assert ask(harness, {**cache, "hosts": "apps", "api_key": KEY, "host": rack.url}).hosts == first
    assert rack.requests == []
    kept = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    assert kept and KEY not in "".join(kept)
    assert sorted(ask(harness, {**cache, "hosts": "racks"}).hosts) == ["rack1"], "other hosts are not those"


def test_what_could_not_be_read_whole_is_not_kept(harness: Harness, rack: PracticeRack) -> None:
    folder = harness.folder / "kept"
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder)}
    rack.faults.append(
        error(403, "operation not permitted for deploy keys", "GET", "/apps/api/services$", 1, 0)
    )
    assert len(ask(harness, cache).hosts) == 2
    assert len(ask(harness, cache).hosts) == 4


# --- plays on it


def test_modules_and_lookups_work_on_a_host(harness: Harness, rack: PracticeRack, way: Way) -> None:
    path = write(harness, {"services": "web", "apps": "web"})
    tasks = """
- hosts: app_web
  gather_facts: false
  module_defaults:
    group/convox.rack.rack:
      host: "{{ convox_host }}"
      rack: "{{ convox_rack }}"
  tasks:
    - name: scale
      convox.rack.convox_service: {app: "{{ convox_app }}", name: "{{ convox_service }}", count: 2}
    - name: info
      convox.rack.convox_service_info: {app: "{{ convox_app }}", name: "{{ convox_service }}"}
    - name: lookup
      ansible.builtin.debug: {msg: "{{ lookup('convox.rack.convox_env', app=convox_app) }}"}
"""
    run = harness.run_playbook(tasks, way=way, inventory="", arguments=["-i", str(path)]).must()
    assert run.of("scale")["changed"]
    assert run.of("info")["services"][0]["count"] == 2
