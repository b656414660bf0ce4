# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios of extensions/molecule, each with a practice rack of its own.

pytest runs two at once: molecule's own ``--workers`` would have one rack and one folder for all.
``CONVOX_TEST_MOLECULE`` has words for molecule: ``-s NAME`` names a scenario, others go to ``molecule test``.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "extensions" / "molecule"
MOST_SECONDS = 600

_parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
_parser.add_argument("-s", "--scenario-name", action="append")
_named, WORDS = _parser.parse_known_args(shlex.split(os.environ.get("CONVOX_TEST_MOLECULE", "")))
NAMES = _named.scenario_name or sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def molecule(*words: str) -> int:
    """Run molecule to its end; answers its exit status."""
    # A scenario finds the collection by itself, as it does when a user runs it.
    foreign = ("ANSIBLE_", "CONVOX_", "PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    command = [Path(sys.executable).with_name("molecule"), *words]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, timeout=MOST_SECONDS, check=False
    )
    return done.returncode


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_passes(name: str) -> None:
    status = -1
    try:
        status = molecule("test", "-s", name, *WORDS)
    finally:
        if status:
            # Where its cleanup failed, too, molecule has left the rack.
            molecule("destroy", "-s", name)
    assert status == 0


@pytest.mark.parametrize(
    ("kind", "usage"),
    [("modules", "convox.rack.{}:\n"), ("lookup", "lookup('convox.rack.{}'")],
)
def test_each_module_and_lookup_is_in_a_scenario(kind: str, usage: str) -> None:
    used = "".join(path.read_text("utf-8") for path in SCENARIOS.glob("*/*.yml"))
    names = sorted(path.stem for path in (ROOT / "plugins" / kind).glob("convox_*.py"))
    assert names and [name for name in names if usage.format(name) not in used] == []
