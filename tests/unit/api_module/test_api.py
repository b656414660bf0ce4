# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_api."""

from __future__ import annotations

import base64
import errno
import io
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._modules.api.noun import ApiNoun, Observed
from tests.fuzz import worlds
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, options, run_task


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("web")
    return rack


def ask(rack: MemoryRack, path: str, **given: Any) -> Task:
    return done(ApiNoun, rack, path=path, **given)


def test_what_reads_is_no_change() -> None:
    rack = world()
    task = ask(rack, "/apps", query={"limit": 3, "none": None})
    assert (task.changed, task.result["status"]) == (False, 200)
    assert [app["name"] for app in task.result["json"]] == ["web"]
    assert [(r.method, r.path, dict(r.query)) for r in rack.requests] == [("GET", "/apps", {"limit": "3"})]


def test_what_writes_is_sent_once_and_is_a_change() -> None:
    rack = world()
    task = ask(
        rack, "/apps/web", method="PUT", form={"lock": True, "parameters": {"BuildMem": 2048, "B": None}}
    )
    assert task.sent == [("PUT", "/apps/web", {"lock": "true", "parameters": {"BuildMem": "2048"}})]
    assert task.changed
    assert task.result == {"status": 200, "content": "ok\n", "encoding": "text"}
    assert rack.app().locked


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_check_mode_sends_nothing_that_writes(method: str) -> None:
    rack = world()
    task = ask(rack, "/apps/web", method=method, check_mode=True)
    assert (task.changed, task.result) == (True, {"status": None, "skipped": True})
    assert rack.requests == []
    assert task.outcome is not None
    assert [change.after for step in task.outcome.steps for change in step.changes()] == [
        f"{method} /apps/web"
    ]


def test_check_mode_reads_but_writes_no_file(tmp_path: Path) -> None:
    rack = world()
    assert ask(rack, "/apps", check_mode=True).result["json"]
    task = ask(rack, "/apps", check_mode=True, dest=str(tmp_path / "apps"))
    assert (task.changed, task.result["skipped"], os.listdir(tmp_path)) == (False, True, [])


@pytest.mark.parametrize(
    ("method", "repeatable", "tries"),
    [("POST", None, 1), ("POST", False, 1), ("POST", True, 2), ("PUT", None, 2), ("PUT", False, 1)],
)
def test_what_may_have_been_done_is_sent_again_only_if_it_may_be(
    method: str, repeatable: bool | None, tries: int
) -> None:
    rack = world()
    rack.break_write(0, after=True)
    path = "/apps/web/objects/a" if method == "POST" else "/letsencrypt/config"
    task = run_task(ApiNoun, rack, path=path, method=method, json={}, repeatable=repeatable)
    assert len(task.sent) == tries
    assert task.changed
    if tries == 1:
        assert isinstance(task.error, errors.ConvoxConnectionError)
        assert task.client.ledger.unsettled == [f"{method} {path}"]


def test_statuses_that_are_no_failure() -> None:
    task = ask(world(), "/apps/nobody", status=[200, 404])
    assert task.result == {"status": 404, "json": {"error": "app not found: nobody"}}
    task = run_task(ApiNoun, world(), path="/apps/web", status=[404])
    assert isinstance(task.error, errors.ConvoxAPIError)
    assert (task.error.status_code, task.error.message) == (200, "the answer was 200, and status wants 404")
    task = run_task(ApiNoun, world(), path="/apps/nobody", status=[200])
    assert isinstance(task.error, errors.ConvoxNotFoundError)


def test_a_web_page_is_no_answer_whatever_its_status() -> None:
    for status in (200, 404):
        rack = world()
        rack.alter = lambda record, reply: type(reply)(status, {"Content-Type": "text/html"}, b"<html>")  # noqa: B023
        task = run_task(ApiNoun, rack, path="/apps", status=[200, 404])
        assert isinstance(task.error, errors.ConvoxGatewayError)
        assert "org/name" in str(task.error)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/resources/db"), ("DELETE", "/resources/db/links/web")]
)
def test_what_v3_racks_refuse_names_the_rack_that_it_needs(method: str, path: str) -> None:
    task = run_task(ApiNoun, world(), path=path, method=method)
    assert "unavailable on v3 racks (HTTP 400" in str(task.error)
    assert str(task.error).endswith("It needs a v2 rack.")


@pytest.mark.parametrize(
    ("content", "kind", "body"),
    [
        (b'{"a": 1}', "application/json", {"json": {"a": 1}}),
        (b"null", "application/json; charset=utf-8", {"json": None}),
        (b'[{"a": 1.5}]', "text/plain; charset=utf-8", {"json": [{"a": 1.5}]}),
        (b"12", "text/plain", {"content": "12", "encoding": "text"}),
        (b"{broken", "application/json", {"content": "{broken", "encoding": "text"}),
        (b"ok\n", "", {"content": "ok\n", "encoding": "text"}),
        (b"", "application/json", {"content": "", "encoding": "text"}),
        (b"\xff\x00", "application/x-gzip", {"content": "/wA=", "encoding": "base64"}),
    ],
)
def test_an_answer_is_read_as_what_it_is(content: bytes, kind: str, body: dict[str, Any]) -> None:
    rack = world()
    rack.alter = lambda record, reply: type(reply)(200, {"Content-Type": kind} if kind else {}, content)
    assert ask(rack, "/apps").result == {"status": 200, **body}


def test_bytes_go_and_come_as_they_are(tmp_path: Path) -> None:
    rack, data = world(), bytes(range(256)) * 1000
    (tmp_path / "in").write_bytes(data)
    ask(rack, "/apps/web/objects/tmp/x", method="POST", src=str(tmp_path / "in"))
    assert rack.state.objects["web", "tmp/x"] == data
    assert base64.b64decode(ask(rack, "/apps/web/objects/tmp/x").result["content"]) == data
    task = ask(rack, "/apps/web/objects/tmp/x", dest=str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == data
    assert task.result == {"status": 200, "dest": str(tmp_path / "out")}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["in", "out"]


@pytest.mark.parametrize(("then", "says"), [("cut", "got shorter while"), ("unreadable", "cannot be read")])
def test_a_file_that_fails_on_its_way_may_have_been_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str, says: str
) -> None:
    class Failing(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() and then == "cut":
                return b""
            if self.tell():
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(10) or b""

    (tmp_path / "in").write_bytes(bytes(100))
    monkeypatch.setattr(local_files, "open_regular", Failing)
    path = "/apps/web/objects/a"
    task = run_task(ApiNoun, world(), path=path, method="POST", src=str(tmp_path / "in"))
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert says in str(task.error)
    assert task.client.ledger.unsettled == [f"POST {path}"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    rack = world()
    old, link = tmp_path / "old", tmp_path / "link"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o644)
    link.symlink_to(old)
    task = run_task(ApiNoun, rack, path="/apps/nobody", dest=str(link))
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert (old.read_text("utf-8"), sorted(os.listdir(tmp_path))) == ("old", ["link", "old"])
    ask(rack, "/apps", dest=str(link))
    assert link.is_symlink()
    assert json.loads(old.read_text("utf-8"))[0]["name"] == "web"
    assert stat.S_IMODE(old.stat().st_mode) == 0o644
    assert sorted(os.listdir(tmp_path)) == ["link", "old"]


def test_a_head_has_no_body_whatever_its_headers_say() -> None:
    rack = world()
    rack.alter = lambda record, reply: type(reply)(200, {"Content-Length": str(2**40)}, b"")
    assert ask(rack, "/apps/web/objects/x", method="HEAD").result["content"] == ""


@pytest.mark.parametrize(
    "given",
    [
        {"form": {"a": "canary-form", "b": {"c": "canary-map"}, "d": ["canary-list"]}},
        {"json": {"a": {"b": ["canary-deep"]}, "c": "canary-json"}},
        {"json": '{"a": "canary-text"}'},
        {"body": "canary-body"},
        {"headers": {"X-Key": "canary-header"}},
    ],
)
def test_values_are_in_no_word_of_a_task(given: dict[str, Any]) -> None:
    said = " ".join(re.findall(r"canary-\w+", str(given)))
    for check in (False, True):
        rack = world()
        rack.fail(500, f"it broke at {said}", times=-1)
        ran = worlds.in_process(ApiNoun, {"path": "/apps", "method": "POST", **given}, rack, check=check)
        assert ran.answer.get("failed", False) is not check
        assert "canary" not in ran.said
        assert "invocation" in ran.answer
    assert "canary" not in repr(ApiNoun().desired(options(ApiNoun, path="/apps", method="POST", **given)))


@given(
    st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]),
    st.sampled_from(["/apps", "/apps/web"]),
)
def test_a_plan_is_one_request_or_none(method: str, path: str) -> None:
    desired = ApiNoun().desired(options(ApiNoun, path=path, method=method))
    steps = ApiNoun().plan(Observed(None), desired)
    assert [step.desired.request.words for step in steps] == [f"{method} {path}"] * (
        not desired.request.reads
    )
    assert all(step.one_shot for step in steps)
