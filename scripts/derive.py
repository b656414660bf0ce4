# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of the modules and written twice nowhere: `make format` writes it, `make lint` compares.

`python -m scripts.derive [--check]`, in the project's root and with a Python that has PyYAML. Derived are:

* `plugins/action/convox_*.py`, of the names of the modules, and the `__init__.py` of each noun's folder;
* in each module the failure keys of `RETURN`, and all that stands below it;
* the action group in `meta/runtime.yml`;
* the table of `README.md`, of each `short_description`;
* `molecule.yml` of each scenario that has a `converge.yml`;
* the "planned" of `docs/coverage.md`, which goes when what it stands before is there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

OURS = "ansible_collections.convox.rack.plugins"
PAGES = "https://github.com/convox/convox.rack/blob/main/"
LINE_LENGTH = 110
# In two pieces, because the licence check would take them for statements about this file.
HEAD = "# SPDX-" + "FileCopyrightText: 2026 Convox\n# SPDX-" + "License-Identifier: GPL-3.0-or-later\n"
ACTION = '''{head}"""In process: convox.rack.{module}."""

from __future__ import annotations

{noun_import}
from {ours}.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = {noun}
'''
TAIL = """
from {ours}.module_utils import _runner
{noun_import}


def main() -> None:
    _runner.run_module({noun})


if __name__ == "__main__":
    main()
"""
# name: description, type, sample
FAILURE_KEYS = {
    "error": ("Class of the error.", "str", "ConvoxNotFoundError"),
    "status": ("HTTP status of the rack's answer, null where none came.", "int", "404"),
    "request_id": ("Id of the request in the rack's log, null where no answer came.", "str", "5d1f2c3a9b8e"),
    "unsettled": ("Whether something was sent and may have been done, for no answer told.", "bool", "false"),
}
KEY = "{}:\n  description: {}\n  returned: failure\n  type: {}\n  sample: {}\n"
SCENARIO = f"{HEAD}---\n# Everything is in ../config.yml.\n"
_GROUP = re.compile(r"(?<=^action_groups:\n  rack:\n)(?:    - \w+\n)*", re.MULTILINE)
_TABLE = re.compile(r"(?<=<!-- modules, by make format -->\n).*?(?=<!-- end of modules -->\n)", re.DOTALL)
_ROW = re.compile(r"^(\| `[^`\n]+` \| )(.+?)( \|.*\|)$", re.MULTILINE)
# What stands in a cell of the coverage page between two `; `.
PART = re.compile(
    r"(?P<planned>planned: )?(?P<what>(?P<kind>[a-z ]+)?(?: ?`(?P<name>\w+)`)?)"
    r"(?:: (?P<options>`[^`]+`(?:, `[^`]+`)*))?"
)
# Where things of a kind lie; a module is named without its kind.
FOLDERS = {
    "": "plugins/modules",
    "lookup": "plugins/lookup",
    "role": "roles",
    "playbook": "playbooks",
    "connection plugin": "plugins/connection",
}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _assigned(text: str, name: str) -> ast.Assign:
    """Where a module assigns a name. Raises ValueError where it does not."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return node
    raise ValueError(f"no {name} in {text[:300]}")


def documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION of a module or plugin. Raises ValueError where it has none."""
    read: dict[str, Any] = yaml.safe_load(ast.literal_eval(_assigned(_text(path), "DOCUMENTATION").value))
    return read


def _filled(template: str, module: str) -> str:
    name = module.removeprefix("convox_")
    noun = "".join(part.capitalize() for part in name.split("_")) + "Noun"
    start = f"from {OURS}.module_utils._modules.{name}.noun import "
    # Broken as ruff breaks it.
    whole = start + noun if len(start + noun) <= LINE_LENGTH else f"{start}(\n    {noun},\n)"
    return template.format(head=HEAD, module=module, noun=noun, noun_import=whole, ours=OURS)


def _module(text: str, module: str) -> str:
    """A module's text with its derived parts: the failure keys, and what stands below RETURN."""
    node = _assigned(text, "RETURN")
    lines = text.splitlines(keepends=True)
    start, end = node.lineno, (node.end_lineno or node.lineno) - 1
    keys = _with_failure_keys("".join(lines[start:end]))
    return "".join(lines[:start]) + keys + lines[end] + _filled(TAIL, module)


def _with_failure_keys(text: str) -> str:
    """RETURN with the failure keys where the first of them stood, else at the end. A key of such a name that
    is returned at other times, too, is the module's own."""
    blocks = [(block.partition(":")[0], block) for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE)]
    derived = [name in FAILURE_KEYS and "\n  returned: failure\n" in block for name, block in blocks]
    own = {name: block for (name, block), ours in zip(blocks, derived, strict=True) if not ours}
    keys = [KEY.format(name, *words) for name, words in FAILURE_KEYS.items() if name not in own]
    at = derived.index(True) if any(derived) else len(own)
    return "".join([*list(own.values())[:at], *keys, *list(own.values())[at:]])


def _table(root: Path) -> str:
    rows = ["| name | what it is for |", "|---|---|"]
    for folder, kind in (("plugins/modules", ""), ("plugins/lookup", " (lookup)")):
        for path in sorted((root / folder).glob("convox_*.py")):
            words = documentation(path)["short_description"]
            rows.append(f"| [{path.stem}]({PAGES}{folder}/{path.name}){kind} | {words} |")
    return "".join(f"{row}\n" for row in rows)


def _cell(root: Path, text: str) -> str:
    return "; ".join(_part(root, part) for part in text.split("; "))


def _part(root: Path, text: str) -> str:
    """A part of a cell of the coverage page, not planned where it is there; in two where half of it is."""
    found = PART.fullmatch(text)
    folder = FOLDERS.get((found["kind"] or "").strip()) if found and found["planned"] else None
    if not found or folder is None:
        return text
    path = next((path for path in (root / folder).glob("[!_]*") if found["name"] in (path.stem, None)), None)
    if path is None or not found["options"]:
        return text if path is None else found["what"]
    known = documentation(path)["options"]
    options = {option: _has(known, option.strip("`")) for option in found["options"].split(", ")}
    there, missing = (", ".join(name for name in options if options[name] is has) for has in (True, False))
    return "; ".join(
        f"{word}{found['what']}: {names}" for word, names in (("", there), ("planned: ", missing)) if names
    )


def _has(known: dict[str, Any], option: str) -> bool:
    name, colon, value = option.partition(": ")
    spec = known.get(name)
    if spec is None or not colon:
        return spec is not None
    return value in spec.get("choices", ("true", "false") if spec.get("type") == "bool" else ())


def _replaced(pattern: re.Pattern[str], made: str, text: str) -> str:
    """Raises ValueError where the text has no place for it."""
    replaced, count = pattern.subn(lambda _found: made, text)
    if count != 1:
        raise ValueError(f"{count} places for what is derived, not 1: {pattern.pattern}")
    return replaced


def wanted(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file that is derived, whole or in part, and its text; None for one that has no business there."""
    modules = {path.stem: path for path in sorted((root / "plugins" / "modules").glob("convox_*.py"))}
    action = root / "plugins" / "action"
    yield from ((path, None) for path in action.glob("convox_*.py") if path.stem not in modules)
    for name, path in modules.items():
        yield action / path.name, _filled(ACTION, name)
        yield path, _module(_text(path), name)
    nouns = (root / "plugins" / "module_utils" / "_modules").glob("*/noun.py")
    yield from ((path.with_name("__init__.py"), "") for path in nouns)
    scenarios = (root / "extensions" / "molecule").glob("*/converge.yml")
    yield from ((path.with_name("molecule.yml"), SCENARIO) for path in scenarios)
    path = root / "meta" / "runtime.yml"
    yield path, _replaced(_GROUP, "".join(f"    - {name}\n" for name in modules), _text(path))
    path = root / "README.md"
    yield path, _replaced(_TABLE, _table(root), _text(path))
    path = root / "docs" / "coverage.md"
    yield path, _ROW.sub(lambda row: row[1] + _cell(root, row[2]) + row[3], _text(path))


def differences(root: Path) -> dict[Path, str | None]:
    """The files of ``wanted`` that are not so."""
    return {
        path: text
        for path, text in wanted(root)
        if path.is_file() != (text is not None) or _text(path) != (text or "")
    }


def main(words: list[str]) -> int:
    """Bring all of it up to date; with ``--check`` name what is not, and answer 1."""
    root = Path.cwd()
    for path, text in differences(root).items():
        if words == ["--check"]:
            print(f"{path.relative_to(root)}: make format would write something else")
        elif text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return int(bool(differences(root)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
