# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Chromium that the docsite is looked at in."""

from __future__ import annotations

import os
import shutil

from scripts import environments
from scripts.work import Skipped, Work

# The names under which it is found, also on the runners of GitHub.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def _here() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _may_install() -> bool:
    """Whether this is a machine of a CI that nobody minds a package on; never a developer's own."""
    return bool(os.environ.get("CI")) and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(work: Work) -> None:
    """Raises Skipped, with where to read why, if apt-get fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Without a font the text has no width that could be too wide.
    wanted = ("--yes", "--no-install-recommends", "chromium", "fonts-liberation")
    with environments.alone("apt"):
        for words in (("update", "-qq"), ("install", "-qq", *wanted)):
            if work.run(["apt-get", *words], env):
                raise Skipped(f"no Chromium: apt-get {words[0]} failed, see {work.log}")


def path(work: Work) -> str:
    """The browser's path; in a CI of Debian's kind it is installed where there is none.

    Raises Skipped where there is none in the end.
    """
    if _here() is None and _may_install():
        _install(work)
    found = _here()
    if found is None:
        raise Skipped("no Chromium is here; look at the pages in a browser, also in a narrow window")
    return found
