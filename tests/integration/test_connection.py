# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every connection option, and every other place that a login may come from, both ways."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.harness import Harness, Task, Way
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

OFF = {"CONVOX_HOST": None, "CONVOX_PASSWORD": None}


def task(name: str, environment: dict[str, str] | None = None, **options: Any) -> Task:
    module = {"convox.rack.convox_app": {"name": "web", **options}}
    return {"name": name, **module, "environment": environment or {}}


def test_all_places(harness: Harness, rack: PracticeRack, way: Way) -> None:
    preparer = Preparer(rack)
    preparer.app()
    token = preparer.ask("POST", "/system/jwt/token", data={"role": "write", "durationInHour": "1"})["token"]
    rack.requests.clear()
    folder = harness.folder / "cli"
    folder.mkdir()
    (folder / "auth").write_text(json.dumps({rack.url: rack.password}), encoding="utf-8")
    host, port = rack.url, rack.port
    login = {"host": host, "api_key": rack.password}
    dead = "http://127.0.0.1:1"
    tasks = [
        task("options", username="convox", **login),
        task("token", host=host, api_key=token, username="jwt"),
        task("files of the CLI", cli_config=str(folder)),
        task("folder by variable", {"CONVOX_CONFIG": str(folder)}),
        task("variables", {"CONVOX_HOST": host, "CONVOX_PASSWORD": rack.password}),
        task("token by variables", {"CONVOX_HOST": host, "CONVOX_PASSWORD": token, "CONVOX_USERNAME": "jwt"}),
        task("rack url", {"RACK_URL": f"http://convox:{rack.password}@127.0.0.1:{port}"}),
        task(
            "patience", timeout=5, max_retries=1, backoff_base=0.1, backoff_max=1, retry_on_500=True, **login
        ),
        task("actor", {"CONVOX_ACTOR": "by-variable"}, actor="by-option", **login),
        task("no proxy", {"HTTP_PROXY": dead, "http_proxy": dead}, use_proxy=False, **login),
        task("proxy left out", {"http_proxy": dead, "NO_PROXY": "127.0.0.1"}, **login),
        task("no check", validate_certs=False, **login),
        {**task("proxy", proxy=dead, max_retries=0, **login), "ignore_errors": True},
        {**task("proxy by variable", {"http_proxy": dead}, max_retries=0, **login), "ignore_errors": True},
    ]
    run = harness.run_playbook(tasks, way=way, env=OFF).must()
    bad = {each.task for each in run.results if each.kind == "failed"}
    assert bad == {"proxy", "proxy by variable"}
    assert all(each.result["changed"] is False for each in run.results)
    assert len(run.requests) == len(tasks) - len(bad)
    assert [r.headers["convox-actor"] for r in run.requests if "convox-actor" in r.headers] == ["by-option"]
    assert run.warnings() == []


def test_a_client_certificate_that_is_not_there(harness: Harness, way: Way) -> None:
    tasks = [
        {**task("certificate", client_cert="/nowhere/cert.pem"), "ignore_errors": True},
        {**task("key alone", client_key="/nowhere/key.pem"), "ignore_errors": True},
    ]
    run = harness.run_playbook(tasks, way=way, env={"CONVOX_HOST": "https://127.0.0.1:1"}).must()
    assert "client_cert: " in run.of("certificate")["msg"]
    assert "client_key: " in run.of("key alone")["msg"]
    assert run.requests == []
