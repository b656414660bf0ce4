# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_registry_info: passwords where they are asked for."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.registry_info.noun import RegistryInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done


def read(**given: object) -> Task:
    rack = MemoryRack()
    for server in ("b.example.com", "a.example.com/org"):
        rack.state.registries[server] = {"server": server, "username": "u", "password": "canary"}
    return done(RegistryInfoNoun, rack, **given)


def test_without_passwords() -> None:
    task = read()
    assert task.result == {
        "registries": [
            {"server": "a.example.com/org", "username": "u"},
            {"server": "b.example.com", "username": "u"},
        ]
    }
    assert (task.changed, task.sent) == (False, [])


def test_one_with_its_password() -> None:
    found = read(server="b.example.com", reveal=True).result["registries"]
    assert found == [{"server": "b.example.com", "username": "u", "password": "canary"}]


def test_one_that_is_not_there() -> None:
    assert read(server="c.example.com").result == {"registries": []}
