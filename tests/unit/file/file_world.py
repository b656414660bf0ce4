# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Racks with the app shop and its process, tasks of convox_file on them, and tars that are no good."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._modules.file.noun import FileNoun
from tests.practice_rack.exchange import Reply
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.state import Pod
from tests.unit.tasks import Task, run_task

EVERY = bytes(range(256)) * 3


def world(files: dict[str, bytes] | None = None, **settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("shop", services={"web": {"scale": {"count": 1}}})
    pod(rack).files.update(files or {})
    return rack


def pod(rack: MemoryRack) -> Pod:
    """The process of the service."""
    return next(pod for pod in rack.app("shop").pods.values() if pod.service == "web")


def task(rack: MemoryRack, **given: Any) -> Task:
    return run_task(FileNoun, rack, app="shop", process="web", **given)


def tar_of(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, link, len(content)
        archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def answers(rack: MemoryRack, body: bytes) -> None:
    """Every download of the rack is answered so."""

    def alter(record: Any, reply: Any) -> Any:
        if record.method == "GET" and record.path.endswith("/files"):
            return Reply(200, {"content-type": "application/octet-stream"}, body)
        return reply

    rack.alter = alter
