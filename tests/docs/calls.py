# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which routes of a rack the client's resources ask for, read from their source.

A function there names a route's parts in ``route(…)`` and sends a method to it. One that only gives the path
is looked up where it is used.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.blocks import ROOT

_OURS = ROOT / "plugins" / "module_utils"
_RESOURCES = _OURS / "_api" / "resources"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"})
_BY_CALL = {"get": "GET", "download": "GET", "save": "GET", "stream_text": "SOCKET", "open_socket": "SOCKET"}
# What stands for a part that is not fixed.
_ANY = "_"


def called(route: str) -> bool:
    """Whether some function sends this method to this path, written `GET /apps/{name}`."""
    method, _space, path = route.partition(" ")
    plain = re.sub(r"\{[^}]+\}", _ANY, path)
    return any(method in methods and re.fullmatch(pattern, plain) for methods, pattern in _calls())


@functools.cache
def _calls() -> tuple[tuple[frozenset[str], str], ...]:
    return tuple(found for file in sorted(_RESOURCES.glob("*.py")) for found in _calls_in(file))


def _calls_in(file: Path) -> Iterator[tuple[frozenset[str], str]]:
    tree = ast.parse(file.read_text("utf-8"))
    for function in _functions(tree):
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "route":
                yield _methods(function) or _methods_of_users(function.name), _pattern(call, tree)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _methods(function: ast.FunctionDef) -> frozenset[str]:
    """The methods that a function sends."""
    found = {
        str(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and node.value in _METHODS
    }
    return frozenset(found | {_BY_CALL[name] for name in _called_names(function) if name in _BY_CALL})


def _called_names(function: ast.FunctionDef) -> set[str]:
    """``get`` of ``client.get(…)``."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {func.attr for func in calls if isinstance(func, ast.Attribute)}


@functools.cache
def _methods_of_users(name: str) -> frozenset[str]:
    """The methods of all functions that call one of this name."""
    files = [file for folder in ("_modules", "_shared") for file in (_OURS / folder).rglob("*.py")]
    functions = (each for file in files for each in _functions(ast.parse(file.read_text("utf-8"))))
    return frozenset().union(*(_methods(each) for each in functions if name in _called_names(each)))


def _pattern(call: ast.Call, tree: ast.AST) -> str:
    """The path of a ``route(…)``."""
    parts = [f"/{_part(part, tree)}" for part in call.args]
    return "".join(parts) + f"/{_ANY}" * any(keyword.arg == "tail" for keyword in call.keywords)


def _part(part: ast.expr, tree: ast.AST) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value))
    if isinstance(part, ast.JoinedStr):
        return "".join(_part(piece, tree) for piece in part.values)
    if isinstance(part, ast.Starred):
        # The texts that the file hands to it, side by side.
        return f"(?:{'|'.join(sorted(_tuples(tree)))})"
    return _ANY


def _tuples(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and node.elts:
            texts = [each.value for each in node.elts if isinstance(each, ast.Constant)]
            if len(texts) == len(node.elts) and all(isinstance(each, str) for each in texts):
                yield "/".join(re.escape(str(each)) for each in texts)
