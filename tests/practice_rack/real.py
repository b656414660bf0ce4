# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that are real: commands run on this machine, files lie in a folder of it (setting ``real_root``).

Each process has a folder below that one as its home, which begins as a copy of ``skeleton`` there, and
programs of ``bin`` there come before the machine's.
No wall stands around it: whoever may use such a rack may run commands as whoever has started it. So it cannot
be switched on over http.

Without a terminal a command with an input loses its error output, and its input never ends (recorded).
"""

from __future__ import annotations

import asyncio
import io
import os
import shlex
import shutil
import signal
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.practice_rack.state import Pod, State
from tests.practice_rack.streams import Stream
from tests.practice_rack.wire import RackError

_PIECE = 32 * 1024
_PATH = "/usr/local/bin:/usr/bin:/bin"
_PASSED_ON = ("LANG", "LC_ALL", "TZ")


class Raw(str):
    """Bytes that a text frame carries as they are, as a rack does with what a program writes."""

    raw = b""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self.raw


def _raw(data: bytes) -> Raw:
    text = Raw("?")
    text.raw = data
    return text


def home(state: State, pod: Pod) -> Path:
    folder = Path(state.settings.real_root, pod.id)
    skeleton = folder.parent / "skeleton"
    if not folder.exists() and skeleton.exists():
        shutil.copytree(skeleton, folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _environment(state: State, pod: Pod) -> dict[str, str]:
    path = os.pathsep.join([str(Path(state.settings.real_root, "bin")), _PATH])
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **pod.env, "HOME": str(home(state, pod)), "PATH": path}


async def run(stream: Stream, pod: Pod, command: str, alive: Callable[[], bool]) -> int | None:
    """Run it and pass on what it writes; its exit code, None where its process ended under it. Raises
    FileNotFoundError for a program that is not there."""
    no_input = stream.flag("disable-stdin", False)
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        stdin=nothing if no_input else pipe,
        stdout=pipe,
        stderr=pipe if no_input else nothing,
        env=_environment(stream.state, pod),
        cwd=home(stream.state, pod),
        start_new_session=True,
    )
    readers = [asyncio.create_task(_pass_on(stream, each)) for each in (child.stdout, child.stderr) if each]
    ended = asyncio.create_task(child.wait())
    try:
        while not ended.done():
            await _feed(stream, child)
            if not alive():
                return None
            await asyncio.wait([ended], timeout=0.02)
            stream.state.settle()
        await asyncio.gather(*readers)
        return child.returncode if child.returncode >= 0 else 128 - child.returncode
    finally:
        for reader in readers:
            reader.cancel()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        # Not by that task: a rack that is switched off has cancelled it.
        await child.wait()
        if child.stdin is not None:
            child.stdin.close()
            with suppress(ConnectionError):
                await child.stdin.wait_closed()


async def _feed(stream: Stream, child: asyncio.subprocess.Process) -> None:
    while stream.typed:
        text = stream.typed.popleft()
        if child.stdin is not None:
            child.stdin.write(text.encode())
    # Ends the work where the client has left.
    await stream.pause(stream.state.now)


async def _pass_on(stream: Stream, source: asyncio.StreamReader) -> None:
    while data := await source.read(_PIECE):
        await stream.text(_raw(data))


# --- files


def _real(state: State, path: str) -> Path:
    """A path of a process as one of this machine, which has to lie below the folder."""
    place = Path("/", path)
    root = Path(state.settings.real_root).resolve()
    if not place.parent.resolve().is_relative_to(root):
        raise RackError(500, f"practice rack: {path} is not below {root}")
    return place


def upload(state: State, body: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as archive:
        for member in archive:
            place = _real(state, member.name)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif (reader := archive.extractfile(member)) is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(reader.read())
                place.chmod(member.mode)


def download(state: State, path: str) -> bytes:
    place, packed = _real(state, path), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:", format=tarfile.GNU_FORMAT) as archive:
        if path and os.path.lexists(place):
            archive.add(place, arcname=path.lstrip("/"))
    return packed.getvalue()


def delete(state: State, path: str) -> None:
    place = _real(state, path)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
