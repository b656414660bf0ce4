# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Makefile calls: `python3 -m scripts NAME`."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

from scripts import environments, parts, release, runner, tree
from scripts.environments import BUILD, ROOT, USUAL_CORE


def _given(name: str) -> str:
    """A variable of the Makefile; "" where it is not set."""
    return os.environ.get(name) or ""


def _python(*words: str, **more: str) -> NoReturn:
    """Become a program of the project, in the development environment: signals of the terminal reach it."""
    cores = environments.possible()
    usual = USUAL_CORE if USUAL_CORE in cores else cores[-1]
    here = environments.development(_given("CORE") or usual)
    os.chdir(tree.COLLECTION)
    arguments = ["python", "-m", *words, *shlex.split(_given("ARGS"))]
    os.execve(here / "python", arguments, environments.variables(here, **more))


def _demo() -> NoReturn:
    print("Getting what the demo needs (a minute, the first time) ...", flush=True)
    color = ["--color"] if sys.stdout.isatty() and not _given("NO_COLOR") else []
    _python("tests.demo", str(BUILD / "demo"), *color)


def _rack() -> NoReturn:
    if not _given("PASSWORD"):
        sys.exit("make: say PASSWORD=... (the practice rack's password)")
    _python("tests.practice_rack", "--port", _given("PORT"), "--password", _given("PASSWORD"))


def _format() -> int:
    ruff = str(environments.tools("lint") / "ruff")
    derive = [str(environments.tools("lint") / "python"), "-m", "scripts.derive"]
    commands = derive, [ruff, "check", "--fix", "."], [ruff, "format", "."]
    return max([subprocess.run(words, cwd=ROOT, check=False).returncode for words in commands])


def main(name: str) -> int:
    """Do what one target of the Makefile says; answers the exit status."""
    core = _given("CORE")
    usual = core or USUAL_CORE
    tree.copy()
    environments.forget_old()
    others: dict[str, Callable[[], int]] = {
        "tree": lambda: 0,
        "demo": _demo,
        # docs/images, anew from a run of the demo.
        "picture": lambda: _python("tests.demo.picture", str(BUILD / "demo"), str(ROOT / "docs/images")),
        "rack": _rack,
        "bench": lambda: _python("tests.bench", CONVOX_TEST_ANSIBLE=str(environments.user(usual))),
        "format": _format,
        "changelog": release.make_entry,
        "fragment": lambda: release.check_fragment(_given("BASE")),
        "release": lambda: release.run(_given("VERSION")),
        "matrix": lambda: runner.run(parts.matrix(core), jobs=1),
    }
    if name in others:
        return others[name]()
    return runner.run(parts.wanted(name, core), int(_given("JOBS") or 2))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (release.Refused, environments.Unavailable) as problem:
        sys.exit(f"make: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
