# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python SDK ``convox`` reads what our modules wrote on the rack itself, and they read what it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convox import ConvoxClient

from tests.integration.harness import Harness

V2 = {"generation": "2", "version": "20190111211123", "update_seconds": 0.2, "instance_seconds": 0.1}
SOLVER = {"dns_zones": ["a.test"], "route53": {"role": "arn", "region": "eu-west-1"}}


def test_the_rack_and_its_instances(make_rack: Any, tmp_path: Path) -> None:
    rack = make_rack(**V2)
    run = Harness(rack, tmp_path).run_playbook(
        [
            {"name": "rack", "convox.rack.convox_rack": {"count": 4, "parameters": {"BuildMem": 2048}}},
            {"name": "zones", "convox.rack.convox_rack": {"letsencrypt": {"solvers": [SOLVER]}}},
            {"name": "gone", "convox.rack.convox_instance": {"id": "node-2", "state": "absent"}},
            {"name": "info", "convox.rack.convox_rack_info": {"include": ["parameters", "capacity"]}},
            {"name": "instances", "convox.rack.convox_instance_info": {}},
        ]
    )
    run.must()
    with ConvoxClient(rack.url, rack.password) as sdk:
        system = sdk.system.get()
        assert (system.count, system.status, system.parameters["BuildMem"]) == (4, "running", "2048")
        assert run.of("info")["rack"]["parameters"] == system.parameters
        assert run.of("info")["rack"]["capacity"]["cluster_cpu"] == sdk.system.capacity().cluster_cpu
        (solver,) = sdk.system.letsencrypt_config_get().solvers
        assert (solver.dns_zones, solver.route53.role) == (["a.test"], "arn")
        there = [instance.id for instance in sdk.instances.list()]
        assert there == ["node-1", "node-3"] == run.of("gone")["instances"]
        assert [each["id"] for each in run.of("instances")["instances"]] == there
