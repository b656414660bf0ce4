# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each file of recordings: which rack it was, and what had been made before or outside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.replay import Replay, Setup
from tests.practice_rack.services import refresh_caches

FAST = {
    "promote_seconds": 0.4,
    "process_seconds": 0.4,
    "build_seconds": 0.4,
    "revert_seconds": 2.0,
    "rollback_seconds": 0.3,
    "delete_seconds": 0.3,
}
CLUSTER = {**FAST, "profile": "cluster"}
PLAIN = {**FAST, "profile": "plain"}
TEST_PARAMETER = {"default_parameters": {"Test": "foo"}}

Step = Callable[[Replay], object]


def steps(*parts: Step) -> Step:
    def all_of_them(replay: Replay) -> None:
        for part in parts:
            part(replay)

    return all_of_them


def create(app: str) -> Step:
    return lambda replay: replay.create(app)


def settled(app: str) -> Step:
    """Once the app is running."""
    return lambda replay: replay.until(f"/apps/{app}", lambda found: found["status"] == "running")


def deploy(app: str, recorded: str = "") -> Step:
    def work(replay: Replay) -> None:
        release = replay.deploy(app)
        if recorded:
            replay.pairs.bind(recorded, release)

    return work


def build(app: str, recorded: str, url: str = "http://h/ok.tgz") -> Step:
    return lambda replay: replay.pairs.bind(recorded, replay.build(app, url))


def env_release(app: str, recorded: str, env: str) -> Step:
    def work(replay: Replay) -> None:
        made = replay.client.post(f"/apps/{app}/releases", data={"env": env}).json()
        replay.pairs.bind(recorded, made["id"])

    return work


def setting(**values: Any) -> Step:
    return lambda replay: replay.rack.settings.change(values)


def clear_build_pods(app: str, keep: int = 0) -> Step:
    """A rack clears away the pods of finished builds from time to time."""

    def work(replay: Replay) -> None:
        pods = replay.rack.state.apps[app].pods
        old = sorted((p for p in pods.values() if p.kind == "build"), key=lambda p: p.at)
        for pod in old[: len(old) - keep]:
            del pods[pod.id]

    return work


def age(app: str, seconds: float) -> Step:
    """As if the app's processes had started so many seconds ago."""

    def work(replay: Replay) -> None:
        state = replay.rack.state
        for pod in state.apps[app].pods.values():
            if pod.running_at is not None and pod.kind in ("service", "resource"):
                pod.at = pod.running_at = state.now - seconds

    return work


def all_running(app: str) -> Step:
    def work(replay: Replay) -> None:
        replay.until(
            f"/apps/{app}/processes",
            lambda found: {"web", "worker"} <= {p["name"] for p in found if p["status"] == "running"},
        )

    return work


def run(app: str, recorded: str, command: str, status: str) -> Step:
    """A one-off process, once it has the status."""

    def work(replay: Replay) -> None:
        made = replay.client.post(f"/apps/{app}/services/web/processes", headers={"Command": command}).json()
        replay.pairs.bind(recorded, made["id"])
        replay.until(f"/apps/{app}/processes/{made['id']}", lambda p: p["status"] == status)

    return work


def start_build(app: str, recorded: str) -> Step:
    def work(replay: Replay) -> None:
        made = replay.client.post(f"/apps/{app}/builds", data={"url": "http://h/ok.tgz"}).json()
        replay.pairs.bind(recorded, made["id"])
        replay.last_build = (app, made["id"])

    return work


def build_named(app: str, recorded: str) -> Step:
    """A finished build, known by its own id."""
    return steps(
        start_build(app, recorded),
        lambda replay: replay.finish_build(app, replay.pairs.ours[recorded]),
    )


def promote_last_build(app: str) -> Step:
    def work(replay: Replay) -> None:
        assert replay.last_build
        replay.promote(app, replay.finish_build(*replay.last_build))

    return work


def promote_env(app: str, env: str) -> Step:
    def work(replay: Replay) -> None:
        made = replay.client.post(f"/apps/{app}/releases", data={"env": env}).json()
        replay.promote(app, made["id"])

    return work


def scale(app: str, **form: str) -> Step:
    """Scale its service web, and wait until only the new processes are there."""

    def work(replay: Replay) -> None:
        replay.client.put(f"/apps/{app}/services/web", data=form).raise_for_status()
        replay.until(
            f"/apps/{app}/processes?service=web",
            lambda found: len(found) == int(form["count"]) and all(p["status"] == "running" for p in found),
        )

    return work


def refresh(replay: Replay) -> None:
    """The rack's cache is filled anew: values it refused are forgotten."""
    refresh_caches(replay.rack.state)


SETUPS = {
    "apps": Setup(CLUSTER, {}, "list|locked|after the .* style||deleted|unlock"),
    "auth": Setup(
        CLUSTER,
        {13: setting(create_seconds=0, delete_seconds=5), 18: setting(create_seconds=0.1)},
    ),
    "budget": Setup(PLAIN, {0: create("bud")}),
    "budget_on": Setup({**PLAIN, "cost_tracking": True}, {0: deploy("budon")}),
    "builds": Setup(CLUSTER, {}, "complete|failed"),
    "cluster": Setup(
        {**PLAIN, **TEST_PARAMETER},
        {
            3: env_release("clu", "RVXIRYWTMZF", "A=1"),
            10: build("clu", "RXLPMNLAFCK"),
            14: steps(build("clu", "RBPPVOEHPWR", "http://h/crash.tgz"), clear_build_pods("clu", 1)),
            27: env_release("clu", "RPQTGWKNCWP", "A=5"),
            47: refresh,
        },
        "the failing process while.*|after it|after that",
    ),
    "configs": Setup(PLAIN, {0: create("cfg")}),
    "diagnose": Setup(
        {**CLUSTER, "revert_seconds": 3.0},
        {
            0: create("dia"),
            2: steps(deploy("dia", "ROUGWTUGHLX"), all_running("dia")),
            3: steps(
                build("dia", "RVWIFESBBEA", "http://h/crash.tgz"), clear_build_pods("dia"), age("dia", 6)
            ),
        },
        "during the rollout|reverted|after the revert",
    ),
    "env": Setup(CLUSTER, {}),
    "objects": Setup(PLAIN, {}),
    "processes": Setup(
        PLAIN,
        {
            0: create("prc"),
            3: steps(deploy("prc"), all_running("prc")),
            23: run("prc", "web-4ffw8", "sleep 60", "running"),
        },
        "complete; it stays.*|failed: .*|running|its service has .*",
    ),
    "rack": Setup(
        CLUSTER,
        {
            0: steps(
                deploy("rel"),
                deploy("svc"),
                scale("svc", count="3", cpu="512", memory="1024"),
                clear_build_pods("rel"),
            )
        },
    ),
    "rejected_scale": Setup(PLAIN, {0: deploy("rej")}),
    "releases": Setup(CLUSTER, {5: settled("rel")}, "complete build"),
    "resources": Setup(
        PLAIN, {22: create("res"), 23: deploy("res"), 32: promote_env("res", "DATABASE_URL=x")}
    ),
    "services": Setup({**CLUSTER, "process_seconds": 1.5, "promote_seconds": 1.5}, {7: all_running("svc")}),
    "tokens": Setup({**PLAIN, **TEST_PARAMETER}, {0: create("tok")}, "admin token: get"),
    "websockets": Setup(
        PLAIN,
        {
            0: steps(create("ws"), start_build("ws", "BQSZBFYSDNX")),
            5: steps(promote_last_build("ws"), all_running("ws"), age("ws", 9)),
            14: age("ws", 18.1),
            20: run("ws", "web-q2ggn", "sh -c 'echo one; echo two'", "complete"),
            38: run("ws", "web-5b4sx", "true", "complete"),
            39: run("ws", "web-52xjp", "sleep 1", "running"),
        },
    ),
    "build_transfer": Setup(PLAIN, {0: steps(create("tra"), build_named("tra", "BSOWJMMBVOX"))}),
    "build_transfer_broken": Setup(
        {**PLAIN, "image_tool": False}, {0: steps(create("trb"), build_named("trb", "BLKRQEBVMTH"))}
    ),
    "certificates": Setup({**PLAIN, "own_certificate": False}, {0: create("crt")}),
    "instances": Setup(
        PLAIN,
        {
            0: steps(
                *(steps(deploy(app), all_running(app)) for app in ("bud", "ins", "res")),
                promote_env("res", "DATABASE_URL=x"),
                *(clear_build_pods(app) for app in ("bud", "res")),
            )
        },
    ),
    "letsencrypt": Setup(PLAIN, {}),
}
