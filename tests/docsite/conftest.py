# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docsite that `make docs` has made, and a Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# The names under which it is found, also on the runners of GitHub.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the site."""
    return Path(os.environ["CONVOX_TEST_SITE"])


def _found() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _install() -> None:
    """Where nobody minds a package: on a machine of a CI of Debian's kind, never on a developer's own."""
    if not os.environ.get("CI") or os.geteuid() or shutil.which("apt-get") is None:
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Without a font the text has no width that could be too wide.
    wanted = ("--yes", "--no-install-recommends", "chromium", "fonts-liberation")
    for words in (("update", "-qq"), ("install", "-qq", *wanted)):
        done = subprocess.run(["apt-get", *words], env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no Chromium: apt-get {words[0]} failed: {done.stderr[-400:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own: playwright's would come from no package registry."""
    if _found() is None:
        _install()
    path = _found()
    if path is None:
        pytest.skip("no Chromium is here; look at the pages in a browser, also in a narrow window")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path)
