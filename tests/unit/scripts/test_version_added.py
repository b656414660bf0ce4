# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`version_added` names a version of the collection: one that the changelog has, or the one in galaxy.yml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from scripts import release

ROOT = Path(__file__).resolve().parents[3]
_ADDED = re.compile(r"^ *version_added: *(\S+) *$", re.MULTILINE)


def added() -> list[tuple[str, str]]:
    """Each file with a version that it names."""
    return [
        (path.name, version.strip("'\""))
        for path in sorted((ROOT / "plugins").rglob("*.py"))
        for version in _ADDED.findall(path.read_text(encoding="utf-8"))
    ]


def test_what_was_added_names_a_version_of_the_collection() -> None:
    told = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    known = {*told, release.version(ROOT)}
    found = added()
    assert len(found) >= len(list((ROOT / "plugins" / "modules").glob("*.py")))
    assert [item for item in found if item[1] not in known] == []


def test_the_version_of_galaxy_yml_is_read_and_written(tmp_path: Path) -> None:
    text = "name: rack\nversion: 1.9.0\n# version: none\nrequires: x\n"
    (tmp_path / "galaxy.yml").write_text(text, encoding="utf-8")
    assert release.version(tmp_path) == "1.9.0"
    release.name_version("1.10.0", tmp_path)
    assert (tmp_path / "galaxy.yml").read_text(encoding="utf-8") == text.replace("1.9.0", "1.10.0")
