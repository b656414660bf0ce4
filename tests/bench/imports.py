# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What importing a module costs beside the libraries that it stands on, each in a fresh Python."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.stage import Budget

LIBRARIES = "import httpx, ansible.module_utils.basic; from pydantic import BaseModel"
OURS = "import ansible_collections.convox.rack.plugins.modules"
MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
# One import takes a tenth of a second: so many for each round of the others.
TIMES = 10


def _seconds(code: str) -> float:
    """Processor time of a Python that runs the code; the machine's other work does not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(rounds: int) -> list[Budget]:
    """Each module in turn, and the medians of the ratios within a round; a first one compiles the files."""
    names = sorted(path.stem for path in MODULES.glob("convox_*.py"))
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(1 + rounds * TIMES):
        libraries = _seconds(LIBRARIES)
        for name in names:
            ratio = _seconds(f"{OURS}.{name}") / libraries
            if number:
                found[name].append(ratio)
    return [Budget(f"import of {name} / libraries", statistics.median(found[name]), 1.3) for name in names]
