# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each error says what to do about it: with a way out, with a hint, or on a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Their third argument is the way out.
WITH_WAY_OUT = ("ConvoxOptionError", "ConvoxCredentialsError")
ERROR = re.compile(r"Convox\w+Error")
# Errors whose words come from elsewhere, by the file that puts them together; and those that say all in
# their words, by a part of them: "" for one whose words are a variable.
BUILT_ELSEWHERE = {
    "_api/_http/exchange.py",
    "_api/_http/failures.py",
    "_api/_http/responses.py",
    "_modules/rack_info/parts.py",
}
PLAIN = {
    "the answer to the upgrade is no websocket's",
    "the connection was not upgraded to a websocket",
    "the stream did not end within",
    "the stream was cut before its end",
    "the stream cannot be read as a websocket's",
    "the stream ended without an exit code: nobody knows how the command ended",
    "the rack's list of releases does not show one that we made",
    "the rack does not show the active release",
    " runs instead",
    "the rollout failed, ",
}


def words(node: ast.expr) -> str:
    """What a text says, as far as it stands there."""
    return "".join(
        str(each.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Each error that is made, and the file below module_utils/ that makes it."""
    folder = ROOT / "plugins" / "module_utils"
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and ERROR.fullmatch(name):
                yield path.relative_to(folder).as_posix(), node


def headings() -> list[list[str]]:
    """The messages of the page of troubles, each as the parts around its dots."""
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    return [line.removeprefix("### ").split("...") for line in text.splitlines() if line.startswith("### ")]


def test_each_error_says_what_to_do() -> None:
    known, silent, plain = headings(), [], set()
    for path, call in raised():
        name = ast.unparse(call.func).rpartition(".")[2]
        given = {each.arg for each in call.keywords}
        if name in WITH_WAY_OUT or {"hint", None} & given or path in BUILT_ELSEWHERE:
            continue
        said = " ".join(words(each) for each in call.args)
        found = {each for each in PLAIN if each in said}
        plain |= found
        if not found and not any(all(part.strip() in said for part in parts) for parts in known):
            silent.append(f"{path}:{call.lineno}: {said}")
    assert silent == []
    assert plain == PLAIN
