# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process, a task refuses the same options in the same words as AnsibleModule does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release_info.noun import ReleaseInfoNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import no_progress
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process

NAME = "convox.rack.convox_x"

# Options that are refused, for each noun.
REFUSED: list[tuple[Any, dict[str, Any]]] = [
    (AppNoun, {}),
    (AppNoun, {"name": "web", "colour": "red", "size": 1}),
    (AppNoun, {"name": "web", "state": "gone"}),
    (AppNoun, {"name": "web", "locked": "perhaps"}),
    (AppNoun, {"name": "web", "parameters": "no dictionary"}),
    (AppNoun, {"name": "web", "parameters": [1]}),
    (AppNoun, {"name": "web", "wait_timeout": "long"}),
    (AppNoun, {"name": "web", "timeout": {}}),
    (AppNoun, {"state": "present", "colour": "red"}),
    (EnvNoun, {"app": "web"}),
    (EnvNoun, {"variables": {}}),
    (EnvNoun, {"app": "web", "variables": {"A": "canary"}, "release": "R", "promote_pending": True}),
    (EnvNoun, {"app": "web", "variables": {"A": "canary"}, "unset": {"a": 1}}),
    (EnvNoun, {"app": "web", "variables": ["canary"]}),
    (ReleaseNoun, {"state": "rolled_back"}),
    (ReleaseNoun, {"app": "web", "state": "gone"}),
    (ReleaseNoun, {"app": "web", "state": "created", "build": "B", "build_from": "R"}),
    (ReleaseNoun, {"app": "web", "release": "R", "on_failure": "cry"}),
    (ReleaseNoun, {"app": "web", "release": "R", "min": "half"}),
    (ReleaseInfoNoun, {"app": "web", "limit": "all"}),
    (ServiceNoun, {"app": "web", "name": "web", "gpu_vendor": "nvidia"}),
    (ServiceNoun, {"app": "web", "count": 1.5}),
]

# Values that nobody meant to show, in places where Ansible shows them.
HIDDEN_VALUES: list[tuple[Any, dict[str, Any]]] = [
    (EnvNoun, {"app": "web", "varables": {"A": "canary"}}),
    (EnvNoun, {"app": "web", "varables": "canary"}),
    (EnvNoun, {"app": "web", "variables": {}, "timeout": "canary"}),
    (EnvNoun, {"app": "web", "variables": {}, "wait_timeout": "canary"}),
    (EnvNoun, {"app": "web", "variables": {}, "purge": "canary"}),
    (EnvNoun, {"app": "web", "variables": {"A=canary": "x"}, "timeout": {}}),
    (EnvNoun, {"app": "web", "unset": ["A=canary"], "timeout": {}}),
    (EnvNoun, {"app": "web", "unset": ["A"], "host": "https://u:can@nary/canary@h.test", "timeout": {}}),
    (AppNoun, {"name": "web", "parameters": "canary", "wait": True}),
    (AppNoun, {"name": "web", "parameters": ["canary"]}),
]


class Refused(Exception):
    """What fail_json said."""


class Module(_runner._Module):
    """The module's class, which raises instead of printing and leaving."""

    def _load_params(self) -> None:
        self.params = json.loads(self.given)
        self._set_internal_properties()

    def fail_json(self, msg: str, **kwargs: Any) -> Any:
        raise Refused(self._words(msg), self._with_invocation(kwargs))


def by_module(noun: Any, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What AnsibleModule says."""
    given = {**arguments, "_ansible_module_name": NAME}
    kind = type("Given", (Module,), {"given": json.dumps(given)})
    with pytest.raises(Refused) as caught:
        kind(noun)
    words, answer = caught.value.args
    return words, answer["invocation"]["module_args"]


def in_process(noun: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    front = _runner.FrontEnd(
        check_mode=False, diff=False, environ={}, progress=no_progress, warn=lambda text: None
    )
    return run_in_process(noun, NAME, dict(arguments), front, invocation=True)


@pytest.fixture(autouse=True)
def fresh_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """AnsibleModule reads its arguments once a process and keeps them."""
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", None)


@pytest.mark.parametrize(("noun", "arguments"), REFUSED)
def test_the_same_words(noun: Any, arguments: dict[str, Any]) -> None:
    words, _shown = by_module(noun, arguments)
    answer = in_process(noun, arguments)
    assert answer["failed"] is True
    assert answer["msg"] == words
    assert "canary" not in str(answer["invocation"])


@pytest.mark.parametrize(("noun", "arguments"), REFUSED)
def test_the_same_invocation(noun: Any, arguments: dict[str, Any]) -> None:
    _words, shown = by_module(noun, arguments)
    assert in_process(noun, arguments)["invocation"]["module_args"] == shown


@pytest.mark.parametrize(("noun", "arguments"), HIDDEN_VALUES)
def test_no_value_shows_that_nobody_meant_to_show(noun: Any, arguments: dict[str, Any]) -> None:
    words, shown = by_module(noun, arguments)
    answer = in_process(noun, arguments)
    assert (answer["msg"], answer["invocation"]["module_args"]) == (words, shown)
    assert "canary" not in json.dumps([words, shown])
