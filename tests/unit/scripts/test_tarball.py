# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of a tarball with what has to be in it; `make install` does it with the real one."""

from __future__ import annotations

import tarfile

import pytest

from scripts.tarball import LEFTOVERS, MADE, NAMED, problems, strange_members

PROJECT = sorted(NAMED) + ["plugins/modules/convox_app.py", "docs/env.md", "galaxy.yml", "tests/conftest.py"]
PACKED = sorted(NAMED | MADE) + ["plugins/modules/convox_app.py", "docs/env.md"]


def test_what_is_meant_to_be_in_it_is_no_problem() -> None:
    assert problems(PROJECT, PACKED) == []


@pytest.mark.parametrize("name", [*LEFTOVERS, "tests/conftest.py", "galaxy.yml", "plugins/modules/new.py"])
def test_what_does_not_belong_in_it_is_named(name: str) -> None:
    assert problems(PROJECT, [*PACKED, name]) == [f"{name} does not belong in it"]


@pytest.mark.parametrize("name", PACKED)
def test_what_is_missing_is_named(name: str) -> None:
    assert problems(PROJECT, [each for each in PACKED if each != name]) == [f"{name} is missing"]


@pytest.mark.parametrize("packed", [PACKED, [*PACKED, "setup.cfg"]])
def test_a_file_that_nobody_decided_on_is_named(packed: list[str]) -> None:
    assert problems([*PROJECT, "setup.cfg"], packed) == [
        "scripts/tarball.py does not say whether setup.cfg goes in"
    ]


def test_a_folder_is_left_out_by_its_whole_name() -> None:
    assert problems([*PROJECT, "testsuite/a"], PACKED) != []


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    return member


def test_links_and_empty_folders_are_strange() -> None:
    members = [
        _member("plugins", tarfile.DIRTYPE),
        _member("plugins/modules", tarfile.DIRTYPE),
        _member("plugins/modules/convox_app.py"),
        _member("scripts", tarfile.DIRTYPE),
        _member("docs/link.md", tarfile.SYMTYPE),
    ]
    assert strange_members(members) == ["docs/link.md", "scripts"]
