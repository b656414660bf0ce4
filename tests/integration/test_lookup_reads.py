# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a lookup reads: every write that was over when it was asked, and nothing that nobody asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.deploys import until
from tests.integration.harness import Harness, Way
from tests.integration.prepare import Preparer, deployed
from tests.practice_rack.server import PracticeRack

HOSTS = (
    "{{ (lookup('convox.rack.convox_env', 'HOSTS', app='web', release='latest', default='').split(',')"
    " + [item]) | select | join(',') }}"
)
LATEST = "{{ lookup('convox.rack.convox_env', 'A', app='web', release='latest') }}"
ITEMS = ["a", "b", "c", "d"]
# What gives the task's client another connection than the lookup's, and what does not.
OPTIONS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "timeout": {"timeout": 60},
    "max_retries": {"max_retries": 5},
    "actor": {"actor": "someone"},
}


def env_of(rack: PracticeRack, name: str) -> str:
    env = dict(line.split("=", 1) for line in rack.state.apps["web"].releases[-1].env.splitlines())
    return env.get(name, "")


@contextmanager
def another_program(rack: PracticeRack, *values: str) -> Iterator[None]:
    """Writes a value of ``A`` each time the list of releases was read once more, until it has written all."""
    preparer = Preparer(rack)

    def reads() -> int:
        listed = [r for r in rack.requests if (r.method, r.path) == ("GET", "/apps/web/releases")]
        return sum(bool(record.seconds) for record in listed)

    def write() -> None:
        for number, value in enumerate(values, start=1):
            until(lambda wanted=number: reads() >= wanted, seconds=60)
            preparer.release(env=f"A={value}")

    thread = threading.Thread(target=write)
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_loop_over_one_variable_loses_nothing(
    harness: Harness, rack: PracticeRack, way: Way, kind: str
) -> None:
    deployed(rack)
    task = {
        "name": "add",
        "convox.rack.convox_env": {
            "app": "web",
            "variables": {"HOSTS": HOSTS},
            "promote": False,
            **OPTIONS[kind],
        },
        "loop": ITEMS,
    }
    harness.run_playbook([task], way=way).must()
    assert env_of(rack, "HOSTS") == "a,b,c,d"


def test_an_awx_job_loses_nothing(harness: Harness, rack: PracticeRack) -> None:
    deployed(rack)
    task = {
        "name": "add",
        "convox.rack.convox_env": {"app": "web", "variables": {"HOSTS": HOSTS}, "promote": False},
        "loop": ITEMS,
    }
    harness.run_playbook([task], extra_vars={"awx_user_name": "ann"}).must()
    assert env_of(rack, "HOSTS") == "a,b,c,d"


def test_the_next_item_sees_what_another_program_wrote(harness: Harness, rack: PracticeRack) -> None:
    deployed(rack)
    task = {
        "name": "read",
        "ansible.builtin.debug": {"msg": LATEST},
        "loop": [1, 2, 3],
        "loop_control": {"pause": 0.4},
    }
    with another_program(rack, "second", "third"):
        run = harness.run_playbook([task]).must()
    assert [each["msg"] for each in run.of("read")["results"]] == ["1", "second", "third"]


def test_the_next_try_sees_what_another_program_wrote(harness: Harness, rack: PracticeRack) -> None:
    """A condition is evaluated again by the same worker, with the same templating object."""
    deployed(rack)
    task = {
        "name": "wait",
        "ansible.builtin.debug": {"msg": "waiting"},
        "until": LATEST.strip("{} ") + " == 'done'",
        "retries": 2,
        "delay": 0.4,
    }
    with another_program(rack, "done"):
        run = harness.run_playbook([task]).must()
    assert run.of("wait")["attempts"] == 2


def test_the_next_key_of_a_dictionary_is_a_template_of_its_own(
    harness: Harness, rack: PracticeRack, tmp_path: Path
) -> None:
    deployed(rack)
    with another_program(rack, "second"):
        task = {
            "name": "read",
            "ansible.builtin.set_fact": {
                "one": LATEST,
                "pause": "{{ lookup('ansible.builtin.pipe', 'sleep 0.5') }}",
                "two": LATEST,
            },
        }
        run = harness.run_playbook([task]).must()
    assert run.of("read")["ansible_facts"] == {"one": "1", "pause": "", "two": "second"}


def test_one_template_reads_once_whatever_it_is_made_of(harness: Harness, rack: PracticeRack) -> None:
    """An env that is a variable, used key by key, and calls of its own beside it."""
    deployed(rack)
    task = {
        "name": "read",
        "ansible.builtin.debug": {
            "msg": "{{ env.A }} {{ env['B'] }} {{ query('convox.rack.convox_env', 'A', 'B', app='web') }}"
        },
        "vars": {"env": "{{ lookup('convox.rack.convox_env', app='web') }}"},
    }
    run = harness.run_playbook([task]).must()
    assert run.of("read")["msg"] == "1 2 ['1', '2']"
    assert len(run.requests) == 2, "the app, and its active release"
    assert len(harness.run_playbook([{**task, "loop": [1, 2, 3]}]).must().requests) == 6


# What nobody asked for.


def test_only_the_documented_variables_are_templated(
    harness: Harness, rack: PracticeRack, tmp_path: Path
) -> None:
    deployed(rack)
    ran = tmp_path / "ran"
    # fmt: off
    variables = {
        "convox_motd": "{{ what_nobody_has_defined }}",
        "convox_greeting": "{{ lookup('convox.rack.convox_env', 'A', app='web') }}",
        "convox_ran": "{{ lookup('ansible.builtin.pipe', 'touch " + str(ran) + "') }}",
        "convox_timeout": "{{ 2 * 3 }}",
    }
    # fmt: on
    tasks = [
        {"name": "one", "ansible.builtin.debug": {"msg": "{{ convox_greeting }}"}},
        {"name": "other", "ansible.builtin.debug": {"msg": LATEST}},
    ]
    run = harness.run_playbook(tasks, play={"vars": variables}).must()
    assert (run.of("one")["msg"], run.of("other")["msg"]) == ("1", "1")
    assert not ran.exists()


def test_a_variable_whose_option_the_call_gives_is_not_templated(
    harness: Harness, rack: PracticeRack
) -> None:
    deployed(rack)
    mine = "host=host, password=key, timeout=5"
    variables = {
        "convox_timeout": "{{ what_nobody_has_defined }}",
        # The rack's own address, kept in an env of it.
        "convox_host": "{{ lookup('convox.rack.convox_env', 'A', app='web', " + mine + ") }}",
        "convox_api_key": "{{ what_nobody_has_defined }}",
        "host": "{{ lookup('ansible.builtin.env', 'CONVOX_HOST') }}",
        "key": "{{ lookup('ansible.builtin.env', 'CONVOX_PASSWORD') }}",
    }
    msg = "{{ lookup('convox.rack.convox_env', 'A', 'B', app='web', " + mine + ") }}"
    tasks = [
        {"name": "read", "ansible.builtin.debug": {"msg": msg}},
        {"name": "of use", "ansible.builtin.debug": {"msg": LATEST}, "ignore_errors": True},
    ]
    run = harness.run_playbook(tasks, play={"vars": variables}).must()
    assert run.of("read")["msg"] == "1,2"
    assert run.of("of use")["failed"] and "what_nobody_has_defined" in run.of("of use")["msg"]
