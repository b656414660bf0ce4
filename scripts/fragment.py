# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make fragment BASE=origin/main`: a change that users meet has a fragment. For CI of pull requests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from pathlib import Path

from scripts.environments import ROOT

# What users meet; tests, tools and guides need no entry in the changelog.
MET = ("plugins/", "roles/", "playbooks/", "meta/", "extensions/eda/", "requirements.txt")
FRAGMENTS = "changelogs/fragments/"
# Where a release puts its fragments.
CHANGELOG = "changelogs/changelog.yaml"


class NoBase(Exception):
    """What to compare with is not known."""


def without_fragment(changes: Collection[tuple[str, str]]) -> list[str]:
    """Paths that need a fragment where there is none; changes are git's (status letter, path)."""
    met = sorted(path for _status, path in changes if path.startswith(MET))
    told = any(
        path == CHANGELOG or (path.startswith(FRAGMENTS) and status != "D") for status, path in changes
    )
    return [] if told else met


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise NoBase(os.fsdecode(done.stderr).strip())
    return os.fsdecode(done.stdout)


def changes(base: str, root: Path = ROOT) -> list[tuple[str, str]]:
    """What differs between the commit where this branch left ``base`` and the files here, as git says it.

    Raises NoBase where git does not know the base, or has no history in common with it.
    """
    start = _git(root, "merge-base", base, "HEAD").strip()
    words = _git(root, "diff", "--name-status", "--no-renames", "-z", start).split("\0")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return [*zip(words[:-1:2], words[1::2], strict=True), *(("A", path) for path in new if path)]


def run(base: str, root: Path = ROOT) -> int:
    """Say which files need a fragment; answers the exit status."""
    if not base:
        print("make: say BASE=... (the branch that the change is for, as origin/main)")
        return 2
    try:
        found = changes(base, root)
    except NoBase as problem:
        print(f"make: cannot compare with {base}: {problem}")
        return 2
    missing = without_fragment(found)
    if not missing:
        print(f"{len(found)} files changed since {base}; the changelog knows what it has to")
        return 0
    print(f"No fragment in {FRAGMENTS} tells of:\n  " + "\n  ".join(missing))
    print("What users do not notice gets one, too, in the section 'trivial'.")
    return 1
