# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in a process, and the consoles."""

from __future__ import annotations

import shlex

from tests.practice_rack import files, processes, real, resources, shell, wire
from tests.practice_rack.state import Pod, State
from tests.practice_rack.streams import Stream
from tests.practice_rack.wire import RackError

CODE = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:"


async def run(stream: Stream) -> None:
    """The output, then a line with the exit code. One that never started sends code 0 and an error
    (from 3.25.5 on, the error alone)."""
    app = stream.path["app"]
    if app not in stream.state.apps:
        raise RackError(404, f"app not found: {app}")
    command = stream.headers.get("command", "")
    try:
        pod = _process(stream.state, app, stream.path["pid"])
        wire.shell_quotes(command)
    except RackError:
        if not stream.state.settings.at_least(3, 25, 5):
            await _code(stream, 0)
        raise
    if pod.ended_at is not None:
        await _code(stream, 1)
        phase = "Failed" if pod.status == "failed" else "Succeeded"
        raise RackError(500, f"cannot exec into a container in a completed pod; current phase is {phase}")
    await _execute(stream, pod, command)


def _process(state: State, app: str, id_: str) -> Pod:
    """By its id, or by its service's name: any running process of it."""
    for pod in state.apps[app].pods.values():
        if pod.kind == "service" and pod.service == id_ and state.status(pod) == "running":
            return pod
    return processes.find(state, app, id_)


async def _code(stream: Stream, code: int) -> None:
    await stream.text(f"{CODE}{code}\n")


async def _execute_really(stream: Stream, pod: Pod, command: str) -> None:
    try:
        code = await real.run(stream, pod, command, lambda: _alive(stream, pod))
    except (FileNotFoundError, PermissionError, IndexError):
        await _not_started(stream, (shlex.split(command) or [""])[0])
    else:
        await _code(stream, 1 if code is None else code)


async def _not_started(stream: Stream, program: str) -> None:
    words = f'unable to start container process: exec: "{program}": executable file not found in $PATH'
    await stream.text(f"OCI runtime exec failed: exec failed: {words}: unknown\r\n")
    await _code(stream, 126)


async def _execute(stream: Stream, pod: Pod, command: str) -> None:
    if stream.state.settings.real_root:
        await _execute_really(stream, pod, command)
        return
    terminal, no_input = stream.flag("tty", True), stream.flag("disable-stdin", False)
    code = files.moved(pod, command)
    if code is not None:
        await _code(stream, code)
        return
    count = shell.wanted_input(command)
    if count is None:
        done = shell.run(command, pod.env)
    else:
        text = await _whole_input(stream, pod, count)
        if text is None:
            await _code(stream, 1)
            return
        done = shell.fed(command, pod.env, text)
    if done.unknown is not None:
        await _not_started(stream, done.unknown)
        return
    if done.seconds is shell.FOREVER:
        if not no_input:
            await _read_input(stream, pod, command)
    elif not await _pass(stream, pod, done.seconds):
        await _code(stream, 1)
        return
    if terminal:
        whole = (done.output + done.errors).replace("\n", "\r\n")
        frames = [whole]
    else:
        frames = [done.output, done.errors if no_input else ""]
    for frame in frames:
        if frame:
            await stream.text(frame)
    await _code(stream, done.code)


def _alive(stream: Stream, pod: Pod) -> bool:
    app = stream.state.apps.get(pod.app)
    return app is not None and app.pods.get(pod.id) is pod and pod.ended_at is None


async def _pass(stream: Stream, pod: Pod, seconds: float) -> bool:
    """Let the command take its time; False when the process ended under it."""
    end = stream.state.now + seconds
    while stream.state.now < end:
        await stream.pause(end)
        if not _alive(stream, pod):
            return False
    return True


async def _whole_input(stream: Stream, pod: Pod, count: int) -> str | None:
    """So many bytes of input; None when the process ended before they came."""
    text = ""
    while len(text.encode()) < count:
        if not _alive(stream, pod):
            return None
        while stream.typed:
            text += stream.typed.popleft()
        if len(text.encode()) < count:
            await stream.pause()
    return text


async def _read_input(stream: Stream, pod: Pod, command: str) -> None:
    """``cat`` gives back what comes in and never ends; ``head -n 1`` ends after a line."""
    while _alive(stream, pod):
        while stream.typed:
            await stream.text(stream.typed.popleft())
            if command.startswith("head"):
                return
        await stream.pause()


async def resource_console(stream: Stream) -> None:
    """There is no database behind it: the tool cannot connect."""
    app, name = stream.path["app"], stream.path["name"]
    if app not in stream.state.apps:
        raise RackError(404, f"app not found: {app}")
    found = [r for r in resources.of_app(stream.state, stream.state.apps[app]) if r["name"] == name]
    if not found:
        raise RackError(500, f"no such resource: {name}")
    host = f"resource-{name}.{stream.state.settings.rack_name}-{app}.svc.cluster.local"
    words = f'could not translate host name "{host}" to address: Name or service not known'
    await stream.text(f"psql: error: {words}\r\n")


async def instance_shell(stream: Stream) -> None:
    if stream.path["id"] not in stream.state.instances:
        raise RackError(404, "instance not found")
    raise RackError(500, "private key is not provided")
