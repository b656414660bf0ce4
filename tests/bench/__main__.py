# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: what the collection costs, beside its budgets. ``ARGS="--rounds 5 --only ratios"``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import client, imports, memory, ratios, requests, rollout
from tests.bench.stage import Budget, Rack, ansible, practice_rack


def _ratios(rack: Rack, rounds: int) -> list[Budget]:
    ratios.prove_the_short_way(rack)
    found = ratios.plain_http(rack, rounds)
    with tempfile.TemporaryDirectory() as folder, practice_rack(Path(folder), "--tls") as safe:
        return found + ratios.over_tls(safe, rounds)


PARTS = {
    "ratios": _ratios,
    "imports": lambda rack, rounds: imports.measure(rounds),
    "requests": lambda rack, rounds: requests.measure(rack),
    "client": lambda rack, rounds: client.measure(rack),
    "rollout": lambda rack, rounds: rollout.measure(rack),
    "memory": lambda rack, rounds: memory.measure(rack),
}


def main() -> int:
    """Measure, print the table; answers 1 where a budget is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append")
    chosen = parser.parse_args()
    version = subprocess.run([ansible("ansible"), "--version"], capture_output=True, text=True, check=True)
    print(version.stdout.splitlines()[0], flush=True)
    budgets = []
    for name in chosen.only or PARTS:
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as folder, practice_rack(Path(folder)) as rack:
            budgets += PARTS[name](rack, chosen.rounds)
    print(f"\n{'what':<56} {'measured':>12} {'budget':>10}")
    for budget in budgets:
        print(budget.row())
    return 0 if all(budget.kept for budget in budgets) else 1


if __name__ == "__main__":
    sys.exit(main())
