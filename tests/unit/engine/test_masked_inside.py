# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``invocation`` shows of options with many values, and of options inside an option."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._outcome import masked_options
from ansible_collections.convox.rack.plugins.module_utils._shared import secret_names


def test_of_many_values_those_are_hidden_whose_names_say_so() -> None:
    given = {"node_type": "t3", "API_TOKEN": "canary", "syslog": "tcp://me:canary@h", "key": None}
    spec = {"parameters": {"type": "dict"}}
    shown = masked_options({"parameters": given}, (), spec, ("parameters",))["parameters"]
    assert shown == {"node_type": "t3", "API_TOKEN": HIDDEN, "syslog": f"tcp://{HIDDEN}@h", "key": None}
    unread = masked_options({"parameters": "token=canary"}, (), spec, ("parameters",))
    assert unread == {"parameters": HIDDEN}


INNER = {"id": {"type": "int"}, "token": {"type": "str", "no_log": True}}
SPEC: dict[str, dict[str, Any]] = {
    "list": {"type": "list", "elements": "dict", "options": INNER},
    "one": {"type": "dict", "options": INNER},
}


def test_options_inside_an_option_have_the_same_rules() -> None:
    bad = {"id": "canary", "token": "canary", "tokn": "canary"}
    hidden = dict.fromkeys(bad, HIDDEN)
    given = {"list": [{"id": 1, "token": None}, bad], "one": bad}
    assert masked_options(given, (), SPEC) == {"list": [{"id": 1, "token": None}, hidden], "one": hidden}


@pytest.mark.parametrize("value", ["token=canary", ["canary"], [["canary"]], 5, "canary"])
def test_what_is_none_is_hidden(value: Any) -> None:
    assert "canary" not in str(masked_options({"list": value, "one": value}, (), SPEC))


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("node_type", False),
        ("docker_hub_password", True),
        ("ApiKey", True),
        ("TOKEN", True),
        ("Secret1", True),
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert secret_names.is_secret(name) is secret
    assert secret_names.shown(name, "value") == (HIDDEN if secret else "value")
    assert secret_names.shown(name, "") == ""
    assert secret_names.secrets_of({name: 5, "token": None}) == ({name: "5"} if secret else {})


def test_a_login_is_no_part_of_an_address() -> None:
    shown = secret_names.masked({"syslog": "tcp+tls://me:canary@h:1/x", "a": "b@c"})
    assert shown == {"a": "b@c", "syslog": f"tcp+tls://{HIDDEN}@h:1/x"}
    assert secret_names.secrets_of(None) == secret_names.secrets_of("token=x") == {}
