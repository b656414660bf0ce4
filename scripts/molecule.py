# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios of extensions/molecule, each with a practice rack of its own."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO

from scripts import environments, interpreters, tree
from scripts.environments import USUAL_CORE
from scripts.work import LOGS, Work

SCENARIOS = tree.COLLECTION / "extensions" / "molecule"
# Molecule's own `--workers` would have one rack and one folder for all.
_AT_ONCE = 2
_MOST_SECONDS = 600


def _environment() -> Path:
    files = ["molecule", "development", "libraries", f"core-{USUAL_CORE}"]
    return environments.make("molecule", interpreters.for_core(USUAL_CORE), files)


def _wanted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The scenarios that `-s` names, else all; and the words that are molecule's."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-s", "--scenario-name", action="append")
    named, others = parser.parse_known_args(words)
    everyone = sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))
    return named.scenario_name or everyone, others


def _molecule(here: Path, output: IO[str], *words: str) -> bool:
    """Whether a command of molecule ended well; what it prints goes to the end of output."""
    env = environments.variables(here)
    # A scenario finds the collection by itself, as it does when a user runs it.
    del env["PYTHONPATH"], env["ANSIBLE_COLLECTIONS_PATH"]
    print("$", shlex.join(["molecule", *words]), file=output, flush=True)
    try:
        done = subprocess.run(
            [here / "molecule", *words],
            env=env,
            cwd=tree.COLLECTION,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        print(error, file=output, flush=True)
        return False
    return done.returncode == 0


def _test(here: Path, words: Sequence[str], name: str) -> tuple[bool, str]:
    """Run one scenario: whether it passed, and what was printed."""
    log = LOGS / f"molecule-{name}.log"
    with log.open("w", encoding="utf-8") as output:
        good = _molecule(here, output, "test", "-s", name, *words)
        if not good:
            # Where its cleanup failed, too, molecule has left the rack.
            _molecule(here, output, "destroy", "-s", name)
    return good, log.read_text(encoding="utf-8", errors="replace")


def _unused() -> list[str]:
    """The modules and lookups that no scenario uses."""
    used = "".join(path.read_text(encoding="utf-8") for path in SCENARIOS.glob("*/*.yml"))
    folders = [tree.COLLECTION / "plugins" / kind for kind in ("modules", "lookup")]
    modules, lookups = ([path.stem for path in sorted(folder.glob("convox_*.py"))] for folder in folders)
    return [name for name in modules if f"convox.rack.{name}:\n" not in used] + [
        f"lookup {name}" for name in lookups if f"lookup('convox.rack.{name}'" not in used
    ]


def run(work: Work) -> None:
    """Test the scenarios, two at once; each counts as one test. Words in ARGS are for this part run alone."""
    names, words = _wanted(shlex.split(os.environ.get("ARGS", "")) if work.live else [])
    here = _environment()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for name, (good, output) in zip(names, pool.map(partial(_test, here, words), names), strict=True):
            work.say(output)
            work.verdict(f"scenario {name}", good)
    unused = _unused()
    work.verdict(f"each module and lookup has a scenario {unused or ''}".rstrip(), not unused)
