# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks migrate_app, backup, restore and clone_app, from one practice rack to another."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.harness import Harness
from tests.integration.moves import (
    DUMP,
    ENV,
    backup,
    changed,
    connection,
    furnish,
    migration,
    nothing_left,
    play,
    restore,
    whole,
)
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack


@pytest.fixture
def other(make_rack: MakeRack) -> PracticeRack:
    """The rack that apps go to."""
    return make_rack()


@pytest.fixture(autouse=True)
def temporary(harness: Harness) -> Iterator[Path]:
    """Where the plays leave nothing. Its path is short: newer cores bind a socket below it."""
    (harness.folder / "password").write_text("of the backup\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        harness.env["TMPDIR"] = folder
        yield Path(folder)


def test_migrate(harness: Harness, rack: PracticeRack, other: PracticeRack, temporary: Path) -> None:
    furnish(rack)
    before = whole(rack)
    rack.requests.clear()
    plan = play(harness, "migrate_app", check=True, **migration(rack, other)).must()
    assert {"convox.rack.move : Set the env", "convox.rack.move : Import the data"} <= set(changed(plan))
    assert [request.path for request in other.requests if request.write] == []
    play(harness, "migrate_app", **migration(rack, other)).must()
    assert {**whole(other), "counts": None} == {**before, "counts": None}
    assert whole(other)["counts"] == [1, 2]
    assert [request.path for request in rack.requests if request.write] == []
    again = play(harness, "migrate_app", **migration(rack, other)).must()
    assert changed(again) == []
    assert list(temporary.iterdir()) == []
    nothing_left(harness)


def test_what_is_there_and_differs(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    furnish(rack)
    app = Preparer(other)
    app.deployed(env=f"TOKEN=another\nMINE={ENV}")
    app.ask("PUT", "/apps/web/resources/database/data", content=b"insert into t values (1);\n")
    other.requests.clear()
    run = play(harness, "migrate_app", **migration(rack, other))
    assert run.rc
    for name in ("variable MINE", "variable TOKEN", "migrate_overwrite: true", "Nothing was changed"):
        assert name in run.output
    assert [request.path for request in other.requests if request.write] == []


def test_backup_and_restore(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    furnish(rack)
    saved = harness.folder / "saved"
    backup(harness).must()
    found = sorted(path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file())
    assert found == ["manifest.json", "web/app.yml", "web/build.tgz", "web/resources/database"]
    assert {path.stat().st_mode & 0o077 for path in [saved, *saved.rglob("*")]} == {0}
    assert [request.path for request in rack.requests if request.write] == []
    nothing_left(harness)
    restore(harness, other).must()
    assert {**whole(other), "counts": None} == {**whole(rack), "counts": None}
    path = saved / "web" / "resources" / "database"
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    other.requests.clear()
    run = restore(harness, other)
    assert run.rc and "web/resources/database is damaged" in run.output
    assert other.requests == []


def test_a_backup_that_fails_leaves_nothing(harness: Harness, rack: PracticeRack) -> None:
    furnish(rack)
    rack.settings.change({"resource_data": False})
    run = backup(harness)
    assert run.rc and "could not export" in run.output
    assert not (harness.folder / "saved").exists()
    assert [path.name for path in harness.folder.iterdir() if "convox-backup" in path.name] == []


def cli_export(rack: PracticeRack, path: Path) -> None:
    """As ``convox apps export`` writes it."""
    app = Preparer(rack)
    told = app.ask("GET", "/apps/web")
    release = app.ask("GET", f"/apps/web/releases/{told['release']}")
    auth = ("convox", rack.password)
    import httpx

    build = httpx.get(f"{rack.url}/apps/web/builds/{release['build']}.tgz", auth=auth, trust_env=False)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {
            "app.json": json.dumps(told).encode(),
            "env": release["env"].encode(),
            "build.tgz": build.content,
            "resources/database.tgz": DUMP,
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_an_export_of_the_cli(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    furnish(rack)
    path = harness.folder / "web.tgz"
    cli_export(rack, path)
    given: dict[str, Any] = {"clone_src": str(path), "clone_to": "shop", "clone_to_rack": connection(other)}
    play(harness, "clone_app", **given).must()
    here, there = whole(rack), whole(other, "shop")
    for part in ("parameters", "env", "build", "data"):
        assert there[part] == here[part]
    path.write_bytes(path.read_bytes()[:-30])
    run = play(harness, "clone_app", **given)
    assert run.rc and "is no whole archive that convox apps export wrote" in run.output


def test_what_is_refused(harness: Harness, rack: PracticeRack, other: PracticeRack) -> None:
    given = {**migration(rack, other), "migrate_from": {"hots": "x"}, "migrate_data": "perhaps"}
    run = play(harness, "migrate_app", **given)
    assert run.rc
    for name in ("hots", "migrate_data"):
        assert name in run.output
    assert rack.requests == other.requests == []


def test_no_vault_password(harness: Harness, rack: PracticeRack) -> None:
    run = backup(harness, backup_vault_password_file="")
    assert run.rc and "there is no vault password" in run.output
    assert rack.requests == [] and not (harness.folder / "saved").exists()
