# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.rulebook``, which is ``make events``: the rulebooks in the real ansible-rulebook."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

from scripts import environments, tree


def main() -> None:
    """Become pytest, beside an environment that has ansible-rulebook."""
    if shutil.which("java") is None:
        sys.exit("make: ansible-rulebook needs Java 17 (Debian: apt install openjdk-17-jre-headless)")
    tree.copy()
    # Its websockets is older than ours.
    rulebook = environments.make("rulebook", ["rulebook"], pins="constraints-rulebook")
    here = environments.development()
    os.chdir(tree.COLLECTION)
    words = ["python", "-m", "pytest", "-q", "tests/rulebook", *shlex.split(os.environ.get("ARGS") or "")]
    os.execve(here / "python", words, environments.variables(here, CONVOX_TEST_RULEBOOK=str(rulebook)))


if __name__ == "__main__":
    try:
        main()
    except environments.Unavailable as problem:
        sys.exit(f"make: {problem}")
