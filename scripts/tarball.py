# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built collection, and what has to be in it: of each file of the project is said whether it goes in."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from scripts import environments, tree
from scripts.environments import BUILD
from scripts.work import Work

# Folders that go in as they are.
WHOLE = ("docs", "plugins")
# What else goes in, name by name: one more has to be wanted.
NAMED = frozenset(
    {
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "LICENSES/BSD-2-Clause.txt",
        "LICENSES/GPL-3.0-or-later.txt",
        "README.md",
        "REUSE.toml",
        "changelogs/changelog.yaml",
        "changelogs/config.yaml",
        "meta/execution-environment.yml",
        "meta/runtime.yml",
        "requirements.txt",
    }
)
# Written by `ansible-galaxy collection build`.
MADE = frozenset({"FILES.json", "MANIFEST.json"})
# Files and folders that stay out, and why; galaxy.yml's build_ignore keeps them out.
LEFT_OUT = {
    ".ansible-lint": "settings of a tool",
    ".ci": "of the repository",
    ".github": "of the repository",
    ".gitignore": "of the repository",
    ".pre-commit-config.yaml": "settings of a tool",
    "AGENTS.md": "for people who change the collection",
    "MAINTAINERS": "of the repository",
    "Makefile": "for people who change the collection",
    "antsibull-nox.toml": "settings of a tool",
    "changelogs/fragments": "become entries of changelog.yaml",
    "extensions/molecule": "tests: they need the practice rack",
    "galaxy.yml": "becomes MANIFEST.json",
    "noxfile.py": "settings of a tool",
    "pyproject.toml": "settings of a tool",
    "scripts": "for people who change the collection",
    "tests": "tests and the practice rack, which need libraries that no user has",
}
# What tools and editors leave in a checkout. They are laid into the folder that is built from.
LEFTOVERS = (
    ".ansible/tmp/x",
    ".coverage",
    ".env",
    ".hypothesis/x",
    ".idea/x.xml",
    ".mypy_cache/x.json",
    ".nox/x",
    ".pytest_cache/x",
    ".ruff_cache/x",
    ".venv/bin/x",
    ".vscode/settings.json",
    "build/logs/x.log",
    "changelogs/.plugin-cache.yaml",
    "collections/x",
    "convox-rack-0.9.0.tar.gz",
    "docs/.DS_Store",
    "importer_result.json",
    "plugins/module_utils/__pycache__/x.cpython-311.pyc",
    "plugins/modules/convox_app.py.orig",
    "tests/output/x.json",
)


def _under(name: str, tops: Iterable[str]) -> bool:
    return any(name == top or name.startswith(f"{top}/") for top in tops)


def problems(project: Collection[str], packed: Collection[str]) -> list[str]:
    """Compare the files of a tarball with those of the project; answers a line for each that is wrong."""
    inside = {name for name in project if name in NAMED or _under(name, WHOLE)}
    unsaid = {name for name in project if name not in inside and not _under(name, LEFT_OUT)}
    wanted = inside | NAMED | MADE
    lines = [f"scripts/tarball.py does not say whether {name} goes in" for name in sorted(unsaid)]
    lines += [f"{name} is missing" for name in sorted(wanted - set(packed))]
    return lines + [f"{name} does not belong in it" for name in sorted(set(packed) - wanted - unsaid)]


def strange_members(members: Iterable[tarfile.TarInfo]) -> list[str]:
    """Members that are neither a file nor a folder with a file in it."""
    members = list(members)
    files = [PurePosixPath(member.name) for member in members if member.isfile()]
    folders = {str(folder) for file in files for folder in file.parents}
    return sorted(
        member.name
        for member in members
        if not member.isfile() and not (member.isdir() and member.name in folders)
    )


def look_inside(work: Work, tarball: Path) -> None:
    """Two checks: the files of the tarball, and its other members."""
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    packed = [member.name for member in members if member.isfile()]
    wrong = problems(tree.files(), packed)
    for line in wrong:
        work.say(line)
    work.verdict(f"the tarball's {len(packed)} files are those that are meant to be in it", not wrong)
    strange = strange_members(members)
    work.verdict(f"the tarball holds files and their folders alone {strange or ''}".rstrip(), not strange)


def build(work: Work, ansible: Path, folder: Path) -> Path:
    """Build from a fresh copy of the project's files with leftovers among them; answers the tarball's path.

    ``ansible`` is the bin folder to take ansible-galaxy from. Raises OSError where nothing was built.
    """
    stage = folder / "stage"
    shutil.rmtree(folder, ignore_errors=True)
    tree.copy_files(stage)
    for name in LEFTOVERS:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text("left over\n", encoding="utf-8")
    command = [ansible / "ansible-galaxy", "collection", "build", stage, "--output-path", folder]
    work.check("build", command, environments.variables(ansible), BUILD)
    built = next(folder.glob("convox-rack-*.tar.gz"), None)
    if built is None:
        raise FileNotFoundError(f"ansible-galaxy built no tarball in {folder}")
    return built


def install(work: Work, ansible: Path, tarball: Path, target: Path) -> bool:
    """Install the tarball where nothing else is, without asking any server."""
    shutil.rmtree(target, ignore_errors=True)
    # Or ansible-galaxy finds the copied tree and has nothing to do.
    env = environments.variables(ansible, ANSIBLE_COLLECTIONS_PATH=str(target))
    del env["PYTHONPATH"]
    command = [ansible / "ansible-galaxy", "collection", "install", "--offline", tarball, "-p", target]
    return work.check("install", command, env, BUILD)
