# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""More of what the plays that move apps do, which `make fuzz` alone runs: each play costs seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.sound import LONG
from tests.integration.harness import QUICK, Harness
from tests.integration.moves import backup, changed, migration, play, restore, whole
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

pytestmark = pytest.mark.skipif(not LONG, reason="make fuzz runs it")


@pytest.fixture
def other() -> Iterator[PracticeRack]:
    with PracticeRack(**QUICK) as made:
        yield made


def test_another_app_is_made_like_this_one(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    app = Preparer(other)
    app.deployed(env="TOKEN=another\nMINE=1")
    app.ask("PUT", "/apps/web/resources/database/data", content=b"insert into t values (1);\n")
    play(harness, "migrate_app", migrate_overwrite=True, **migration(rack, other)).must()
    assert {**whole(other), "counts": None} == {**whole(rack), "counts": None}


@pytest.mark.parametrize("what", ["data", "build"])
def test_files_that_differ(what: str, harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    play(harness, "migrate_app", **migration(rack, other)).must()
    app = Preparer(other)
    if what == "data":
        app.ask("PUT", "/apps/web/resources/database/data", content=b"insert into t values (1);\n")
    else:
        app.promote(str(app.build()["release"]))
        app.ask("PUT", "/apps/web/services/web", data={"count": "3", "cpu": "300"})
    other.requests.clear()
    run = play(harness, "migrate_app", **migration(rack, other))
    assert run.rc and f"in: {'data of database' if what == 'data' else 'build'}. Nothing" in run.output
    assert [request.path for request in other.requests if request.write] == []


def test_an_absent_app(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    run = play(harness, "migrate_app", **{**migration(rack, other), "migrate_app_name": "nope"})
    assert run.rc and "migrate_app_name: there is no app nope at migrate_from" in run.output
    assert other.requests == []


def test_restored_again_and_saved_again(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    backup(harness).must()
    restore(harness, other).must()
    assert changed(restore(harness, other).must()) == []
    backup(harness).must()
    assert [path.name for path in harness.folder.iterdir() if "convox-backup" in path.name] == []
    (harness.folder / "password").write_text("another\n", encoding="utf-8")
    other.requests.clear()
    run = restore(harness, other)
    assert run.rc and "encrypted with another vault password" in run.output
    assert [request.path for request in other.requests if request.write] == []


def test_clone(harness: Harness, rack: PracticeRack) -> None:
    play(harness, "clone_app", clone_from="web", clone_to="copy").must()
    assert {**whole(rack, "copy"), "counts": None} == {**whole(rack), "counts": None}
    run = play(harness, "clone_app", clone_from="web", clone_to="web")
    assert run.rc and "clone_to: web is clone_from itself" in run.output
