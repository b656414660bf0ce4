# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the variables of the role app as a YAML file, out of what a rack says of an app.

No secret stands in it in clear text: a value of the env is a lookup of the rack, or encrypted like
``ansible-vault encrypt_string`` does it, and then texts of configs are, too.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

import yaml
from ansible.errors import AnsibleError

from ansible_collections.convox.rack.plugins.plugin_utils import core

# What this collection's own roles keep there; a copy of the app must not have it.
OWN_CONFIGS = "ansible-"
_THRESHOLDS = {"cpu": "cpu", "memory": "mem", "gpu": "gpu", "queue": "queue"}
_CAP = ("monthly_cap_usd", "alert_threshold_percent", "at_cap_action", "pricing_adjustment")
_TEMPLATES = ("{{", "{%", "{#")


class Secret(str):
    """A text that is encrypted in the file."""


class Lookup(str):
    """A template of ours, which Ansible is to evaluate."""


Encrypt = t.Callable[[str], str]
Decrypt = t.Callable[[str], str]


def variables(
    app: Mapping[str, t.Any],
    names: t.Iterable[str],
    env: Mapping[str, str] | None,
    configs: Mapping[str, str] | None,
) -> dict[str, t.Any]:
    """The role's variables. ``env`` and ``configs`` hold the values that are to be encrypted; without them
    the env is read from the rack by lookups, and no config is written."""
    found: dict[str, t.Any] = {"app_name": app["name"], "app_locked": app["locked"]}
    if app["parameters"]:
        found["app_parameters"] = dict(sorted(app["parameters"].items()))
    found["app_env"] = {
        name: _lookup(name, app) if env is None else Secret(env[name]) for name in sorted(names)
    }
    kept = {name: Secret(text) for name, text in (configs or {}).items() if not name.startswith(OWN_CONFIGS)}
    if kept:
        found["app_configs"] = kept
    budget = {name: (app.get("budget") or {}).get(name) for name in _CAP}
    if budget["monthly_cap_usd"] is not None:
        found["app_budget"] = {name: _number(value) for name, value in budget.items() if value is not None}
    services = [_service(each) for each in app["services"] if not each.get("agent")]
    if services:
        found["app_services"] = services
    return found


def _lookup(name: str, app: Mapping[str, t.Any]) -> Lookup:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    which = "" if app["release"] else ", release='latest'"
    words = f"lookup('convox.rack.convox_env', '{quoted}', app='{app['name']}'{which})"
    return Lookup("{{ " + words + " }}")


def _number(value: t.Any) -> t.Any:
    return int(value) if isinstance(value, float) and value == int(value) else value


def _service(service: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A service's scale. How many processes an autoscaler runs is its own business."""
    found: dict[str, t.Any] = {"name": service["name"]}
    autoscale = service.get("autoscale") or {}
    if autoscale.get("enabled"):
        found |= {name: service[name] for name in ("min", "max") if service.get(name) is not None}
        if service.get("triggers_override_active"):
            given = {name: autoscale.get(f"{field}_threshold") for name, field in _THRESHOLDS.items()}
            found["triggers"] = {name: value for name, value in given.items() if value is not None}
    else:
        found["count"] = service["count"]
    found |= {name: service[name] for name in ("cpu", "memory", "gpu", "gpu_vendor") if service.get(name)}
    if service.get("scale_override_active"):
        found["scale_override"] = True
    return found


class _Dumper(yaml.SafeDumper):
    """Writes secrets as ``!vault``, and what looks like a template and is none as ``!unsafe``."""

    encrypt: Encrypt | None = None

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    unsafe = any(mark in value for mark in _TEMPLATES)
    return dumper.represent_scalar(
        "!unsafe" if unsafe else "tag:yaml.org,2002:str", value, '"' if unsafe else None
    )


def _secret(dumper: _Dumper, value: Secret) -> yaml.ScalarNode:
    if dumper.encrypt is None:
        raise ValueError("no password")
    return dumper.represent_scalar("!vault", dumper.encrypt(str(value)), "|")


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Secret, _secret)
_Dumper.add_representer(
    Lookup, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), '"')
)


def written(wanted: Mapping[str, t.Any], head: str, encrypt: Encrypt | None) -> str:
    """The text of the file."""
    dumper = type("Dumper", (_Dumper,), {"encrypt": staticmethod(encrypt) if encrypt else None})
    body = yaml.dump(dict(wanted), Dumper=dumper, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{head}{body}"


def same(text: str, wanted: Mapping[str, t.Any], decrypt: Decrypt | None) -> bool:
    """Whether a file's text says the same, however it is written."""

    class Loader(yaml.SafeLoader):
        """Reads what the dumper writes."""

    def secret(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> t.Any:
        return decrypt(node.value) if decrypt else None

    Loader.add_constructor("!vault", secret)
    Loader.add_constructor("!unsafe", lambda loader, node: node.value)
    try:
        return bool(yaml.load(text, Loader=Loader) == dict(wanted))
    except (yaml.YAMLError, AnsibleError, ValueError):
        return False


def vault(password_file: str) -> tuple[Encrypt, Decrypt]:
    """How to encrypt and decrypt with the password in a file, or a script prints. Raises AnsibleError."""
    found = core.Vault(None, password_file)
    return found.encrypt, lambda text: found.decrypt(text.encode())
