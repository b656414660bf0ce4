# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity with any core, from the package registries alone."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import environments, interpreters, tree
from scripts.work import Count, Work

# ansible-test fetches this script from a web server before it makes an environment, unless its cache has one
# of the right name. Python brings a pip of its own, which then installs the rest from the registries.
_BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n"
_BOOTSTRAP_NAMES = {
    "2.16": "get_pip_23_1_2.py",
    "2.17": "get_pip_23_1_2.py",
    "2.18": "get_pip_24_2.py",
    "2.19": "get_pip_24_2.py",
    "2.20": "get_pip_25_2.py",
    "2.21": "get_pip_25_2.py",
}
_RUNNING = re.compile(r"^Running sanity test \"", re.MULTILINE)
_SKIPPED = re.compile(r"^WARNING: Skipping sanity test ", re.MULTILINE)
_FAILED = re.compile(r"The (\d+) sanity test\(s\) listed below \(out of (\d+)\) failed")


def count(text: str, status: int) -> Count:
    """How many sanity tests ran, failed and were skipped, from what ansible-test printed."""
    ran, skipped = len(_RUNNING.findall(text)), len(_SKIPPED.findall(text))
    failed = sum(int(number) for number, _whole in _FAILED.findall(text)) or int(status != 0)
    return Count(max(ran - failed - skipped, 0), failed, skipped)


def _interpreters() -> Path:
    """A folder with a link `pythonX.Y` to each Python found: ansible-test looks for these names on PATH."""
    folder = environments.BUILD / "pythons"
    folder.mkdir(parents=True, exist_ok=True)
    for version in sorted({each for versions in interpreters.CORES.values() for each in versions}):
        found, link = interpreters.find(version), folder / f"python{version}"
        if found is not None and not link.is_symlink():
            link.symlink_to(found)
    return folder


def run(work: Work, core: str, python: Path | None = None) -> None:
    """Run every sanity test of this core over the copied tree."""
    here = environments.user(core, python)
    env = environments.variables(here)
    env["PATH"] = env["PATH"].replace(str(here), f"{here}:{_interpreters()}", 1)
    cache = Path(env["HOME"]) / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / _BOOTSTRAP_NAMES[core]).write_text(_BOOTSTRAP, encoding="utf-8")
    before = work.log.stat().st_size
    command: list[str | Path] = [here / "ansible-test", "sanity", "--local", "--color", "no"]
    status = work.run([*command, "--skip-test", "pylint"], env, tree.COLLECTION)
    # Tests follow ruff's rules; pylint's own, for code that users run, hold for the plugins.
    status = work.run([*command, "--test", "pylint", "plugins/"], env, tree.COLLECTION) or status
    with work.log.open(encoding="utf-8") as log:
        log.seek(before)
        work.count.add(count(log.read(), status))
