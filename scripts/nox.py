# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of antsibull-nox that no other part has: licences of plugins, unwanted files, action groups."""

from __future__ import annotations

import shutil
import subprocess

from scripts import environments, interpreters, tree
from scripts.environments import BUILD, USUAL_CORE
from scripts.work import Work

SESSIONS = ("license-check", "extra-checks")


def run(work: Work) -> None:
    """Run the sessions of noxfile.py in a fresh copy: a stray cache under plugins/ would fail them."""
    here = environments.make("nox", interpreters.for_core(USUAL_CORE), ["nox", "libraries"])
    env = environments.variables(here)
    folder = BUILD / "nox" / "ansible_collections" / "convox" / "rack"
    shutil.rmtree(BUILD / "nox", ignore_errors=True)
    tree.copy_files(folder)
    # The sessions ask git which files there are. Without a repository here, the one around ignores them all.
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    work.check("antsibull-nox.toml", [here / "antsibull-nox", "lint-config"], env, folder)
    for session in SESSIONS:
        before = work.log.stat().st_size
        # What a session would install is in the environment already, pinned.
        command = [here / "nox", "--no-venv", "--session", session]
        good = work.run(command, env, folder) == 0
        with work.log.open(encoding="utf-8") as log:
            log.seek(before)
            skipped = "Skipping " in log.read()
        work.verdict(f"{session}{' skipped files' if skipped else ''}", good and not skipped)
