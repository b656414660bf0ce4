# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options that every module has, and what is checked of them for all."""

from __future__ import annotations

import os
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Noun

NounClass = type[Noun[t.Any, t.Any]]

# The options of every module: doc fragment convox.rack.rack. Those with an environment variable have no
# default here, or nobody could tell whether the task named them.
RACK_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "host": {"type": "str"},
    "api_key": {"type": "str", "no_log": True, "aliases": ["password", "deploy_key"]},
    "username": {"type": "str"},
    "rack": {"type": "str"},
    "cli_config": {"type": "path"},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "use_proxy": {"type": "bool", "default": True},
    "proxy": {"type": "str"},
    "actor": {"type": "str"},
    "machine": {"type": "str"},
    "timeout": {"type": "float", "default": 30.0},
    "max_retries": {"type": "int", "default": 3},
    "backoff_base": {"type": "float", "default": 1.0},
    "backoff_max": {"type": "float", "default": 30.0},
    "retry_on_500": {"type": "bool", "default": False},
}


def argument_spec(noun: NounClass) -> dict[str, dict[str, t.Any]]:
    """The whole argument spec of a noun's module. An option of the noun takes the place of the rack's of that
    name or alias: a registry has a username and a password of its own."""
    own = noun.ARGUMENTS
    rack = {name: dict(spec) for name, spec in RACK_ARGUMENTS.items()}
    for spec in rack.values():
        if "aliases" in spec:
            spec["aliases"] = [alias for alias in spec["aliases"] if alias not in own]
    return {**rack, **own}


def of_the_rack(noun: NounClass, options: dict[str, t.Any]) -> dict[str, t.Any]:
    """Those options that say which rack, and how it is talked to."""
    return {name: value for name, value in options.items() if name not in noun.ARGUMENTS}


def with_whole_paths(noun: NounClass, options: dict[str, t.Any], folder: str) -> dict[str, t.Any]:
    """The options with each path below ``folder``."""
    paths = [name for name, spec in argument_spec(noun).items() if spec.get("type") == "path"]
    whole = {name: os.path.join(folder, options[name]) for name in paths if options.get(name)}
    for name in noun.local_paths(options):
        if options.get(name):
            # As core does with options of type path.
            whole[name] = os.path.join(folder, os.path.expanduser(os.path.expandvars(options[name])))
    return {**options, **whole}


def _check_app(options: dict[str, t.Any]) -> None:
    # These would lead to another route of the rack.
    if options.get("app") in ("", ".", ".."):
        raise errors.ConvoxOptionError("app", "is no app's name", "give the name of an app")


def _check_waits(options: dict[str, t.Any]) -> None:
    for name in ("timeout", "wait_timeout", "poll_interval"):
        value = options.get(name)
        if value is not None and not value > 0:
            raise errors.ConvoxOptionError(name, "is not above 0", "give it in seconds")


def check(options: dict[str, t.Any]) -> None:
    """Raises ConvoxOptionError for what no module takes: an app without a name, a time of nothing."""
    _check_app(options)
    _check_waits(options)
