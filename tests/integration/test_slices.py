# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two jobs at once, each with a slice of one inventory, as AWX cuts it: every second host, by their names.

Some hosts are apps of a rack, others services of the same apps, so that both jobs work on each app at the
same time. Nothing is lost, nothing is built or promoted twice.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from tests.integration.harness import Harness
from tests.integration.prepare import GOOD, Preparer
from tests.practice_rack.server import PracticeRack

APPS, SERVICES = ("api", "web"), ("web", "worker")
SLICES = 2
SHA = "0123456789abcdef0123456789abcdef01234567"
BOOK = f"""
- name: Each app is in one slice, and a build is a thing of an app
  hosts: apps
  gather_facts: false
  tasks:
    - name: Env of an app
      convox.rack.convox_env:
        app: "{{{{ convox_app }}}}"
        variables: "{{{{ {{'BY_APP': inventory_hostname}} }}}}"
    - name: Build
      convox.rack.convox_build: {{app: "{{{{ convox_app }}}}", url: "{GOOD}", git_sha: "{SHA}"}}

- name: Services of one app are in both slices
  hosts: services
  gather_facts: false
  tasks:
    - name: Env
      convox.rack.convox_env:
        app: "{{{{ convox_app }}}}"
        variables: "{{{{ {{'OF_' ~ convox_service | upper: inventory_hostname}} }}}}"
    - name: Scale
      convox.rack.convox_service: {{app: "{{{{ convox_app }}}}", name: "{{{{ convox_service }}}}", count: 2}}
    - name: Promote the newest
      convox.rack.convox_release: {{app: "{{{{ convox_app }}}}", release: latest}}
"""


def inventory() -> dict[str, dict[str, dict[str, str]]]:
    """Groups, their hosts, their variables, as the inventory plugin has them."""
    return {
        "apps": {f"rack1.{app}": {"convox_app": app} for app in APPS},
        "services": {
            f"rack1.{app}.{service}": {"convox_app": app, "convox_service": service}
            for app in APPS
            for service in SERVICES
        },
    }


def part(number: int) -> dict[str, Any]:
    """A slice of it, for Ansible."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": "/nonexistent/python"}
    names = sorted(name for hosts in inventory().values() for name in hosts)[number::SLICES]
    return {
        group: {"hosts": {name: {**local, **told} for name, told in hosts.items() if name in names}}
        for group, hosts in inventory().items()
    }


def start(harness: Harness, number: int) -> subprocess.Popen[str]:
    """An ansible-runner with a slice."""
    data = harness.folder / f"job{number}"
    for name in ("project", "inventory", "env"):
        (data / name).mkdir(parents=True)
    (data / "project" / "site.yml").write_text(BOOK, encoding="utf-8")
    (data / "inventory" / "hosts.yml").write_text(yaml.safe_dump(part(number)), encoding="utf-8")
    runner = Path(sys.executable).parent / "ansible-runner"
    return subprocess.Popen(
        [str(runner), "run", str(data), "-p", "site.yml"],
        env=harness.environment("short"),
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_two_slices_at_once_lose_nothing_and_do_nothing_twice(harness: Harness, rack: PracticeRack) -> None:
    preparer = Preparer(rack)
    for app in APPS:
        preparer.deployed(app)
    rack.requests.clear()
    jobs = [start(harness, number) for number in range(SLICES)]
    said = [job.communicate(timeout=120)[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], "\n".join(said)
    for app in APPS:
        release = preparer.ask("GET", f"/apps/{app}/releases/{preparer.running(app)['release']}")
        assert dict(line.split("=") for line in release["env"].splitlines()) == {
            "A": "1",
            "B": "2",
            "BY_APP": f"rack1.{app}",
            "OF_WEB": f"rack1.{app}.web",
            "OF_WORKER": f"rack1.{app}.worker",
        }
        builds = [each for each in preparer.ask("GET", f"/apps/{app}/builds") if each["git-sha"] == SHA]
        assert len(builds) == 1 and release["build"] == builds[0]["id"]
        services = preparer.ask("GET", f"/apps/{app}/services")
        assert {each["name"]: each["count"] for each in services} == dict.fromkeys(SERVICES, 2)
    promoted = Counter(each.path for each in rack.requests if each.changed and each.path.endswith("/promote"))
    assert set(promoted.values()) == {1}
