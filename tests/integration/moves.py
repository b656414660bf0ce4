# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app of which nothing is as a rack makes it, all that makes it up, and the plays that move it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from tests.integration.harness import PYTHON, Harness, Run
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

ENV, CONFIG, DATA = "canary-of-the-env", "canary-of-a-config", "canary-of-the-data"
DUMP = f"create table t (name text);\ninsert into t values ('{DATA}');\n".encode()


def furnish(rack: PracticeRack, name: str = "web") -> Preparer:
    """An app of which nothing is as a rack makes it by itself."""
    app = Preparer(rack)
    app.app(name, lock="true", parameters="BuildMem=1024")
    app.release(name, env=f"TOKEN={ENV}\nTEMPLATE={{{{ 6 * 7 }}}}\nEMPTY=")
    app.promote(str(app.build(name)["release"]), name)
    value = base64.b64encode(CONFIG.encode()).decode()
    app.ask("PUT", f"/apps/{name}/configs/app.json", data={"value": value})
    app.ask("PUT", f"/apps/{name}/services/web", data={"count": "3", "cpu": "300"})
    app.ask("PUT", f"/apps/{name}/resources/database/data", content=DUMP)
    budget = {"monthly-cap-usd": "40", "at-cap-action": "block-new-deploys"}
    app.ask("POST", f"/apps/{name}/budget", data=budget)
    rack.requests.clear()
    return app


def whole(rack: PracticeRack, name: str = "web") -> dict[str, Any]:
    """What makes up an app, without what every rack names in its own way."""
    ask = Preparer(rack).ask
    app = ask("GET", f"/apps/{name}")
    release = ask("GET", f"/apps/{name}/releases/{app['release']}")
    build = ask("GET", f"/apps/{name}/builds/{release['build']}")
    services = ask("GET", f"/apps/{name}/services")
    return {
        "locked": app["locked"],
        "parameters": app["parameters"],
        "env": sorted(release["env"].split("\n")),
        "build": (build["manifest"], build["git-sha"], build["description"]),
        "configs": ask("GET", f"/apps/{name}/configs"),
        "scale": sorted((each["name"], each["count"], each["cpu"], each["memory"]) for each in services),
        "budget": (ask("GET", f"/apps/{name}/budget")["config"] or {}).get("monthly-cap-usd"),
        "data": rack.state.data.get((name, "database")),
        "counts": [len(ask("GET", f"/apps/{name}/{kind}")) for kind in ("builds", "releases")],
    }


def connection(rack: PracticeRack) -> dict[str, Any]:
    return {"host": rack.url, "api_key": rack.password}


def play(harness: Harness, name: str, *, check: bool = False, **variables: object) -> Run:
    # In a file: core shows the words of its command line.
    path = harness.folder / "variables.json"
    path.write_text(json.dumps({"ansible_python_interpreter": PYTHON, **variables}), encoding="utf-8")
    run = harness.run_playbook(
        Path(f"convox.rack.{name}"),
        check=check,
        diff=True,
        verbosity=4,
        arguments=["--extra-vars", f"@{path}"],
    )
    for canary in (ENV, CONFIG, DATA, harness.rack.password):
        assert canary not in run.output
    return run


def changed(run: Run) -> list[str]:
    return [each.task for each in run.results if each.result.get("changed")]


def nothing_left(harness: Harness) -> None:
    """No file that a play wrote holds a secret, but the variables that the test gave it."""
    for path in harness.folder.rglob("*"):
        if path.is_file() and path.name != "variables.json":
            content = path.read_bytes()
            for canary in (ENV, CONFIG, DATA):
                assert canary.encode() not in content, path


def migration(rack: PracticeRack, other: PracticeRack) -> dict[str, Any]:
    return {
        "migrate_app_name": "web",
        "migrate_from": connection(rack),
        "migrate_to": connection(other),
    }


def backup(harness: Harness, **more: object) -> Run:
    given = {"backup_dest": str(harness.folder / "saved"), "backup_apps": ["web"]}
    password = {"backup_vault_password_file": str(harness.folder / "password")}
    return play(harness, "backup", **{**given, **password, **more})


def restore(harness: Harness, other: PracticeRack, **more: object) -> Run:
    given = {"restore_src": str(harness.folder / "saved"), "restore_to": connection(other)}
    password = {"restore_vault_password_file": str(harness.folder / "password")}
    return play(harness, "restore", **{**given, **password, **more})
