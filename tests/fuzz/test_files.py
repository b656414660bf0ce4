# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of this machine that hold, fill or break whoever reads them, through every option that names one."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _options
from tests.fuzz import nouns, worlds
from tests.fuzz.files import member, tar
from tests.fuzz.sound import in_time, share, sound
from tests.unit.special_files import KINDS, special_file

# Of these only the name is strange. (A whole machine as a source is work for minutes.)
NAMES = (
    "",
    ".",
    "..",
    "/dev/null",
    "/dev/zero",
    "nul\x00",
    "caf\udce9",
    "\ud800",
    "x" * 300,
    "a\nb",
    "~",
    "~nobody/x",
)


_GOOD = tar(member("convox.yml"), member("Dockerfile"))
TEXTS: dict[str, bytes] = {
    "empty": b"",
    "env": b"A=1\nB='two'\n",
    "utf-16": "A=1\n".encode("utf-16"),
    "latin-1": "A=caf\xe9\n".encode("latin-1"),
    "zeros": bytes(5000),
    "vault": b"$ANSIBLE_VAULT;1.1;AES256\n6162\n",
    "json": b'{"a": "\\ud800"}',
    "long line": b"A=" + b"x" * 70_000 + b"\n",
    "key": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "half a key": b"-----BEGIN PRIVATE KEY-----\n\xff",
    "good": gzip.compress(_GOOD),
    "not packed": _GOOD,
    "cut off": gzip.compress(_GOOD)[:-20],
    "gzip of nothing": gzip.compress(b""),
    "gzip of zeros": gzip.compress(bytes(10**6)),
    "odd names": gzip.compress(tar(member("convox.yml"), member("../x"), member("\udce9"), member("/etc/x"))),
    "odd kinds": gzip.compress(
        tar(
            member("convox.yml"),
            *(member(f"x{kind!r}", 0, type=kind) for kind in (b"S", b"3", b"6", b"Z", b"1")),
        )
    ),
    "pax": gzip.compress(tar(member("convox.yml", pax_headers={"size": "x", "GNU.sparse.map": "1,x"}))),
    "negative": gzip.compress(_GOOD[:124] + b"\xff" * 12 + _GOOD[136:]),
}
_PATHS = {
    noun: sorted(name for name, spec in _options.argument_spec(cls).items() if spec.get("type") == "path")
    for noun, cls in nouns.NOUNS.items()
}
_PLACES = [
    (noun, name) for noun in sorted(_PATHS) for name in _PATHS[noun] if name in nouns.NOUNS[noun].ARGUMENTS
]
_PLACES += [("release_info", name) for name in _PATHS["release_info"]]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Path]]:
    """A new name each time. This machine's own folders are out of reach."""
    for name in ("home", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    numbers = itertools.count()
    yield lambda: tmp_path / f"file-{next(numbers)}"


def _file(path: Path, what: str) -> str:
    if what in KINDS:
        return special_file(path, what)
    if what in TEXTS:
        path.write_bytes(TEXTS[what])
        return str(path)
    return what


@pytest.mark.parametrize(("noun", "option"), _PLACES)
def test_files(noun: str, option: str, fresh: Callable[[], Path]) -> None:
    @share(20)
    @given(st.sampled_from((*KINDS, *TEXTS, *NAMES)), st.sampled_from(("http", "https")), nouns.options(noun))
    def holds(what: str, scheme: str, options: dict[str, Any]) -> None:
        rack = worlds.deployed()
        own = {k: v for k, v in options.items() if k != "url" or option not in ("path", "archive")}
        given = {**own, option: _file(fresh(), what), "timeout": 5.0, "max_retries": 1}
        environ = {**worlds.login(rack), "CONVOX_HOST": rack.url.replace("http", scheme)}
        with worlds.served(rack), in_time():
            ran = worlds.in_process_here(nouns.NOUNS[noun], given, rack, environ=environ)
        sound(ran, rack, given)

    holds()


@pytest.mark.parametrize("name", ["archive", ".dockerignore", "convox.yml", "link", "Dockerfile"])
def test_a_folder_with_such_a_file(name: str, fresh: Callable[[], Path]) -> None:
    @share(40)
    @given(st.sampled_from((*KINDS, *TEXTS)))
    def holds(what: str) -> None:
        rack = worlds.deployed()
        folder = fresh()
        folder.mkdir()
        (folder / "convox.yml").write_text("services:\n  web:\n    build: .\n", encoding="utf-8")
        (folder / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
        (folder / name).unlink(missing_ok=True)
        _file(folder / name, what)
        given = {"app": "web", "path": str(folder), "timeout": 5.0, "max_retries": 1}
        # A file of any size may belong to a source.
        if what == "huge" and name != ".dockerignore":
            return
        with in_time():
            ran = worlds.in_process(nouns.NOUNS["build"], given, rack)
        sound(ran, rack, given)

    holds()
