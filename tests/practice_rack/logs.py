# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs over websockets: of builds, services, processes, the app."""

from __future__ import annotations

import math
from collections.abc import Callable

from tests.practice_rack import builds, processes, wire
from tests.practice_rack.state import Pod, State
from tests.practice_rack.streams import Stream
from tests.practice_rack.wire import RackError

SINCE = 120.0
APP_TAIL = 10
SCRIPTED = 0.5  # a process that a test plays is looked at so often

Line = tuple[float, str]


def lines(state: State, pod: Pod, *, previous: bool = False) -> list[Line]:
    """What a process has written by now, each line with its time; ``previous``: before it crashed."""
    if pod.kind in ("run", "build"):
        return [(at, text) for at, text in pod.lines if at <= state.now]
    played = state.condition(pod)
    if played is not None:
        wanted = played.previous_logs if previous else played.logs
        if wanted is not None:
            return [(pod.at, text) for text in wanted.removesuffix("\n").split("\n") if wanted]
    if pod.running_at is None:
        return []
    if state.status(pod) == "crashed":
        return [(pod.running_at, f"starting {pod.service}"), (pod.running_at, "fatal: told to crash")]
    kind = state.settings.kind
    names = {"service": pod.service, "release": pod.release}
    found = [(pod.running_at, line.format(**names)) for line in kind.start_log]
    ticks = int((state.now - pod.running_at) / kind.tick_seconds)
    for n in range(1, ticks + 1):
        found.append((pod.running_at + n * kind.tick_seconds, kind.tick_log.format(n=n, **names)))
    return found


def next_line(state: State, pod: Pod) -> float:
    """When a process writes its next line by itself, infinite for never."""
    if pod.kind != "service":
        return min((at for at, _unused in pod.lines if at > state.now), default=math.inf)
    if state.condition(pod) is not None:
        return state.now + SCRIPTED
    if pod.running_at is None or pod.status == "crashed":
        return math.inf
    tick = state.settings.kind.tick_seconds
    return pod.running_at + (int((state.now - pod.running_at) / tick) + 1) * tick


# -- builds


async def of_build(stream: Stream) -> None:
    """Line by line while it runs, the stored object afterwards."""
    app = stream.state.apps.get(stream.path["app"])
    if app is None:
        raise RackError(404, f"app not found: {stream.path['app']}")
    build = builds.find(app, stream.path["id"])
    if build.status in ("complete", "failed"):
        content = stream.state.objects.get((app.name, f"build/{build.id}/logs"), b"")
        if content:
            await stream.text(content.decode())
        return
    sent = 0
    while True:
        seen = [text for at, text in build.lines if at <= stream.state.now]
        for text in seen[sent:]:
            await stream.text(text + "\n")
        sent = len(seen)
        if build.status != "running":
            return
        await stream.pause(min((at for at, _unused in build.lines[sent:]), default=math.inf))


# -- services and the app


async def of_service(stream: Stream) -> None:
    service = stream.path["service"]
    await _follow(stream, stream.path["app"], lambda p: p.kind == "service" and p.service == service, None)


async def of_app(stream: Stream) -> None:
    """Not on a bare rack, nor before 3.24.6."""
    settings = stream.state.settings
    if not settings.app_logs or not settings.at_least(3, 24, 6):
        raise RackError(501, "unimplemented")
    await _follow(stream, stream.path["name"], lambda p: p.kind == "service", APP_TAIL)


async def of_system(stream: Stream) -> None:
    raise RackError(501, "unimplemented")


async def _follow(stream: Stream, app_name: str, wanted: Callable[[Pod], bool], tail: int | None) -> None:
    """``Filter`` is not heard here; ``Tail`` counts for each process."""
    state = stream.state
    since = state.now - wire.duration(stream.headers.get("since", "2m"))
    if "tail" in stream.headers:
        tail = wire.atoi(stream.headers["tail"])
    follow, prefix = stream.flag("follow", True), stream.flag("prefix", True)
    previous = stream.flag("previous", False)
    sent: dict[str, int] = {}
    first = True
    while True:
        app = state.apps.get(app_name)
        found = sorted((p for p in app.pods.values() if wanted(p)), key=lambda p: p.id) if app else []
        if first and not found:
            raise RackError(500, f"no resources found in {state.settings.rack_name}-{app_name} namespace")
        for pod in found:
            if previous and state.status(pod) != "crashed":
                text = f'previous terminated container "{app_name}" in pod "{pod.id}" not found'
                raise RackError(500, text)
            written = lines(state, pod, previous=previous)
            fresh = [line for line in written[sent.get(pod.id, 0) :] if line[0] >= since]
            if first and tail is not None:
                fresh = fresh[-tail:] if tail > 0 else []
            for at, text in fresh:
                start = f"[pod/{pod.id}/{app_name}] {state.nanos(at)} " if prefix else ""
                await stream.text(f"{start}{text}\n")
            sent[pod.id] = len(written)
        first = False
        if not follow:
            return
        await stream.pause(min((next_line(state, p) for p in found), default=math.inf))


# -- processes


async def of_process(stream: Stream) -> None:
    """``Since`` is added to now, so only a negative one shows the past; ``Follow`` is not heard."""
    state = stream.state
    pod = processes.find(state, stream.path["app"], stream.path["pid"])
    since = state.now + wire.duration(stream.headers.get("since", "2m"))
    prefix = stream.flag("prefix", False)
    sent = 0
    while True:
        ended = pod.ended_at is not None
        written = lines(state, pod)
        for at, text in written[sent:]:
            if at >= since:
                start = f"{state.seconds(at)} {pod.kind}/{pod.service}/{pod.id} " if prefix else ""
                await stream.text(f"{start}{text}\n")
        sent = len(written)
        if ended:
            return
        await stream.pause(next_line(state, pod))
