# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``machine``: tasks of a play, and the lookup, on a cloud machine of a console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.harness import Harness, Way

READ = "{{ lookup('convox.rack.convox_env', 'A', app='shop', release='latest') }}"


def test_an_app_of_a_machine(make_rack: Any, tmp_path: Path, way: Way) -> None:
    rack = make_rack(console="acme/production", machines="acme/box,acme/other")
    tasks = [
        {"name": "app", "convox.rack.convox_app": {"name": "shop"}},
        {"name": "env", "convox.rack.convox_env": {"app": "shop", "variables": {"A": "1"}}},
        {"name": "again", "convox.rack.convox_env": {"app": "shop", "variables": {"A": "1"}}},
        {"name": "read", "ansible.builtin.debug": {"msg": READ}},
        {
            "name": "none",
            "convox.rack.convox_app": {"name": "shop", "machine": "acme/third"},
            "ignore_errors": True,
        },
    ]
    play = {
        "module_defaults": {"group/convox.rack.rack": {"machine": "acme/box"}},
        "vars": {"convox_machine": "box"},
    }
    run = Harness(rack, tmp_path).run_playbook(tasks, way=way, play=play).must()
    assert [run.of(name)["changed"] for name in ("app", "env", "again")] == [True, True, False]
    assert run.of("read")["msg"] == "1"
    assert run.of("none")["error"] == "ConvoxOptionError"
    assert "There are: acme/box, acme/other" in run.of("none")["msg"]
    asked = {record.path for record in run.requests if record.path != "/machines"}
    assert all(path.startswith("/machines/m-1/apps") for path in asked)
    assert list(rack.state.machines["m-1"].apps) == ["shop"]
    assert list(rack.state.apps) == []
