# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog: fragments become an entry of changelogs/changelog.yaml, and that becomes CHANGELOG.md."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from scripts import environments, tree, yaml_text
from scripts.environments import BUILD, ROOT
from scripts.work import Work


class NoRelease(Exception):
    """antsibull-changelog made no entry; it has said why."""


def version(root: Path = ROOT) -> str:
    """The version in galaxy.yml."""
    text = (root / "galaxy.yml").read_text(encoding="utf-8")
    found = re.search(r"^version: (\S+)$", text, re.MULTILINE)
    if found is None:
        raise NoRelease("galaxy.yml has no line with a version")
    return found[1]


def name_version(wanted: str, root: Path = ROOT) -> None:
    """Write the version into galaxy.yml."""
    path = root / "galaxy.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^version: \S+$", f"version: {wanted}", text), encoding="utf-8")


def released() -> tuple[str, ...]:
    """The versions that changelog.yaml tells of."""
    text = (ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml_text.load(environments.tools("docs"), text)
    return tuple(found["releases"])


def fragments() -> tuple[str, ...]:
    """The fragments that no entry of the changelog has yet."""
    return tuple(sorted(path.name for path in (ROOT / "changelogs" / "fragments").glob("*.y*ml")))


def write(root: Path = ROOT) -> None:
    """Make the entry of galaxy.yml's version, or add to it; the fragments are gone then. Raises NoRelease."""
    docs = environments.tools("docs")
    # Descriptions of plugins are read anew; one that is gone stays in the entry of its version.
    words = ["--update-existing", "--reload-plugins", "--refresh-plugins", "prevent-removal"]
    command = [docs / "antsibull-changelog", "release", *words]
    if subprocess.run(command, cwd=root, env=environments.variables(docs), check=False).returncode:
        raise NoRelease("antsibull-changelog made no entry")


def run() -> int:
    """`make changelog`: write the entry, unless its version is out; answers the exit status."""
    wanted = version()
    listed = subprocess.run(["git", "tag", "--list", wanted], cwd=ROOT, capture_output=True, check=False)
    if listed.stdout.strip():
        print(f"make: {wanted} has a tag, so it is out: name the next version in galaxy.yml")
        return 1
    try:
        write()
    except NoRelease as reason:
        print(f"make: {reason}")
        return 1
    return 0


def check(work: Work) -> None:
    """Fragments and changelog.yaml are in their format, and CHANGELOG.md is what changelog.yaml says."""
    docs = environments.tools("docs")
    env, tool = environments.variables(docs), docs / "antsibull-changelog"
    work.check("fragments", [tool, "lint"], env)
    # In a copy of its own: other parts read the shared one meanwhile.
    folder = BUILD / "changelog" / "ansible_collections" / "convox" / "rack"
    shutil.rmtree(BUILD / "changelog", ignore_errors=True)
    tree.copy_files(folder)
    work.check("changelog.yaml", [tool, "lint-changelog-yaml", "changelogs/changelog.yaml"], env, folder)
    work.check("generate CHANGELOG.md", [tool, "generate"], env, folder)
    same = (folder / "CHANGELOG.md").read_bytes() == (tree.COLLECTION / "CHANGELOG.md").read_bytes()
    work.verdict("CHANGELOG.md is what changelog.yaml says", same)
