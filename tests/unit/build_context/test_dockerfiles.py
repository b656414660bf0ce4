# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Dockerfile that is left out is warned of before the upload, with its services."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, dockerfiles
from tests.unit.special_files import at_most

MANIFEST = """
environment:
  - A=1
x-base: &base
  build:
    path: ./base
    manifest: Dockerfile.base
services:
  web:
    build: .
    port: 3000
  plain: {}
  empty:
  worker:
    build: ./worker
  other:
    build:
      path: other/
      manifest: docker/Other.Dockerfile
  merged:
    <<: *base
  twice:
    <<: [{port: 1}, *base]
    build:
      path: twice
  ready:
    image: nginx
    build: ./ready
  later:
    build: ${FOLDER}
  out:
    build: ../out
  rooted:
    build: /rooted
  1:
    build: one
"""


def test_the_dockerfile_of_each_service() -> None:
    assert dockerfiles.of_services(MANIFEST) == {
        "web": "Dockerfile",
        "plain": "Dockerfile",
        "empty": "Dockerfile",
        "worker": "worker/Dockerfile",
        "other": "other/docker/Other.Dockerfile",
        "merged": "base/Dockerfile.base",
        "twice": "twice/Dockerfile",
        "rooted": "rooted/Dockerfile",
        "1": "one/Dockerfile",
    }


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "services",
        "services: []",
        "services: text",
        "- a",
        "a: [",
        "services: {web: *nothing}",
        "\t",
        "\x00",
        "services: &a {<<: *a}",
        "[" * 100_000,
        "services: " + "{a: " * 50_000,
        "services:\n  web:\n    build: .\n" + "#" * 300_000,
    ],
)
def test_a_manifest_that_says_nothing(manifest: str) -> None:
    with at_most(20):
        assert dockerfiles.of_services(manifest) == {}


def test_merges_of_merges_cost_nothing() -> None:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]
    with at_most(10):
        found = dockerfiles.of_services("\n".join([*lines, "services: {web: {<<: *a29}}"]))
    assert found == {"web": "Dockerfile"}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(dockerfiles.of_services(f"services:\n  web:\n    {text}"), dict)


def test_without_the_library_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert dockerfiles.of_services(MANIFEST) == {}


# --- while a folder is packed


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in ("Dockerfile", "worker/Dockerfile", "other/docker/Other.Dockerfile", "base/Dockerfile.base"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("FROM scratch\n")
    (tmp_path / "convox.yml").write_text(MANIFEST)
    return tmp_path


@pytest.mark.parametrize(
    ("ignored", "lost"),
    [
        ("Dockerfile", {"Dockerfile": "web, plain, empty"}),
        ("**/Dockerfile", {"Dockerfile": "web, plain, empty", "worker/Dockerfile": "worker"}),
        ("worker", {"worker/Dockerfile": "worker"}),
        ("other/docker\nbase", {"other/docker/Other.Dockerfile": "other", "base/Dockerfile.base": "merged"}),
        ("**\n!convox.yml\n!**/*ockerfile*", {}),
        ("**/Dockerfile\n!Dockerfile\n!worker/Dockerfile", {}),
        ("README.md", {}),
        ("", {}),
    ],
)
def test_a_dockerfile_that_is_left_out_is_warned_of(source: Path, ignored: str, lost: dict[str, str]) -> None:
    (source / ".dockerignore").write_text(ignored)
    warnings = archive.pack(str(source)).warnings
    assert len(warnings) == len(lost)
    for words, (name, services) in zip(warnings, lost.items(), strict=True):
        assert f".dockerignore leaves out {name}, without which a rack cannot build {services} " in words
        assert f"!{name}" in words


@pytest.mark.parametrize("ignored", ["Dockerfile", "**/Dockerfile", "worker", "other/docker\nbase"])
def test_the_way_out_of_the_warning_works(source: Path, ignored: str) -> None:
    lines = [ignored]
    (source / ".dockerignore").write_text(ignored)
    for words in archive.pack(str(source)).warnings:
        lines.append(words.partition("add the line ")[2].partition(" to ")[0])
    assert len(lines) > 1
    (source / ".dockerignore").write_text("\n".join(lines))
    assert archive.pack(str(source)).warnings == ()


def test_a_dockerfile_that_is_not_there_is_the_builder_s_matter(source: Path) -> None:
    (source / ".dockerignore").write_text("base\n")
    (source / "base" / "Dockerfile.base").unlink()
    assert archive.pack(str(source)).warnings == ()
