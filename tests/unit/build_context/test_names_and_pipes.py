# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that no file can have, and files that are none, wherever a build names one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, folder, git
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from tests.unit.special_files import KINDS, at_most, special_file

IMPOSSIBLE = ("a\0b", "\0", "\ud800", "a\udfff\ud800")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.mkdir()
    (path / "convox.yml").write_text("services: {}\n")
    return path


def desired(**options: Any) -> Any:
    defaults = {name: spec.get("default") for name, spec in BuildNoun.ARGUMENTS.items()}
    return BuildNoun().desired({**defaults, "app": "web", **options})


@pytest.mark.parametrize("kind", KINDS)
def test_an_ignore_file_that_is_none(source: Path, kind: str) -> None:
    special_file(source / ".dockerignore", kind)
    with at_most(5), pytest.raises(errors.ConvoxOptionError, match=r"path: \.dockerignore cannot be read"):
        archive.pack(str(source))


@pytest.mark.parametrize("kind", ["pipe", "endless", "link to a pipe"])
def test_a_manifest_that_is_no_file(source: Path, kind: str) -> None:
    (source / "convox.yml").unlink()
    special_file(source / "convox.yml", kind)
    with at_most(5), pytest.raises(errors.ConvoxOptionError, match="path: "):
        archive.pack(str(source))


def test_a_file_that_becomes_a_pipe_while_it_is_packed(source: Path) -> None:
    packed = archive.pack(str(source))
    (source / "convox.yml").unlink()
    os.mkfifo(source / "convox.yml")
    with (
        at_most(5),
        pytest.raises(errors.ConvoxOptionError, match=r"convox\.yml cannot be read: it is no regular"),
    ):
        list(packed.chunks())


def test_an_ignore_file_has_a_bound(source: Path) -> None:
    (source / ".dockerignore").write_text("#" * (folder.IGNORE_LIMIT + 1))
    with pytest.raises(errors.ConvoxOptionError, match="it is larger than 1 MiB"):
        archive.pack(str(source))
    (source / ".dockerignore").write_text("#" * folder.IGNORE_LIMIT)
    assert archive.pack(str(source)).files == 2


@pytest.mark.parametrize("name", IMPOSSIBLE)
@pytest.mark.parametrize("option", ["path", "archive"])
def test_a_source_of_an_impossible_name(option: str, name: str) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        desired(**{option: name})
    assert caught.value.option == option
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("name", [*IMPOSSIBLE, os.fsdecode(b"\xff"), "a\nb"])
@pytest.mark.parametrize("option", ["path", "archive", "url"])
def test_a_manifest_of_an_impossible_name(source: Path, option: str, name: str) -> None:
    given = {"path": str(source), "archive": str(source / "a.tgz"), "url": "https://h/a.tgz"}[option]
    with pytest.raises(errors.ConvoxOptionError) as caught:
        desired(**{option: given}, manifest=name)
    assert caught.value.option == "manifest"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_commit_of_an_impossible_name(name: str) -> None:
    assert git.commit_of(name) == git.Commit()
