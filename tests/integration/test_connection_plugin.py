# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection plugin: real modules in real processes of a practice rack."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.harness import Harness, Run, Task
from tests.integration.processes import BECOME_PASSWORD, furnish
from tests.practice_rack.server import PracticeRack

KEY = "canary-of-the-connection"
INVENTORY = "web ansible_connection=convox.rack.convox convox_app=web convox_service=web\n"
ENV = {"ANSIBLE_REMOTE_TEMP": "~/.ansible/tmp", "ANSIBLE_ASYNC_DIR": "~/.ansible_async"}
# Not in `make test`, for each of these takes a while: THOROUGH=1 runs them, too.
thorough = pytest.mark.skipif(not os.environ.get("THOROUGH"), reason="THOROUGH=1 make integration")
EVERY_BYTE = bytes(range(256)) * 64
LOOK: Task = {"name": "look", "ansible.builtin.raw": "echo $HOME"}


@pytest.fixture
def rack(make_rack: MakeRack, tmp_path: Path) -> PracticeRack:
    return make_rack(password=KEY, real_root=str(tmp_path / "processes"))


@pytest.fixture
def root(rack: PracticeRack) -> Path:
    return furnish(rack)


def run(harness: Harness, tasks: list[Task], inventory: str = INVENTORY, **more: Any) -> Run:
    """Run tasks in a process, with everything shown: no secret is in it."""
    play = {"hosts": "all", "gather_facts": False, **more.pop("play", {})}
    more = {"verbosity": 4, "env": {**ENV, **more.pop("env", {})}, **more}
    done = harness.run_playbook(tasks, inventory=inventory, play=play, **more)
    for secret in (KEY, BECOME_PASSWORD, BECOME_PASSWORD.split()[0]):
        assert secret not in done.output
    return done


def command(name: str, **options: Any) -> Task:
    return {"name": name, "ansible.builtin.command": options}


def on(hosts: dict[str, str]) -> str:
    """An inventory of hosts that are all the same service, each with variables of its own."""
    lines = [f"{name} {variables}\n" for name, variables in hosts.items()]
    common = "ansible_connection=convox.rack.convox\nconvox_app=web\nconvox_service=web\n"
    return f"{''.join(lines)}\n[all:vars]\n{common}"


def done_on(done: Run, host: str, task: str) -> dict[str, Any]:
    return next(each.result for each in done.results if (each.host, each.task) == (host, task))


def home_of(rack: PracticeRack, service: str = "web") -> Path:
    pods = rack.state.apps["web"].pods.values()
    return Path(rack.settings.real_root, next(pod.id for pod in pods if pod.service == service))


# --- what modules do


def test_modules_work_as_they_do_over_ssh(harness: Harness, rack: PracticeRack, root: Path) -> None:
    (harness.folder / "every byte").write_bytes(EVERY_BYTE)
    (harness.folder / "tell.sh").write_text("#!/bin/sh\necho told $1; exit 5\n", encoding="utf-8")
    home = home_of(rack)
    tasks: list[Task] = [
        {**command("code", cmd="sh -c 'echo out; echo err >&2; exit 7'"), "ignore_errors": True},
        {"name": "copy", "ansible.builtin.copy": {"src": "every byte", "dest": f"{home}/b", "mode": "0640"}},
        {"name": "fetch", "ansible.builtin.fetch": {"src": f"{home}/b", "dest": "fetched", "flat": True}},
        {"name": "script", "ansible.builtin.script": "tell.sh me", "failed_when": False},
        {
            "name": "raw",
            "ansible.builtin.raw": "echo \"a  b\"\necho 'ü \\ %' >&2\nls ~/.ansible/tmp | wc -l\nexit 4\n",
            "failed_when": False,
        },
    ]
    done = run(harness, tasks).must()
    code = done.of("code")
    assert (code["rc"], code["stdout"], code["stderr"]) == (7, "out", "err")
    assert (home / "b").read_bytes() == EVERY_BYTE
    assert (home / "b").stat().st_mode & 0o777 == 0o640
    assert (harness.folder / "fetched").read_bytes() == EVERY_BYTE
    assert (done.of("script")["rc"], done.of("script")["stdout"].strip()) == (5, "told me")
    raw = done.of("raw")
    # Nothing of other tasks is left in the process.
    assert (raw["rc"], raw["stdout"].split("\n"), raw["stderr"]) == (4, ["a  b", "0", ""], "ü \\ %\n")
    assert len([r for r in done.requests if r.path == "/apps/web/processes"]) == 1


@thorough
def test_more_modules(harness: Harness, rack: PracticeRack, root: Path) -> None:
    large = os.urandom(1024) * 8 * 1024
    (harness.folder / "large").write_bytes(large)
    (harness.folder / "page.j2").write_text("{{ greeting }} ü", encoding="utf-8")
    home = home_of(rack)
    (home / "real").mkdir(parents=True)
    (home / "link").symlink_to("real/large")
    copy = {"ansible.builtin.copy": {"src": "large", "dest": f"{home}/real/large", "mode": "0600"}}
    tasks: list[Task] = [
        {"name": "facts", "ansible.builtin.setup": {"gather_subset": ["!all", "env"]}},
        {"name": "copy", "remote_user": "nobody-knows", "timeout": 100, **copy},
        {"name": "again", **copy},
        {"name": "fetch", "ansible.builtin.fetch": {"src": f"{home}/link", "dest": "got", "flat": True}},
        {"name": "template", "ansible.builtin.template": {"src": "page.j2", "dest": f"{home}/page"}},
        {**command("plan", cmd="touch never"), "check_mode": True},
        {"name": "plan of a copy", "check_mode": True, "diff": True, **copy},
        {"name": "long", "ansible.builtin.raw": f"printf %s {'x' * 9000} | wc -c"},
        {
            "name": "missing",
            "ansible.builtin.fetch": {"src": f"{home}/no", "dest": "no"},
            "failed_when": False,
        },
        {"name": "anew", "ansible.builtin.meta": "reset_connection"},
        {"name": "later", "ansible.builtin.command": "echo later", "async": 20, "poll": 1},
    ]
    done = run(harness, tasks, play={"vars": {"greeting": "hello"}}).must()
    assert done.of("facts")["ansible_facts"]["ansible_env"]["HOME"] == str(home)
    assert (home / "real" / "large").read_bytes() == large
    assert (harness.folder / "got").read_bytes() == large
    assert (done.of("again")["changed"], done.of("plan of a copy")["changed"]) == (False, False)
    assert (home / "page").read_text(encoding="utf-8") == "hello ü"
    assert not (home / "never").exists()
    assert done.of("long")["stdout"].strip() == "9000"
    assert "the remote file does not exist" in done.of("missing")["msg"]
    assert done.of("later")["stdout"] == "later"
    # One choice from the start, another one after the reset.
    assert len([r for r in done.requests if r.path == "/apps/web/processes"]) == 2


def test_one_websocket_a_task(make_rack: MakeRack, tmp_path: Path) -> None:
    """Behind a console, where an input never ends."""
    rack = make_rack(password=KEY, console="acme/production", real_root=str(tmp_path / "processes"))
    furnish(rack)
    inventory = on({"web": "ansible_convox_rack=acme/production ansible_python_interpreter=python3"})
    tasks = [
        command("one", cmd="cat", stdin="in"),
        LOOK,
        {**command("files", cmd="true"), "vars": {"ansible_pipelining": False}},
    ]
    done = run(Harness(rack, tmp_path), tasks, inventory).must()
    assert done.of("one")["stdout"] == "in"
    sent = [record.path.rpartition("/")[2] for record in done.requests]
    assert sent == ["processes", "exec", "exec", "exec", "files"]


def test_each_item_of_a_loop_has_its_own_process(harness: Harness, rack: PracticeRack, root: Path) -> None:
    services = ["web", "worker", "web"]
    look = {**LOOK, "loop": services, "vars": {"ansible_convox_service": "{{ item }}"}}
    done = run(harness, [look]).must()
    homes = [each["stdout"].strip() for each in done.of("look")["results"]]
    assert homes == [str(home_of(rack, service)) for service in services]


@thorough
def test_hosts_of_the_inventory_plugin(harness: Harness, rack: PracticeRack, root: Path) -> None:
    path = harness.folder / "web.convox.yml"
    path.write_text(
        "plugin: convox.rack.convox\nhosts: processes\n"
        "compose: {ansible_connection: \"'convox.rack.convox'\"}\n",
        encoding="utf-8",
    )
    both = [LOOK, command("command", cmd="pwd")]
    text = harness.inventory("short")
    done = run(harness, both, text, arguments=["-i", str(path)], play={"hosts": "convox"}).must()
    found = {each.result["stdout"].strip() for each in done.results if each.task == "look"}
    assert found == {str(home_of(rack, "web")), str(home_of(rack, "worker"))}
    assert "discovered Python" not in " ".join(done.warnings())


# --- become


def test_become(harness: Harness, rack: PracticeRack, root: Path) -> None:
    """Each host with what it knows: the password, a wrong one, none."""
    hosts = {
        "sudo_right": "ansible_become_password={{secret}}",
        "su_right": "ansible_become_method=su ansible_become_password={{secret}}",
        "sudo_wrong": "ansible_become_password=canary-wrong",
        "su_wrong": "ansible_become_method=su ansible_become_password=canary-wrong",
        "none": "",
    }
    secret = harness.folder / "secret.json"
    secret.write_text(json.dumps({"secret": BECOME_PASSWORD}), encoding="utf-8")
    tasks = [
        {"name": "raw", "ansible.builtin.raw": "printenv BECAME; echo err >&2; exit 3", "failed_when": False},
        {**command("become", cmd="printenv BECAME"), "when": "inventory_hostname == 'su_right'"},
    ]
    done = run(
        harness, tasks, on(hosts), play={"become": True}, arguments=["-e", f"@{secret}", "--forks", "2"]
    )
    for host in ("sudo_right", "su_right"):
        raw = done_on(done, host, "raw")
        assert (raw["rc"], raw["stdout"]) == (3, "root\nerr\n")
    assert done_on(done, "su_right", "become")["stdout"] == "root"
    assert "Incorrect sudo password" in done_on(done, "sudo_wrong", "raw")["msg"]
    assert "Incorrect su password" in done_on(done, "su_wrong", "raw")["msg"]
    assert "Missing sudo password" in done_on(done, "none", "raw")["msg"]


@thorough
def test_become_where_nobody_asks(harness: Harness, rack: PracticeRack, root: Path) -> None:
    (root / "nopasswd").touch()
    hosts = {"without": "", "spare": "ansible_become_password=canary-spare"}
    done = run(harness, [command("become", cmd="printenv BECAME")], on(hosts), play={"become": True}).must()
    assert {each.result["stdout"] for each in done.results} == {"root"}


# --- which process


@thorough
def test_a_process_is_kept_and_replaced(harness: Harness, rack: PracticeRack, root: Path) -> None:
    stop = {
        "name": "stop",
        "ansible.builtin.uri": {
            "url": f"{rack.url}/apps/web/processes/{home_of(rack).name}",
            "method": "DELETE",
            "url_username": "convox",
            "url_password": "{{ lookup('ansible.builtin.env', 'CONVOX_PASSWORD') }}",
            "force_basic_auth": True,
        },
        "delegate_to": "localhost",
        "no_log": True,
    }
    wait = {"name": "wait", "ansible.builtin.pause": {"seconds": 1}, "delegate_to": "localhost"}
    inventory = INVENTORY + harness.inventory("long").replace("localhost", "localhost ", 1)
    first = {**LOOK, "name": "first"}
    pinned = {**LOOK, "name": "pinned", "vars": {"ansible_convox_process": home_of(rack).name}}
    before = home_of(rack)
    done = run(harness, [first, stop, wait, LOOK, pinned], inventory, play={"hosts": "web"})
    assert done.of("first")["stdout"].strip() == str(before)
    assert done.of("look")["stdout"].strip() == str(home_of(rack)) != str(before)
    assert f"process {before.name} of web cannot be worked in" in done.of("pinned")["msg"]
    assert [each.kind for each in done.results][-1] == "unreachable"


@thorough
def test_a_process_that_ends_under_a_task(harness: Harness, rack: PracticeRack, root: Path) -> None:
    pod = home_of(rack).name
    rack.at(8, lambda: rack.act("DELETE", f"/apps/web/processes/{pod}"))
    done = run(harness, [{"name": "long", "ansible.builtin.raw": "sleep 40"}], play={"hosts": "web"})
    assert done.results[-1].kind == "unreachable"
    assert f"process {pod} of web ended under the command" in done.of("long")["msg"]
    assert done.seconds < 30


BAD: list[tuple[str, str, str]] = [
    ("ansible_convox_shell=/no/sh", "unreachable", "has no shell /no/sh"),
    ("ansible_convox_service=none", "unreachable", "has no running process of this name"),
    ("ansible_convox_process=none", "unreachable", "process none of web cannot be worked in"),
    ("ansible_convox_api_key=wrong", "unreachable", "invalid authentication"),
    ("ansible_convox_app=none", "unreachable", "app not found: none"),
    ("convox_app=", "failed", "ansible_convox_app is missing"),
    ("convox_service=", "failed", "ansible_convox_service is missing"),
    ("ansible_python_interpreter=/no/python3", "failed", "the process has no such Python"),
]


def test_what_cannot_be_worked_in(harness: Harness, rack: PracticeRack, root: Path) -> None:
    hosts = {f"h{number}": each[0] for number, each in enumerate(BAD)}
    done = run(harness, [LOOK, command("module", cmd="true")], on(hosts))
    for number, (_variable, kind, words) in enumerate(BAD):
        last = [each for each in done.results if each.host == f"h{number}"][-1]
        assert words in last.result["msg"]
        assert last.kind == kind
    # Without a Python raw works.
    assert done_on(done, f"h{len(BAD) - 1}", "look")["stdout"].strip() == str(home_of(rack))
