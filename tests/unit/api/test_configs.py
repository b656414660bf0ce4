# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configs: how a value goes in."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api.resources import configs
from tests.unit.api.script import a_client


def test_a_config_goes_in_as_base64() -> None:
    path = "/apps/web/configs/cli-env-mask"
    client, script, _pauses = a_client(
        {f"PUT {path}": [b"ok"], f"GET {path}": [{"name": "x", "value": "A,B"}]}
    )
    configs.set_value(client, "web", "cli-env-mask", "A,B")
    assert script.requests[0]["form"] == {"value": "QSxC"}
    assert configs.find(client, "web", "cli-env-mask") == configs.Config(name="x", value="A,B")
