# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a noun imports in functions, found in the text of the files: its action plugin imports it at once.

As a module each file is packed and compiled for every task, so a noun imports late what most of its tasks do
without. In process that would cost each forked worker the import again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OURS = "ansible_collections.convox.rack.plugins"
LINE_LENGTH = 110


def _imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{OURS}."):
            package = (node.module or "").removeprefix(f"{OURS}.")
            yield from (each for alias in node.names for each in (package, f"{package}.{alias.name}"))


def _at_once(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a file is imported: no functions, and nothing that only type checkers read."""
    for child in ast.iter_child_nodes(node):
        for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _at_once(child)


@cache
def _imports(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The names below plugins/ that a file imports at once, and all of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_imported(_at_once(tree))), frozenset(_imported(ast.walk(tree)))


def _reached(plugins: Path, start: list[str], *, late: bool) -> set[str]:
    """The files that are imported in the end, by their names below plugins/."""
    found: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        path = plugins.joinpath(*name.split(".")).with_suffix(".py")
        if name not in found and path.is_file():
            found.add(name)
            todo += _imports(path)[late]
    return found


def imported_late(plugins: Path, noun: str) -> list[str]:
    """The files that a task of a noun may import and that are not loaded with it, each by its name below
    plugins/. What one of them loads is not named again."""
    start = [noun, "plugin_utils.in_process"]
    loaded = _reached(plugins, start, late=False)
    named: list[str] = []
    # The files that load most come first: those of nouns, then what several share, then the client's.
    for name in sorted(_reached(plugins, [noun], late=True) - loaded, key=_height):
        if name not in loaded:
            named.append(name)
            loaded |= _reached(plugins, [name], late=False)
    return sorted(named)


def _height(name: str) -> tuple[int, str]:
    rooms = (
        "module_utils._modules.",
        "module_utils._shared.",
        "module_utils._build_context.",
        "module_utils.",
    )
    return next(number for number, room in enumerate(rooms) if name.startswith(room)), name


def statements(names: list[str], noun_import: str) -> str:
    """The import statements of these files and of the noun, sorted and broken as ruff does."""
    packages: dict[str, list[str]] = {}
    for name in names:
        package, _dot, last = name.rpartition(".")
        packages.setdefault(package, []).append(last)
    made = [
        (f"{OURS}.{package}", _statement(f"{OURS}.{package}", found)) for package, found in packages.items()
    ]
    made.append((noun_import.split()[1], noun_import))
    return "\n".join(text for _package, text in sorted(made))


def _statement(package: str, names: list[str]) -> str:
    whole = f"from {package} import {', '.join(names)}"
    if len(whole) <= LINE_LENGTH:
        return whole
    return f"from {package} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def attribute(names: list[str]) -> str:
    """The line that keeps them, empty where there are none. Raises ValueError for two of one name."""
    last = [name.rpartition(".")[2] for name in names]
    if len({*last}) < len(last):
        raise ValueError(f"two files of one name are imported late: {', '.join(names)}")
    if not last:
        return ""
    whole = f"    LATE = ({', '.join(last)}{',' * (len(last) == 1)})\n"
    if len(whole.rstrip()) <= LINE_LENGTH:
        return whole
    return "    LATE = (\n" + "".join(f"        {name},\n" for name in last) + "    )\n"
