# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules about files and imports, each one a function from a tree to its complaints."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

OURS = "ansible_collections.convox.rack.plugins."
FRONT_ENDS = ("action", "connection", "filter", "inventory", "lookup", "modules")
ON_THE_CONTROLLER = ("action", "connection", "filter", "inventory", "lookup", "plugin_utils")
LINES = 300
# Imports point down this list: a room may use its own files and whatever is below it.
FLOORS = (
    ("front ends", tuple(f"{name}." for name in FRONT_ENDS)),
    ("plugin_utils", ("plugin_utils.",)),
    ("_runner", ("module_utils._runner.",)),
    (
        "_converge, _outcome and _failure",
        ("module_utils._converge.", "module_utils._outcome.", "module_utils._failure."),
    ),
    ("_options", ("module_utils._options.",)),
    ("_modules", ("module_utils._modules.",)),
    ("_info", ("module_utils._info.",)),
    ("_shared and _build_context", ("module_utils._shared.", "module_utils._build_context.")),
    ("_noun", ("module_utils._noun.",)),
    ("resources", ("module_utils._api.resources.",)),
    ("client", ("module_utils._api.client.",)),
    ("_api", ("module_utils._api.",)),
)
LIBRARIES = ("cryptography", "httpcore", "httpx", "pydantic", "pydantic_core", "websockets")
THIRD_PARTY = "plugins/module_utils/_api/third_party.py"
# In two pieces, because the licence check would take them for statements about this file.
COPYRIGHT = "# SPDX-" + "FileCopyrightText: 2026 Convox"
LICENCE = "# SPDX-" + "License-Identifier: "
GPL_LINE = "# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)"


def sources(root: Path, *folders: str) -> Iterator[tuple[str, str]]:
    """Each Python file below these folders of the tree: its path and its text."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def imports(text: str) -> list[str]:
    """The dotted names that a file imports, wherever in it; ``from a import b`` counts as a.b."""
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            names += [f"{start}.{alias.name}" for alias in node.names]
    return names


def _within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def _floor(dotted: str) -> int | None:
    """Which floor a name below plugins/ is on, 0 the highest; None for what is on none, as doc_fragments."""
    for number, (_name, starts) in enumerate(FLOORS):
        if f"{dotted}.".startswith(starts):
            return number
    return None


def _dotted(path: str) -> str:
    return path.removeprefix("plugins/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def upward_imports(root: Path) -> list[str]:
    """Imports inside the collection that do not point down, or out of a front end into another one."""
    wrong = []
    for path, text in sources(root, "plugins"):
        here = _floor(_dotted(path))
        for name in imports(text):
            if name.startswith("."):
                wrong.append(f"{path}: {name} is relative")
            if not name.startswith(OURS):
                continue
            there = _floor(name.removeprefix(OURS))
            if here is None or there is None or there < here or there == 0:
                wrong.append(f"{path}: {name}")
    return wrong


def nouns_of_others(root: Path) -> list[str]:
    """A noun's folder that uses another noun's; what several share belongs to _shared."""
    wrong = []
    for path, text in sources(root, "plugins/module_utils/_modules"):
        own = ".".join(_dotted(path).split(".")[:3])
        for name in imports(text):
            inside = name.removeprefix(OURS)
            if _within(inside, "module_utils._modules") and not _within(inside, own):
                wrong.append(f"{path}: {name}")
    return wrong


def circles(root: Path) -> list[str]:
    """Files that import each other, however many lie between, imports for types alone among them."""
    files = {_dotted(path): path for path, _text in sources(root, "plugins")}
    uses = {
        _dotted(path): {name for each in imports(text) if (name := _file(each, files)) is not None}
        for path, text in sources(root, "plugins")
    }
    known: set[str] = set()
    wrong = []
    for name in sorted(uses):
        circle = {other for other in _reached(uses, name) if name in _reached(uses, other)}
        if circle and name not in known:
            wrong.append(f"{files[name]}: imports itself by way of {', '.join(sorted(circle - {name}))}")
        known |= circle
    return wrong


def _file(name: str, files: Mapping[str, str]) -> str | None:
    """The file that an imported name lies in, None for one that is not ours."""
    inside = name.removeprefix(OURS)
    return next((each for each in (inside, inside.rpartition(".")[0]) if each in files), None)


def _reached(uses: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(uses[start])
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += uses[name]
    return found


def ansible_in_the_client(root: Path) -> list[str]:
    """Ansible in _api, or the controller's part of it anywhere in module_utils and modules."""
    wrong = []
    for path, text in sources(root, "plugins/module_utils", "plugins/modules"):
        for name in imports(text):
            of_ansible = _within(name, "ansible")
            allowed = _within(name, "ansible.module_utils") and "/_api/" not in path
            if of_ansible and not allowed:
                wrong.append(f"{path}: {name}")
    return wrong


def controller_code_elsewhere(root: Path) -> list[str]:
    """plugin_utils in a file that may run on another machine."""
    return [
        f"{path}: {name}"
        for path, text in sources(root, "plugins")
        if path.split("/")[1] not in ON_THE_CONTROLLER
        for name in imports(text)
        if _within(name, f"{OURS}plugin_utils")
    ]


def library_imports(root: Path) -> list[str]:
    """httpx and its like outside the one guarded file, and imports that Ansible's packing would not see."""
    wrong = []
    for path, text in sources(root, "plugins"):
        for name in imports(text):
            library = name.split(".")[0] in LIBRARIES and path != THIRD_PARTY
            # Whether a library is there may be asked; to import it that way, Ansible's packing would not see.
            packed = not path.startswith("plugins/plugin_utils/")
            hidden = packed and _within(name, "importlib") and name != "importlib.util.find_spec"
            if library or hidden:
                wrong.append(f"{path}: {name}")
    return wrong


def lazy_imports(root: Path) -> list[str]:
    """Imports inside functions of the action plugins: every forked worker would pay for them again."""
    wrong = []
    for path, text in sources(root, "plugins/action", "plugins/plugin_utils"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                wrong += [f"{path}: {name}" for name in imports(ast.unparse(node))]
    return wrong


def _documentation_lines(tree: ast.Module) -> int:
    """Lines of the strings that ansible-doc reads, of modules, plugins and fragments."""
    lines = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name.isupper() and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                lines += (node.end_lineno or node.lineno) - node.lineno + 1
    return lines


def long_files(root: Path) -> list[str]:
    """Files of more than 300 lines, documentation apart."""
    wrong = []
    for path, text in sources(root, "plugins", "extensions", "scripts", "tests"):
        lines = len(text.splitlines()) - _documentation_lines(ast.parse(text))
        if lines > LINES:
            wrong.append(f"{path}: {lines} lines")
    return wrong


def filled_inits(root: Path) -> list[str]:
    """__init__.py files with something in them."""
    return [
        path
        for path, text in sources(root, "plugins", "extensions", "scripts", "tests")
        if text and path.endswith("__init__.py")
    ]


def asserts(root: Path) -> list[str]:
    """assert under plugins/, which python -O leaves out."""
    return [
        f"{path}:{node.lineno}"
        for path, text in sources(root, "plugins", "extensions")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assert)
    ]


def licences(root: Path) -> list[str]:
    """Files without the two SPDX lines, with the wrong licence, or modules without the GPL line."""
    wrong = []
    for path, text in sources(root, "plugins", "extensions", "scripts", "tests"):
        if not text:
            continue
        name = "BSD-2-Clause" if path.startswith("plugins/module_utils/") else "GPL-3.0-or-later"
        head = text.splitlines()[:20]
        wanted = [COPYRIGHT, f"{LICENCE}{name}"]
        wanted += [GPL_LINE] if path.startswith("plugins/modules/") else []
        wrong += [f"{path}: {line!r} is missing" for line in wanted if line not in head]
    return wrong
