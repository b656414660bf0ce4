# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/coverage.md, read: its rows, and what the middle column of each one names.

The middle column is made of parts with `; ` between them:

* `` `convox_app`: `locked`, `state: absent` ``: a module, options, an option with one of its choices;
  `` lookup `convox_env`: … ``, `` all modules: … ``, and `` class `ConvoxError` `` likewise.
* `` planned: … ``: what a part could name otherwise, and a role, playbook or plugin; not there yet. When it
  comes, `make format` takes the word away.
* `` planned in `convox_build` ``: an option of a module that has no name yet.
* ``no: REASON``.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import convox
import yaml

from ansible_collections.convox.rack.plugins.lookup import convox_env as lookup
from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Noun
from scripts.derive import FOLDERS
from tests.docs.blocks import ROOT

PAGE = ROOT / "docs" / "coverage.md"
COMMANDS = ROOT / "tests" / "docs" / "cli_commands.txt"
ROUTES = ROOT / "tests" / "docs" / "routes.txt"
_ROW = re.compile(r"\| `([^`]+)` \| (.+?) \|.*\|")
_PART = re.compile(
    r"(?P<planned>planned: )?(?P<kind>[a-z ]+)?(?: ?`(?P<name>\w+)`)?"
    r"(?:: (?P<options>`[^`]+`(?:, `[^`]+`)*))?"
)


def rows(title: str) -> dict[str, str]:
    """The tables below a title of the page: first column to middle column. Raises ValueError for a name
    that stands there twice."""
    found: dict[str, str] = {}
    _before, _title, text = PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    for line in text.partition("\n## ")[0].splitlines():
        row = _ROW.fullmatch(line)
        if row and row[1] in found:
            raise ValueError(f"{row[1]} stands there twice")
        if row:
            found[row[1]] = row[2]
    return found


def commands() -> set[str]:
    """The commands of the CLI."""
    lines = COMMANDS.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def routes() -> set[str]:
    """The routes of a rack, as the page writes them: `GET /apps`."""
    lines = ROUTES.read_text(encoding="utf-8").splitlines()
    return {line.rpartition(" ")[0] for line in lines if line and not line.startswith("#")}


def sdk() -> Iterator[str]:
    """Everything public of the SDK, as the page writes it: calls with the names of their parameters."""
    client = convox.ConvoxClient("host", "key")
    yield _call(convox.ConvoxClient, "ConvoxClient")
    yield from _calls(client, "")
    for name, resource in vars(client).items():
        if not name.startswith("_"):
            yield from _calls(resource, f"{name}.")
    client.close()
    yield _call(convox.RetryConfig, "RetryConfig")
    known = {field.name for field in fields(convox.RetryConfig)}
    for name in dir(convox.RetryConfig):
        if not name.startswith("_") and name not in known:
            yield f"RetryConfig.{name}"
    for name in convox.__all__:
        if inspect.isclass(getattr(convox, name)) and issubclass(getattr(convox, name), Exception):
            yield name


def _calls(of: object, prefix: str) -> Iterator[str]:
    for name, call in inspect.getmembers(of, callable):
        if not name.startswith("_"):
            yield _call(call, prefix + name)


def _call(call: Any, name: str) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(call).parameters.values()
    return f"{name}({', '.join(stars.get(each.kind, '') + each.name for each in parameters)})"


@dataclass(frozen=True)
class Part:
    """One part of the middle column; ``options`` are written `name` or `name: value`."""

    text: str
    planned: bool
    kind: str
    name: str
    options: tuple[str, ...]

    def problem(self) -> str | None:
        """What is wrong with it: it names something that does not exist, or plans what exists."""
        there = [f"{self.name} {option}".strip() for option in self.options if self._has(option)]
        missing = [option for option in self.options if not self._has(option)]
        if self.planned:
            if self.options:
                return f"planned, but there: {there}" if there else None
            return f"planned, but there: {self.name or self.kind}" if self._exists() else None
        if not self._exists():
            return f"not there: {self.name or self.kind}"
        return f"{self.name or self.kind} has no {missing}" if missing else None

    def _exists(self) -> bool:
        if self.kind in FOLDERS:
            there = (ROOT / FOLDERS[self.kind]).glob("[!_]*")
            return any(self.name in ("", path.stem) for path in there)
        return self.kind == "all modules" or hasattr(errors, self.name)

    def _has(self, option: str) -> bool:
        name, colon, value = option.partition(": ")
        spec = self._spec().get(name) if self._exists() else None
        if spec is None or not colon:
            return spec is not None
        return value in spec.get("choices", ("true", "false") if spec["type"] == "bool" else ())

    def _spec(self) -> dict[str, Any]:
        if self.kind == "all modules":
            return _options.RACK_ARGUMENTS
        if self.kind == "lookup":
            options: dict[str, Any] = yaml.safe_load(lookup.DOCUMENTATION)["options"]
            return options
        return _options.argument_spec(_noun(self.name))


def _noun(name: str) -> type[Noun[Any, Any]]:
    plugin = importlib.import_module(f"ansible_collections.convox.rack.plugins.action.{name}")
    found: type[Noun[Any, Any]] = plugin.ActionModule.NOUN
    return found


def parts(cell: str) -> Iterator[Part]:
    """The parts of a middle column. Raises ValueError for one that is not understood."""
    for text in cell.split("; "):
        if re.fullmatch(r"no: \w.+", text):
            continue
        within = re.fullmatch(r"planned in `(\w+)`", text)
        found = None if within else _PART.fullmatch(text)
        if within:
            yield Part(text, False, "", within[1], ())
        elif found and (found["name"] or found["kind"]):
            options = tuple(re.findall("`([^`]+)`", found["options"] or ""))
            kind = (found["kind"] or "").strip()
            if kind not in ("class", "all modules", *FOLDERS):
                raise ValueError(f"nobody knows what this is: {text}")
            yield Part(text, bool(found["planned"]), kind, found["name"] or "", options)
        else:
            raise ValueError(f"nobody understands: {text}")
