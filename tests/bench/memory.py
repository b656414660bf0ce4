# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory that large files take: they are packed, sent and fetched as streams, never whole in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.data_rack import FILE, data_rack
from tests.bench.stage import APP, Budget, Rack, Task, ansible

MEBIBYTE = 1024 * 1024
LARGE = 200
DATA = 1024
LIMIT = 32
# Of all processes below it, the largest one's peak, in KiB.
PEAK = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _source(folder: Path, mebibytes: int) -> Path:
    """A folder to build from; random bytes do not shrink when they are packed."""
    folder.mkdir()
    (folder / "convox.yml").write_text("services:\n  web:\n    build: .\n", encoding="utf-8")
    (folder / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    for number in range(0, mebibytes, 10):
        (folder / f"data-{number}").write_bytes(os.urandom(min(10, mebibytes) * MEBIBYTE))
    return folder


def _peak(rack: Rack, task: Task) -> float:
    """MiB at the highest of a play of this task."""
    book = rack.folder / "memory.json"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
    book.write_text(json.dumps([play]), encoding="utf-8")
    command = [sys.executable, "-c", PEAK, ansible("ansible-playbook"), str(book)]
    env = {**os.environ, **rack.environment}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    status, peak = map(int, done.stdout.split())
    if status:
        sys.exit(f"a play failed; its task: {task}")
    return peak / 1024


def _build(rack: Rack, name: str, mebibytes: int) -> float:
    source = _source(rack.folder / name, mebibytes)
    return _peak(rack, {"name": "Build", "convox.rack.convox_build": {"app": APP, "path": str(source)}})


def _prove_that_workers_count(rack: Rack, small: float) -> None:
    """A task that does hold much in its worker must be seen, or a small figure says nothing."""
    text = f"{{{{ ('x' * {LARGE * MEBIBYTE}) | length }}}}"
    if _peak(rack, {"name": "Hoard", "ansible.builtin.debug": {"msg": text}}) < small + LARGE / 2:
        sys.exit("the memory of a task's worker was not seen")


def _moved(rack: Rack, mebibytes: int) -> tuple[float, float]:
    """MiB at the highest of the export and of the import of data."""
    file = rack.folder / "data.sql"
    common = {"app": APP, "name": "database", "api_key": "any"}
    with data_rack() as other:
        other.mebibytes = mebibytes
        common["host"] = f"http://127.0.0.1:{other.server_address[1]}"
        out = {**common, "state": "exported", "dest": str(file)}
        back = {**common, "state": "imported", "src": str(file)}
        peaks = [_peak(rack, {"name": "Move", "convox.rack.convox_resource": each}) for each in (out, back)]
        size = file.stat().st_size
        file.unlink()
        if (size, other.received) != (mebibytes * MEBIBYTE,) * 2:
            sys.exit("the data was not moved whole")
    return peaks[0], peaks[1]


def _copied(rack: Rack, mebibytes: int) -> tuple[float, float]:
    """MiB at the highest of fetching a file from a process, and of sending it to one that lacks it."""
    file = rack.folder / "fetched"
    common = {"app": APP, "process": "web-1", "api_key": "any"}
    with data_rack() as other:
        other.mebibytes = mebibytes
        common["host"] = f"http://127.0.0.1:{other.server_address[1]}"
        out = {**common, "state": "fetched", "src": FILE, "dest": str(file)}
        peaks = [_peak(rack, {"name": "Copy", "convox.rack.convox_file": out})]
        size, other.has_file = file.stat().st_size, False
        back = {**common, "src": str(file), "dest": FILE}
        # It is given its name by a command, behind the transfer: this rack runs none.
        send = {"name": "Copy", "convox.rack.convox_file": back, "failed_when": False}
        peaks.append(_peak(rack, send))
        file.unlink()
        if size != mebibytes * MEBIBYTE or other.received < size:
            sys.exit("the file was not copied whole")
    return peaks[0], peaks[1]


def _large(rack: Rack) -> list[Budget]:
    """How much more large data and files take than small ones."""
    return [
        Budget(f"memory for {name} {DATA} MiB of {what}, beyond 1 MiB", most - least, LIMIT, unit=" MiB")
        for what, peaks in (("data", _moved), ("a file", _copied))
        for name, least, most in zip(("fetching", "sending"), peaks(rack, 1), peaks(rack, DATA), strict=True)
    ]


def measure(rack: Rack) -> list[Budget]:
    """How much more the large files take than small ones."""
    small, large = _build(rack, "small", 1), _build(rack, "large", LARGE)
    _prove_that_workers_count(rack, small)
    print(f"  peak of a play that packs 1 MiB: {small:.0f} MiB; {LARGE} MiB: {large:.0f} MiB", flush=True)
    packing = Budget(f"memory for packing {LARGE} MiB, beyond 1 MiB", large - small, LIMIT, unit=" MiB")
    return [packing, *_large(rack)]
