# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What git says of a folder: the description and the commit of a build, as the CLI takes them.

Private to the collection. Calls the program ``git``, read only. No git, no repository, a repository of
somebody else (safe.directory), a call that hangs: all of that is no answer, never an error.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

_SECONDS = 10.0

# Inside a git hook these name the hook's repository, not the folder's.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True)
class Commit:
    """``description`` (`build SHORTSHA SUBJECT`) only where no tracked file is changed; ``sha`` the full
    commit. Each "" where git does not say."""

    description: str = ""
    sha: str = ""


def commit_of(folder: str) -> Commit:
    """Ask git about ``folder``."""
    sha = _git(folder, "rev-parse", "HEAD")
    if not sha:
        return Commit()
    # Against HEAD, so that a change that is staged counts too.
    if _git(folder, "diff", "--quiet", "--no-ext-diff", "HEAD") is None:
        return Commit(sha=sha)
    subject = _git(folder, "log", "-n", "1", "--pretty=%h %s", "--abbrev=10")
    return Commit(description=f"build {subject}" if subject else "", sha=sha)


def _git(folder: str, *arguments: str) -> str | None:
    """What git prints, trimmed; None where it fails."""
    environ = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    # Settings of the repository that would start programs of its choice are turned off.
    safely = ("-c", "core.fsmonitor=false", "-c", "core.pager=cat", "-c", "log.showSignature=false")
    try:
        # run_command is a method of AnsibleModule, and in Ansible's own process there is none.
        done = subprocess.run(  # pylint: disable=ansible-bad-function
            ["git", *safely, "-C", folder, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
