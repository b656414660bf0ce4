# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what makes up an app, and in what two apps differ. Pure.

A state is a plain dictionary, as results of the ``_info`` modules and files of a backup have it. It holds
secrets; what ``differences`` gives holds names alone.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import manifests

State = dict[str, t.Any]

# What a rack takes where a manifest says nothing.
_FRESH = {"count": 1, "cpu": 250, "memory": 512, "gpu": 0}
SCALE = tuple(_FRESH)
_BUDGET = ("monthly_cap_usd", "alert_threshold_percent", "at_cap_action", "pricing_adjustment")
_BUILD = ("manifest", "git_sha", "description")
# Caches keep nothing that a rack could give.
WITH_DATA = ("postgres", "mysql", "mariadb")
# What the CLI's export has instead of a parameter's value that the rack hides.
HIDDEN = "****"
NOTHING: State = {
    "name": "",
    "locked": None,
    "parameters": {},
    "env": {},
    "configs": {},
    "build": None,
    "services": None,
    "resources": [],
    "budget": None,
}


def state(
    app: t.Mapping[str, t.Any],
    release: t.Mapping[str, t.Any],
    build: t.Mapping[str, t.Any],
    configs: t.Sequence[t.Mapping[str, t.Any]],
) -> State:
    """An app as results of the ``_info`` modules tell of it; empty where there is no app."""
    if not app:
        return {}
    runs = bool(app.get("release"))
    return {
        "name": app["name"],
        "locked": bool(app.get("locked")),
        "parameters": dict(app.get("parameters") or {}),
        "env": dict(release.get("env") or {}),
        "configs": {each["name"]: each["value"] for each in configs if each.get("value") is not None},
        "build": {name: build.get(name) or "" for name in ("id", *_BUILD)} if runs and build else None,
        "services": [_service(each) for each in app.get("services") or []] if runs else [],
        "resources": [
            {"name": each["name"], "type": each["type"], "data": each["type"] in WITH_DATA}
            for each in app.get("resources") or []
        ],
        "budget": _budget(app.get("budget")),
    }


def from_cli(told: t.Mapping[str, t.Any], env: t.Mapping[str, str], files: t.Sequence[str]) -> State:
    """An app as an export of the CLI tells of it: its app.json, its env, and the names of its other files.
    The CLI exports neither scale nor configs nor budget."""
    parameters = {name: value for name, value in (told.get("parameters") or {}).items() if value != HIDDEN}
    names = sorted(name[10:-4] for name in files if re.fullmatch(r"resources/[^/]+\.tgz", name))
    build = dict.fromkeys(("id", *_BUILD), "") if "build.tgz" in files else None
    resources = [{"name": name, "type": "", "data": True} for name in names]
    told_of = {"name": told["name"], "parameters": parameters, "env": dict(env), "build": build}
    return {**NOTHING, **told_of, "resources": resources}


def _service(told: t.Mapping[str, t.Any]) -> State:
    kept = {name: told.get(name) or 0 for name in SCALE}
    by_itself = bool((told.get("autoscale") or {}).get("enabled")) or bool(told.get("agent"))
    return {"name": told["name"], **kept, "gpu_vendor": told.get("gpu_vendor") or "", "by_itself": by_itself}


def _budget(told: t.Mapping[str, t.Any] | None) -> State | None:
    if not told or not told.get("monthly_cap_usd"):
        return None
    return {name: told[name] for name in _BUDGET if told.get(name) is not None}


def differences(there: State, wanted: State, *, unfinished: bool = False) -> list[str]:
    """In what the app ``there`` is another than the one that is wanted, in words with names alone.

    ``unfinished``: what is not there yet is no difference, nor is a scale as a first promote leaves it: so
    looks a copy that was broken off. Otherwise only what the wanted app does not speak of is none.
    """
    if not there:
        return [] if unfinished else ["it is not there"]
    found = [
        *_of_dicts("parameter", there["parameters"], wanted["parameters"], unfinished, extra=True),
        *_of_env(there["env"], wanted["env"], unfinished),
        # A config that is only there stays: a rack deletes none.
        *_of_dicts("config", there["configs"], wanted["configs"], unfinished, extra=unfinished),
        *_of_build(there["build"], wanted["build"], unfinished),
        *_of_scale(there, wanted["services"], unfinished),
        *_of_budget(there["budget"], wanted["budget"], unfinished),
    ]
    locked = wanted["locked"]
    if locked is not None and locked != there["locked"] and not (unfinished and locked):
        found.append("it is locked" if there["locked"] else "it is not locked")
    return found


def _of_dicts(
    word: str, there: dict[str, t.Any], wanted: dict[str, t.Any], unfinished: bool, *, extra: bool
) -> list[str]:
    names = {name for name in there if extra and name not in wanted}
    names |= {name for name in wanted if name in there and there[name] != wanted[name]}
    if not unfinished:
        names |= set(wanted) - set(there)
    return [f"{word} {name}" for name in sorted(names)]


def _of_env(there: dict[str, t.Any], wanted: dict[str, t.Any], unfinished: bool) -> list[str]:
    if unfinished and not there:
        return []
    return _of_dicts("variable", there, wanted, unfinished=False, extra=True)


def _of_build(there: State | None, wanted: State | None, unfinished: bool) -> list[str]:
    if wanted is None:
        return ["build"] if there is not None and unfinished else []
    if there is None:
        return [] if unfinished else ["build"]
    told = [name for name in _BUILD if wanted[name]]
    return ["build"] if any(there[name] != wanted[name] for name in told) else []


def _of_scale(there: State, wanted: list[State] | None, unfinished: bool) -> list[str]:
    if wanted is None:
        return []
    have = {service["name"]: service for service in there["services"]}
    want = {service["name"]: service for service in wanted}
    found = [f"service {name}" for name in sorted(have.keys() - want.keys())]
    if not unfinished:
        found += [f"service {name}" for name in sorted(want.keys() - have.keys())]
    fresh = manifest_scale((there["build"] or {}).get("manifest", "")) if unfinished else {}
    for name in sorted(have.keys() & want.keys()):
        if want[name]["by_itself"]:
            continue
        other = [field for field in SCALE if have[name][field] != want[name][field]]
        if unfinished:
            told = fresh.get(name, {})
            other = [field for field in other if told.get(field) not in (None, have[name][field])]
        found += [f"{field} of service {name}" for field in other]
    return found


def _of_budget(there: State | None, wanted: State | None, unfinished: bool) -> list[str]:
    if there is None or wanted is None:
        return ["budget"] if there != wanted and (there if unfinished else wanted) else []
    return ["budget"] if any(there.get(name) != value for name, value in wanted.items()) else []


def manifest_scale(manifest: str) -> dict[str, State]:
    """What a promote gives the services of a manifest that never ran before; None for what a variable
    decides or what is written in a way of its own."""
    return {name: _fresh(manifests.get(node, "scale")) for name, node in manifests.services(manifest)}


def _fresh(scale: t.Any) -> State:
    """``scale`` is a count, or a mapping with one."""
    count = manifests.get(scale, "count") if manifests.pairs(scale) else scale
    found = {name: _number(manifests.get(scale, name), default) for name, default in _FRESH.items()}
    return {**found, "count": _number(manifests.get(count, "min") or count, 1)}


def _number(node: t.Any, default: int) -> int | None:
    """The number, of a range as 1-3 the least one, of a mapping its count."""
    if node is None:
        return default
    written = manifests.text(manifests.get(node, "count") or node).split("-")[0]
    return int(written) if written.isdecimal() else None
