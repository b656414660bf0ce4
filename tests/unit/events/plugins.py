# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins of ansible-rulebook as it loads them, and a queue that events come out of."""

from __future__ import annotations

import asyncio
import runpy
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "extensions" / "eda" / "plugins"


def load(kind: str, name: str) -> dict[str, Any]:
    """What a plugin's file defines."""
    return runpy.run_path(str(PLUGINS / kind / f"{name}.py"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def run_source(
    main: Callable[[Any, dict[str, Any]], Awaitable[None]],
    args: dict[str, Any],
    play: Callable[[asyncio.Queue[Any]], Awaitable[None]],
) -> list[dict[str, Any]]:
    """Run a source while ``play`` goes on; the events that ``play`` left in the queue. What ends the source
    before is raised."""

    async def whole() -> list[dict[str, Any]]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        source = asyncio.ensure_future(main(queue, args))
        playing = asyncio.ensure_future(play(queue))
        await asyncio.wait({source, playing}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        if source.done():
            playing.cancel()
            source.result()
        playing.result()
        source.cancel()
        await asyncio.wait({source})
        return [queue.get_nowait() for _unused in range(queue.qsize())]

    return asyncio.run(whole())
