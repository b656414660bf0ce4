# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests as people write them are built, promoted and run; the others are refused as by the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.described import tar_of
from tests.contract.reach import MemoryReach
from tests.contract.refused_manifests import CHECKS, REFUSED, WEB
from tests.practice_rack.memory import MemoryRack

FOLDER = Path(__file__).parent / "manifests"
FILES = sorted(path.stem for path in FOLDER.glob("*.yml"))

ENVS = {
    "rails": "SECRET_KEY_BASE=s\nHOST=shop.example.org",
    "interpolated": "SCALE=2\nMIN=1\nMAX=3\nPORT=8080\nTAG=v7\nCPU=128",
    "environments": "REQUIRED=r\nOTHER=o\nLEVEL=warning\nSTRAY=x",
}

# Of each service: processes, least, most, and the container's ports.
SERVICES: dict[str, dict[str, tuple[int, int, int, list[int]]]] = {
    "minimal": {"web": (1, 1, 1, [])},
    "rails": {"web": (2, 2, 4, [3000]), "worker": (2, 2, 2, [])},
    "scales": {
        "none": (1, 1, 1, []),
        "number": (3, 3, 3, []),
        "range": (1, 1, 3, []),
        "quoted": (2, 2, 2, []),
        "zero": (0, 0, 0, []),
        "count": (2, 2, 2, []),
        "count-range": (2, 2, 5, []),
        "count-map": (1, 1, 1, []),
        "count-words": (2, 2, 6, []),
        "sizes": (1, 1, 1, []),
        "limits": (1, 1, 1, []),
        "gpu": (1, 1, 1, []),
        "gpu-map": (1, 1, 1, []),
        "min-max": (1, 1, 4, []),
    },
    "interpolated": {"web": (2, 2, 2, [8080]), "ranged": (1, 1, 3, [8080]), "unset": (0, 0, 0, [])},
    "ports": {
        "number": (1, 1, 1, [3000]),
        "scheme": (1, 1, 1, [3001]),
        "quoted": (1, 1, 1, [3002]),
        "map": (1, 1, 1, [3003]),
        "map-scheme": (1, 1, 1, [3004]),
        "more": (1, 1, 1, [3005, 5000, 5001]),
        "inside": (1, 1, 1, [3006]),
        "nothing": (1, 1, 1, []),
    },
    "healths": {name: (1, 1, 1, [80]) for name in ("path", "map", "interval-only", "liveness")},
    "domains": {name: (1, 1, 1, [80]) for name in ("one", "words", "listed", "from-env")},
    "environments": {name: (1, 1, 1, []) for name in ("own", "star", "inherits")},
    "anchors": {"web": (2, 2, 2, [3000]), "worker": (1, 1, 1, [])},
    "agents": {"agent": (1, 1, 1, [8125, 8126]), "web": (1, 1, 1, [3000])},
    "resources": {"web": (1, 1, 1, [])},
    "timers": {"web": (1, 1, 1, [3000]), "jobs": (0, 0, 0, [])},
    "balancers": {"web": (1, 1, 1, [3000])},
}


class Yard:
    """An app on a rack in memory to which manifests are brought as a client does it."""

    def __init__(self, env: str = "") -> None:
        self.rack = MemoryRack()
        self.rack.add_app()
        self.client = MemoryReach(self.rack).client(
            auth=("convox", "secret"), headers={"Accept": "application/json"}
        )
        self.made: dict[str, Any] = {}
        if env:
            self.release(env)

    def get(self, path: str) -> Any:
        return self.client.get(f"/apps/web{path}").raise_for_status().json()

    def release(self, env: str) -> str:
        answer = self.client.post("/apps/web/releases", data={"env": env}).raise_for_status()
        return str(answer.json()["id"])

    def build(self, text: str, **form: str) -> str:
        """The status of a build, once it has ended; ``made`` is the build itself."""
        content = tar_of({"convox.yml": text.encode()}, zipped=True)
        url = self.client.post("/apps/web/objects/tmp/x.tgz", content=content).json()["Url"]
        made = self.client.post("/apps/web/builds", data={"url": url, **form}).json()
        self.rack.clock.sleep(10)
        self.made = self.get(f"/builds/{made['id']}")
        return str(self.made["status"])

    def log(self) -> list[str]:
        path = self.made["logs"].replace("object://web", "/apps/web/objects")
        return self.client.get(path).text.splitlines()

    def promote(self, release: str = "", **form: str) -> tuple[int, str]:
        release = release or self.made["release"]
        answer = self.client.post(f"/apps/web/releases/{release}/promote", data=form)
        return answer.status_code, "" if answer.status_code == 200 else answer.json()["error"]

    def at_rest(self) -> tuple[str, str]:
        self.rack.clock.sleep(60)
        found = self.get("")
        return found["status"], found["release"]

    def deployed(self, text: str) -> None:
        assert self.build(text) == "complete", self.log()
        assert self.promote() == (200, "")
        assert self.at_rest() == ("running", self.made["release"])


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.yml").read_text()


def test_every_manifest_is_looked_at() -> None:
    assert sorted(SERVICES) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_manifest_is_built_promoted_and_runs(name: str) -> None:
    yard = Yard(ENVS.get(name, ""))
    yard.deployed(text_of(name))
    told = {
        s["name"]: (s["count"], s["min"], s["max"], [p["container"] for p in s["ports"]])
        for s in yard.get("/services")
    }
    assert told == SERVICES[name]
    processes = yard.get("/processes?release=" + yard.made["release"])
    running = [p["name"] for p in processes if p["status"] == "running" and p["name"] != "build"]
    assert {n: running.count(n) for n in told} == {n: found[0] for n, found in told.items()}
    # And once more, as an env change does it.
    release = yard.release(ENVS.get(name, "") + "\nMORE=1")
    assert yard.promote(release) == (200, "")
    assert yard.at_rest() == ("running", release)


def test_what_a_service_gets() -> None:
    yard = Yard()
    yard.deployed(text_of("scales"))
    told = {s["name"]: (s["cpu"], s["memory"], s["gpu"], s["gpu-vendor"]) for s in yard.get("/services")}
    assert told["none"] == (250, 512, 0, "")
    assert told["count-range"] == (128, 512, 0, "")
    assert told["sizes"] == (64, 2048, 0, "")
    assert told["limits"] == (1000, 4096, 0, "")
    assert told["gpu"] == (0, 0, 2, "nvidia")
    assert told["gpu-map"] == (768, 2048, 1, "amd")
    found = {s["name"]: s for s in yard.get("/services")}
    assert (found["zero"]["cold-start"], "cold-start" in found["none"]) == (True, False)
    assert (found["min-max"]["autoscale"], "autoscale" in found["none"]) == ({"enabled": True}, False)


def test_where_services_are_reached() -> None:
    yard = Yard()
    yard.deployed(text_of("ports"))
    told = {s["name"]: (s["domain"], [p["balancer"] for p in s["ports"]]) for s in yard.get("/services")}
    assert told["number"] == ("number.web.rack.test", [443])
    assert told["more"] == ("more.web.rack.test", [443, 0, 0])
    assert told["inside"] == ("inside.web.rack1.local", [0])
    listed = {p["name"]: p["ports"] for p in yard.get("/processes")}
    assert (listed["more"], listed["nothing"]) == (["3005", "5000", "5001"], None)


def test_what_a_process_sees() -> None:
    yard = Yard(ENVS["environments"])
    yard.deployed(text_of("environments"))
    found = {p.service: p.env for p in yard.rack.app().pods.values() if p.kind == "service"}
    assert found["own"]["LEVEL"] == found["inherits"]["LEVEL"] == "warning"
    assert found["own"]["EQUALS"] == "a=b"
    assert (found["inherits"]["EMPTY"], found["inherits"]["SHARED"]) == ("", "everywhere")
    assert yard.get("/manifest/services/own")["environment"] == [
        *("SHARED=everywhere", "LEVEL=info", "REQUIRED", "EQUALS=a=b", "EMPTY="),
        *("LEVEL=debug", "OTHER"),
    ]


def test_resources_of_an_app() -> None:
    yard = Yard()
    yard.deployed(text_of("resources"))
    assert {r["name"]: r["type"] for r in yard.get("/resources")} == {
        "main-db": "postgres",
        "legacy": "mysql",
        "maria": "mariadb",
        "cache": "redis",
        "store": "memcached",
    }
    yard.promote(yard.release("MAIN_DB_URL=postgres://elsewhere"))
    yard.at_rest()
    assert "main-db" not in {r["name"] for r in yard.get("/resources")}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_builder_refuses(case: str) -> None:
    text, words = REFUSED[case]
    yard = Yard()
    yard.deployed(text_of("minimal"))
    before = yard.at_rest()
    assert yard.build(text) == "failed"
    assert yard.log() == words
    assert (yard.made["manifest"], yard.made["release"], yard.made["reason"]) == (text, "", "")
    assert yard.at_rest() == before


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("force", ["false", "true"])
def test_what_came_past_the_builder_is_refused_at_the_promote(case: str, force: str) -> None:
    """An external build and an import take any text for a manifest."""
    text, words = REFUSED[case]
    yard = Yard()
    yard.deployed(text_of("minimal"))
    before = yard.at_rest()
    made = yard.client.post("/apps/web/builds", data={"external": "true"}).json()
    yard.client.put(f"/apps/web/builds/{made['id']}", data={"manifest": text}).raise_for_status()
    release = yard.client.post("/apps/web/releases", data={"build": made["id"]}).json()["id"]
    answer = yard.promote(release, force=force)
    if words[0] == CHECKS:
        assert answer == (200, ""), "only the builder looks at names and such"
        return
    assert answer == (500, "\n".join(words).removeprefix("ERROR: "))
    assert yard.at_rest() == before
    assert yard.client.get(f"/apps/web/builds/{made['id']}.tgz").status_code in (200, 500)
    assert yard.client.post(
        "/apps/web/services/web/processes", headers={"Release": release, "Command": "true"}
    ).json() == {"error": answer[1]}


def test_a_required_variable_may_come_with_the_build() -> None:
    yard = Yard("A=1")
    text = "environment: [NEEDED]\n" + WEB
    assert yard.build(text, **{"build-args": "NEEDED=for-the-build,B=2"}) == "complete"
    assert yard.promote() == (500, "required env: NEEDED"), "the release has it not"
    assert yard.at_rest() == ("running", "")
    assert yard.promote(yard.release("NEEDED=x")) == (200, "")
    assert yard.at_rest()[0] == "running"


def test_a_variable_that_a_release_takes_away_is_missed_at_its_promote() -> None:
    yard = Yard(ENVS["rails"])
    yard.deployed(text_of("rails"))
    before = yard.at_rest()
    release = yard.release("HOST=shop.example.org")
    assert yard.promote(release) == (500, "required env: SECRET_KEY_BASE")
    assert yard.promote(release, force="true") == (500, "required env: SECRET_KEY_BASE")
    assert yard.at_rest() == before
    assert yard.client.put("/apps/web", data={"lock": "true"}).text == "ok\n"
    assert yard.at_rest() == before
    assert yard.promote(yard.release(ENVS["rails"] + "\nX=1")) == (200, "")


def test_a_range_that_the_env_breaks() -> None:
    yard = Yard(ENVS["interpolated"])
    yard.deployed(text_of("interpolated"))
    before = yard.at_rest()
    bad = yard.release(ENVS["interpolated"].replace("MAX=3", "MAX=many"))
    assert yard.promote(bad) == (500, 'strconv.Atoi: parsing "many": invalid syntax')
    assert yard.at_rest() == before
    assert [s["count"] for s in yard.get("/services") if s["name"] == "web"] == [2]
