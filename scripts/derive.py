# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of the modules and written twice nowhere: `make format` writes it, `make lint` compares.

`python -m scripts.derive [--check]`, in the project's root and with a Python that has PyYAML. Derived are:

* `plugins/action/convox_*.py`, of the names of the modules and of what their nouns import in functions, and
  the `__init__.py` of each noun's folder;
* in each module the failure keys of `RETURN`, and all that stands below it;
* the action group in `meta/runtime.yml`;
* the rows in the tables of `README.md`, of each `short_description`;
* `molecule.yml` of each scenario that has a `converge.yml`;
* the "planned" of `docs/coverage.md`, which goes when what it stands before is there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

OURS = "ansible_collections.convox.rack.plugins"
PAGES = "https://github.com/convox/convox.rack/blob/main/"
LINE_LENGTH = 110
# In two pieces, because the licence check would take them for statements about this file.
HEAD = "# SPDX-" + "FileCopyrightText: 2026 Convox\n# SPDX-" + "License-Identifier: GPL-3.0-or-later\n"
TEMPLATES = Path(__file__).with_name("templates")
# name: description, type, sample
FAILURE_KEYS = {
    "error": ("Class of the error.", "str", "ConvoxNotFoundError"),
    "status": ("HTTP status of the rack's answer, null where none came.", "int", "404"),
    "request_id": ("Id of the request in the rack's log, null where no answer came.", "str", "5d1f2c3a9b8e"),
    "unsettled": ("Whether something was sent and no answer came, so it may be done.", "bool", "false"),
}
KEY = "{}:\n  description: {}\n  returned: failure\n  type: {}\n  sample: {}\n"
SCENARIO = f"{HEAD}---\n# Everything is in ../config.yml.\n"
_IMPORT = re.compile(rf"^( *)from {re.escape(OURS)}\.(\S+) import (?:\(([^)]*)\)|(.+))$", re.MULTILINE)
_DOCUMENTATION = re.compile(r'^DOCUMENTATION = r"""\n(.*?)^"""$', re.DOTALL | re.MULTILINE)
# What RETURN says, and all that stands below it.
_RETURN = re.compile(r'(?<=^RETURN = r"""\n)(.*?)^""".*', re.DOTALL | re.MULTILINE)
_FAILURE_KEY = re.compile(
    rf"^({'|'.join(FAILURE_KEYS)}):\n(  .*\n)*?  returned: failure\n(  .*\n)*", re.MULTILINE
)
_GROUP = re.compile(r"(?<=^action_groups:\n  rack:\n)(?:    - \w+\n)*", re.MULTILINE)
# A table of README.md: which plugins it names, and its rows. The table of "others" has all that none names.
_TABLE = re.compile(r"(<!-- modules: (.+?) -->\n).*?(?=<!-- end of modules -->\n)", re.DOTALL)
# A part of a cell of the coverage page: what has the options, if it names any, and their names.
_PLANNED = re.compile(r"(?<=[|;] )planned: ((?:[a-z ]*`\w+`: )?)([^|;]+?)(?=; | \|)")
# Where things of a kind lie; a module is named without its kind.
FOLDERS = {"": "plugins/modules", "lookup": "plugins/lookup", "role": "roles", "playbook": "playbooks"}
FOLDERS |= {f"{kind} plugin": f"plugins/{kind}" for kind in ("inventory", "connection")}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION of a module or plugin. Raises ValueError where it has none."""
    found = _DOCUMENTATION.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"no DOCUMENTATION in {path}")
    read: dict[str, Any] = yaml.safe_load(found[1])
    return read


def _reached(plugins: Path, name: str, late: bool, found: set[str]) -> set[str]:
    """What a file imports in the end, by names below plugins/; ``late``: also where an import is indented."""
    path = plugins.joinpath(*name.split(".")).with_suffix(".py")
    if name not in found and path.is_file():
        found.add(name)
        for indent, package, many, one in _IMPORT.findall(path.read_text(encoding="utf-8")):
            if late or not indent:
                _reached(plugins, package, late, found)
                for each in re.findall(r"\w+", many or one):
                    _reached(plugins, f"{package}.{each}", late, found)
    return found


def _late(plugins: Path, noun: str) -> str:
    """The line of an action plugin with what has to be loaded beside it, empty where nothing has."""
    loaded = _reached(plugins, noun, False, _reached(plugins, "plugin_utils.in_process", False, set()))
    _reached(plugins, "plugin_utils.preload", False, loaded)
    names = sorted(_reached(plugins, noun, True, set()) - loaded)
    if len(names) < 2:
        return "".join(f'    LATE = ("{name}",)\n' for name in names)
    return "".join(["    LATE = (\n", *(f'        "{name}",\n' for name in names), "    )\n"])


def _filled(template: str, module: str, plugins: Path) -> str:
    """``action``: an action plugin; ``module_tail``: what stands below a module's documentation."""
    name = module.removeprefix("convox_")
    noun = "".join(part.capitalize() for part in name.split("_")) + "Noun"
    start = f"from {OURS}.module_utils._modules.{name}.noun import "
    # Broken as ruff breaks it.
    whole = start + noun if len(start + noun) <= LINE_LENGTH else f"{start}(\n    {noun},\n)"
    late = _late(plugins, f"module_utils._modules.{name}.noun") if template == "action" else ""
    text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
    return text.format(head=HEAD, module=module, noun=noun, noun_import=whole, ours=OURS, late=late)


def _returned(found: re.Match[str], module: str, plugins: Path) -> str:
    """RETURN with the failure keys at its end, and what stands below it. A key of such a name that is
    returned at other times is the module's own."""
    own = _FAILURE_KEY.sub("", found[1])
    missing = [name for name in FAILURE_KEYS if not re.search(f"^{name}:", own, re.MULTILINE)]
    return (
        own
        + "".join(KEY.format(name, *FAILURE_KEYS[name]) for name in missing)
        + _filled("module_tail", module, plugins)
    )


def _rows(root: Path) -> Iterator[tuple[str, str]]:
    """Each plugin as a table of README.md names it (`app`, `env lookup`), and its row."""
    for kind in ("modules", "lookup", "inventory", "connection"):
        for path in sorted((root / "plugins" / kind).glob("convox*.py")):
            more, words = f" {kind}".removesuffix(" modules"), documentation(path)["short_description"]
            link = f"[{path.stem}]({PAGES}plugins/{kind}/{path.name})"
            yield path.stem.removeprefix("convox_") + more, f"| {link}{more and f' ({more[1:]})'} | {words} |"


def _tables(root: Path) -> tuple[Path, str]:
    """README.md with the rows of its tables. Raises ValueError for a name that no plugin has."""
    text, rows = (root / "README.md").read_text(encoding="utf-8"), dict(_rows(root))
    named = {name for found in _TABLE.finditer(text) for name in re.split(r",\s+", found[2])}
    if named - set(rows) != {"others"}:
        raise ValueError(f"README.md: no plugins, or no table of others: {sorted(named - set(rows))}")

    def table(found: re.Match[str]) -> str:
        names = re.split(r",\s+", found[2])
        names += [name for name in rows if name not in named] if "others" in names else []
        lines = ["| name | what it is for |", "|---|---|", *(rows[name] for name in names if name in rows)]
        return found[1] + "".join(f"{line}\n" for line in lines)

    return root / "README.md", _TABLE.sub(table, text)


def _there(root: Path) -> Iterator[str]:
    """What there is, as the coverage page names it: kinds, things, their options, and the values of these."""
    for kind, folder in FOLDERS.items():
        for path in (root / folder).glob("[!_]*"):
            what = f"{kind} `{path.stem}`".lstrip()
            yield from (kind, what)
            options = documentation(path).get("options", {}) if path.suffix == ".py" else {}
            for name, spec in options.items():
                values = spec.get("choices") or ("true", "false") * (spec.get("type") == "bool")
                yield from (f"{what}: `{each}`" for each in (name, *(f"{name}: {value}" for value in values)))


def _part(planned: re.Match[str], there: set[str]) -> str:
    """A planned part of a cell: not planned where it is there; in two where some of its options are."""
    what, names = planned[1], planned[2].split(", ")
    arrived, missing = ([name for name in names if (what + name in there) is has] for has in (True, False))
    return "; ".join(
        f"{word}{what}{', '.join(group)}" for word, group in (("", arrived), ("planned: ", missing)) if group
    )


def _with(path: Path, pattern: re.Pattern[str], made: Callable[[re.Match[str]], str]) -> tuple[Path, str]:
    """A file and its text with what is derived. Raises ValueError where it has no place for it."""
    text, count = pattern.subn(made, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path}: {count} places for what is derived, not 1: {pattern.pattern}")
    return path, text


def wanted(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file that is derived, whole or in part, and its text; None for one that has no business there."""
    plugins, there = root / "plugins", set(_there(root))
    modules = {path.stem: path for path in sorted((plugins / "modules").glob("convox_*.py"))}
    yield from ((path, None) for path in (plugins / "action").glob("convox_*.py") if path.stem not in modules)
    for name, path in modules.items():
        yield plugins / "action" / path.name, _filled("action", name, plugins)
        yield _with(path, _RETURN, partial(_returned, module=name, plugins=plugins))
    nouns = (plugins / "module_utils" / "_modules").glob("*/noun.py")
    yield from ((path.with_name("__init__.py"), "") for path in nouns)
    scenarios = (root / "extensions" / "molecule").glob("*/converge.yml")
    yield from ((path.with_name("molecule.yml"), SCENARIO) for path in scenarios)
    group = "".join(f"    - {name}\n" for name in modules)
    yield _with(root / "meta" / "runtime.yml", _GROUP, lambda _found: group)
    yield _tables(root)
    coverage = root / "docs" / "coverage.md"
    yield coverage, _PLANNED.sub(lambda found: _part(found, there), coverage.read_text(encoding="utf-8"))


def main(words: list[str]) -> int:
    """Bring all of it up to date; with ``--check`` name what is not, and answer 1."""
    root, check = Path.cwd(), words == ["--check"]
    differing = {path: text for path, text in wanted(root) if text != _text(path)}
    for path, text in differing.items():
        if check:
            print(f"{path.relative_to(root)}: make format would write something else")
        elif text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
