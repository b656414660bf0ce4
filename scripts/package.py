# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user gets: the tarball, installed where nothing else is, and its documentation."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import environments, tree
from scripts.environments import BUILD, USUAL_CORE
from scripts.work import Work

PASSWORD = "of-the-practice-rack"
# Folders and files of the tarball; anything else was left in by mistake.
SHIPPED = {
    *("FILES.json", "MANIFEST.json", "LICENSE", "LICENSES", "REUSE.toml", "requirements.txt"),
    *("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "README.md"),
    *("changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles"),
}


@contextmanager
def practice_rack(work: Work) -> Iterator[str]:
    """A practice rack in a process of its own; gives its url."""
    here = environments.development()
    process = subprocess.Popen(
        [here / "python", "-m", "tests.practice_rack", "--port", "0", "--password", PASSWORD],
        cwd=tree.COLLECTION,
        env=environments.variables(here),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        work.say(line.strip())
        yield line.split()[-1] if line.strip() else "http://127.0.0.1:9"
    finally:
        process.terminate()
        process.wait()


def _build(work: Work, ansible: Path, env: dict[str, str]) -> Path:
    stage, target = BUILD / "stage", BUILD / "dist"
    for folder in (stage, target):
        shutil.rmtree(folder, ignore_errors=True)
    tree.copy_files(stage)
    command = [ansible / "ansible-galaxy", "collection", "build", stage, "--output-path", target]
    work.check("build", command, env, BUILD)
    return next(target.glob("convox-rack-*.tar.gz"), target / "none.tar.gz")


def _look_inside(work: Work, tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
    strange = sorted({name.split("/")[0] for name in names} - SHIPPED)
    strange += [name for name in names if name.endswith(".pyc") or "__pycache__" in name]
    # The scenarios need the practice rack, which is no part of the collection either.
    strange += [name for name in names if name.startswith("extensions/molecule")]
    work.verdict(f"only what is meant to be in the tarball {strange or ''}".rstrip(), not strange)
    needed = {"README.md", "LICENSE", "meta/runtime.yml", "requirements.txt", "plugins/modules/convox_app.py"}
    missing = sorted(needed - set(names))
    work.verdict(f"nothing is missing in the tarball {missing or ''}".rstrip(), not missing)


def install(work: Work, core: str = USUAL_CORE) -> None:
    """Build the collection, install it into an empty folder, use it from there against a practice rack."""
    ansible = environments.user(core)
    env = environments.variables(ansible)
    del env["PYTHONPATH"]
    tarball = _build(work, ansible, env)
    _look_inside(work, tarball)
    target = BUILD / "installed"
    shutil.rmtree(target, ignore_errors=True)
    # Before the installation, or ansible-galaxy finds the copied tree and has nothing to do.
    env |= {"ANSIBLE_COLLECTIONS_PATH": str(target), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
    command = [ansible / "ansible-galaxy", "collection", "install", "--offline", tarball, "-p", target]
    work.check("install", command, env, BUILD)
    with practice_rack(work) as url:
        env |= {"CONVOX_HOST": url, "CONVOX_PASSWORD": PASSWORD}
        words = [ansible / "ansible", "localhost", "-m", "convox.rack.convox_app", "-a", "name=installed"]
        work.check("ad-hoc, in process", words, env, BUILD)
        work.check("ad-hoc, as a module", [*words, "-e", "convox_in_process=false"], env, BUILD)
        lookup = "msg={{ lookup('convox.rack.convox_env', app='installed') }}"
        words = [ansible / "ansible", "localhost", "-m", "ansible.builtin.debug", "-a", lookup]
        work.check("lookup", words, env, BUILD)


def _plugins(docs: Path, kind: str, env: dict[str, str]) -> list[str]:
    command = [docs / "ansible-doc", "--list", "--json", "--type", kind, "convox.rack"]
    listed = subprocess.run(command, env=env, cwd=BUILD, capture_output=True, text=True, check=True).stdout
    return sorted(json.loads(listed))


def doclint(work: Work) -> None:
    """antsibull's lint of documentation and changelog; what ansible-doc says about each plugin."""
    docs = environments.tools("docs")
    env = environments.variables(docs)
    words = [
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=self",
        "--check-extra-docs-refs",
        ".",
    ]
    work.check("lint-collection-docs", [docs / "antsibull-docs", *words], env)
    work.check("changelog", [docs / "antsibull-changelog", "lint"], env)
    found = [(kind, name) for kind in ("module", "lookup") for name in _plugins(docs, kind, env)]
    work.verdict(f"ansible-doc lists {len(found)} plugins", len(found) > 0)
    for kind, name in found:
        work.check(f"ansible-doc {name}", [docs / "ansible-doc", "--type", kind, name], env)
