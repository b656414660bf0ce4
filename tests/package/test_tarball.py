# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the tarball: `build_ignore` of galaxy.yml keeps out what is not named here."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

import pytest
import yaml

from tests.package.conftest import ROOT

# Folders that go in as they are, and what else does, name by name: one more has to be wanted.
WHOLE = ("docs", "extensions/audit", "extensions/awx", "extensions/eda", "playbooks", "plugins", "roles")
NAMED = {
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
# Written by `ansible-galaxy collection build`.
MADE = {"FILES.json", "MANIFEST.json"}


@pytest.fixture(scope="module")
def members(tarball: Path) -> list[tarfile.TarInfo]:
    with tarfile.open(tarball) as archive:
        return archive.getmembers()


def test_its_name_has_the_version_of_galaxy_yml(tarball: Path) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))["version"]
    assert tarball.name == f"convox-rack-{version}.tar.gz"


def test_its_files_are_those_that_are_meant_to_be_in_it(members: list[tarfile.TarInfo]) -> None:
    paths = [path for folder in WHOLE for path in (ROOT / folder).rglob("*") if path.is_file()]
    whole = {path.relative_to(ROOT).as_posix() for path in paths if path.parent.name != "__pycache__"}
    assert len(whole) > 50
    assert {member.name for member in members if member.isfile()} == whole | NAMED | MADE


def test_else_it_holds_the_folders_of_its_files_alone(members: list[tarfile.TarInfo]) -> None:
    folders = {folder for each in members if each.isfile() for folder in PurePosixPath(each.name).parents}
    others = [each for each in members if not each.isfile()]
    assert [each.name for each in others if not each.isdir()] == []
    assert {each.name for each in others} <= set(map(str, folders))
