# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of a module as data, and whether a result of a real run is what it says.

A documented key is there exactly where its ``returned`` says so, has its type, and is null only where its
description speaks of null. Below ``contains`` the same holds; a key without it whose description says
``RV(other)`` has that one's.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.docs.blocks import ROOT
from tests.integration.harness import Result

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("convox_*.py"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "dict": dict,
    "list": list,
    "float": (int, float),
}
# What Ansible itself has in a result.
_ANSIBLES = {"changed", "failed", "skipped", "msg", "diff", "invocation", "warnings", "deprecations"}
_ANSIBLES |= {"exception"}
_OPTION = re.compile(r"when O\((\w+)=(\w+)\)")
_HELD = re.compile(r"when O\((\w+)\) holds V\((\w+)\)")
_SAME = re.compile(r"RV\((?:convox\.rack\.(?P<module>\w+)#module:)?(?P<key>\w+)\)")
Key = dict[str, Any]


def documentation(name: str, part: str, kind: str = "modules") -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a plugin."""
    module = importlib.import_module(f"ansible_collections.convox.rack.plugins.{kind}.{name}")
    return yaml.safe_load(getattr(module, part))


def contained(module: str, key: Key) -> dict[str, Key]:
    """The keys that a documented key contains; none where it may hold anything."""
    same = _SAME.search(key["description"])
    if "contains" in key or not same:
        found: dict[str, Key] = key.get("contains", {})
        return found
    other = same["module"] or module
    return contained(other, documentation(other, "RETURN")[same["key"]])


def _rollout(result: dict[str, Any]) -> bool:
    took_too_long = result.get("error") == "ConvoxWaitError" and " to run; last seen: " in result["msg"]
    return took_too_long or result.get("error") == "ConvoxRolloutError"


_WHEN: dict[str, Callable[[dict[str, Any]], bool]] = {
    "success": lambda result: not result["failed"],
    "failure": lambda result: bool(result["failed"]),
    "when a rollout failed or took too long": _rollout,
    "when a command was begun": lambda result: "stdout" in result,
    "when its exit code can be known": lambda result: "stdout" in result and not _is_left_alone(result),
    "when the build failed": lambda result: " ended as failed: " in result.get("msg", ""),
    "when the answer is JSON": lambda result: not result["failed"] and "json" in result,
    "when the answer is not JSON": lambda result: not result["failed"] and "content" in result,
    "when a file was written": lambda result: not result["failed"] and "dest" in result,
    "when O(env_guard) refuses to build": lambda result: "lacks variables" in result.get("msg", ""),
}


def _is_left_alone(result: dict[str, Any]) -> bool:
    given = result["invocation"]["module_args"]
    return bool(given["detach"]) and not given["wait"]


def returned(key: Key, result: dict[str, Any]) -> bool:
    """Whether a result has to have a key. Raises KeyError for words that nobody knows."""
    return any(_when(words, result) for words in key["returned"].split(", or "))


def _when(words: str, result: dict[str, Any]) -> bool:
    if " or O(" in words:
        first, _or, others = words.partition(" or ")
        return _when(first, result) or _when(f"when {others}", result)
    option = _OPTION.fullmatch(words)
    held = _HELD.fullmatch(words)
    if held:
        return not result["failed"] and held[2] in result["invocation"]["module_args"][held[1]]
    if not option:
        return _WHEN[words](result)
    given = result["invocation"]["module_args"][option[1]]
    return not result["failed"] and str(given).lower() == option[2]


@dataclass
class Page:
    """The RETURN of a module, held to results. ``seen``: paths of the keys that were there with a value."""

    module: str
    seen: set[str] = field(default_factory=set)

    def keys(self) -> dict[str, Key]:
        found: dict[str, Key] = documentation(self.module, "RETURN")
        return found

    def paths(self) -> Iterator[str]:
        """Every documented key, those below ``contains`` behind a dot."""
        yield from self._paths(self.keys(), "")

    def _paths(self, keys: dict[str, Key], above: str) -> Iterator[str]:
        for name, key in keys.items():
            yield above + name
            yield from self._paths(contained(self.module, key), f"{above}{name}.")

    def differences(self, result: Result) -> list[str]:
        """Where a result is not what is documented, in words."""
        found = {
            name: value
            for name, value in result.result.items()
            if name not in _ANSIBLES and not name.startswith("_ansible")
        }
        problems = self._compare(self.keys(), found, "", result.result)
        return [f"{result.task}: {problem}" for problem in problems]

    def _compare(
        self, keys: dict[str, Key], found: dict[str, Any], above: str, whole: dict[str, Any]
    ) -> Iterator[str]:
        for name in sorted(found.keys() - keys.keys()):
            yield f"{above}{name} is not documented"
        for name, key in keys.items():
            wanted = returned({"returned": "success, or failure", **key}, whole)
            if wanted != (name in found):
                yield f"{above}{name} is {'missing' if wanted else 'there'}"
            elif wanted:
                yield from self._check(key, found[name], above + name, whole)

    def _check(self, key: Key, value: Any, path: str, whole: dict[str, Any]) -> Iterator[str]:
        if value is None:
            if not _may_be_null(key):
                yield f"{path} is null"
            return
        self.seen.add(path)
        yield from wrong_type(key, value, path)
        below = contained(self.module, key)
        for item in value if isinstance(value, list) else [value]:
            if below and isinstance(item, dict):
                yield from self._compare(below, item, f"{path}.", whole)


def _may_be_null(key: Key) -> bool:
    return "null" in key["description"].lower()


def wrong_type(key: Key, value: Any, path: str) -> Iterator[str]:
    """What is wrong with a value's type, and with those of a list's elements."""
    if not _is(value, key["type"]):
        yield f"{path} is {type(value).__name__}, not {key['type']}"
    elif isinstance(value, list) and key["type"] != "raw":
        wrong = [item for item in value if not _is(item, key["elements"])]
        if wrong:
            yield f"{path} holds {type(wrong[0]).__name__}, not {key['elements']}"


def _is(value: Any, name: str) -> bool:
    if name == "raw":
        return True
    return isinstance(value, TYPES[name]) and (name == "bool" or not isinstance(value, bool))


def samples(module: str, keys: dict[str, Key], above: str = "") -> Iterator[str]:
    """What is wrong with the samples, in words: none, another type, keys that are not documented."""
    for name, key in keys.items():
        path, below = above + name, contained(module, key)
        if "contains" in key:
            yield from samples(module, below, f"{path}.")
        elif "sample" not in key:
            yield f"{path} has no sample"
        elif key["sample"] is None:
            if not _may_be_null(key):
                yield f"the sample of {path} is null"
        else:
            yield from wrong_type(key, key["sample"], f"the sample of {path}")
            items = key["sample"] if isinstance(key["sample"], list) else [key["sample"]]
            for item in items:
                strange = sorted(set(item) - set(below)) if below and isinstance(item, dict) else []
                if strange:
                    yield f"the sample of {path} has {strange}"
