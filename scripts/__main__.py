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

from scripts import changelog, environments, interpreters, parts, release, runner, tree
from scripts.environments import BUILD, ROOT, USUAL_CORE


def _given(name: str) -> str:
    """A variable of the Makefile; "" where it is not set."""
    return os.environ.get(name) or ""


def _python(*words: str, **more: str) -> NoReturn:
    """Become a program of the project, in the development environment: signals of the terminal reach it."""
    cores = interpreters.possible()
    usual = USUAL_CORE if USUAL_CORE in cores else cores[-1]
    here = environments.development(_given("CORE") or usual)
    os.chdir(tree.COLLECTION)
    arguments = ["python", "-m", *words, *shlex.split(_given("ARGS"))]
    os.execve(here / "python", arguments, environments.variables(here, **more))


def _rack() -> NoReturn:
    if not _given("PASSWORD"):
        sys.exit("make: say PASSWORD=... (the practice rack's password)")
    _python("tests.practice_rack", "--port", _given("PORT"), "--password", _given("PASSWORD"))


def _demo() -> NoReturn:
    print("Getting what the demo needs (a minute, the first time) ...", flush=True)
    color = ["--color"] if sys.stdout.isatty() and not _given("NO_COLOR") else []
    _python("tests.demo", str(BUILD / "demo"), *color)


def _picture() -> NoReturn:
    """Draw docs/images anew from a run of the demo."""
    _python("tests.demo.picture", str(BUILD / "demo"), str(ROOT / "docs" / "images"))


def _bench() -> NoReturn:
    ansible = environments.user(_given("CORE") or USUAL_CORE)
    _python("tests.bench", CONVOX_TEST_ANSIBLE=str(ansible))


def _format() -> int:
    ruff = str(environments.tools("lint") / "ruff")
    derive = [str(environments.tools("lint") / "python"), "-m", "scripts.derive"]
    commands = derive, [ruff, "check", "--fix", "."], [ruff, "format", "."]
    return max([subprocess.run(words, cwd=ROOT, check=False).returncode for words in commands])


def main(name: str) -> int:
    """Do what one target of the Makefile says; answers the exit status."""
    tree.copy()
    environments.forget_old()
    others: dict[str, Callable[[], int]] = {
        "tree": lambda: 0,
        "demo": _demo,
        "picture": _picture,
        "rack": _rack,
        "format": _format,
        "changelog": changelog.run,
        "fragment": lambda: changelog.check_fragment(_given("BASE")),
        "release": lambda: release.run(_given("VERSION")),
        "matrix": lambda: runner.run(parts.matrix(_given("CORE")), jobs=1),
        "bench": _bench,
    }
    if name in others:
        return others[name]()
    return runner.run(parts.wanted(name, _given("CORE")), int(_given("JOBS") or 2))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (changelog.Refused, environments.InstallFailed, interpreters.NoPython) as problem:
        sys.exit(f"make: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
