# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: each ansible-core with each Python that may run it and is on this machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from scripts import interpreters, sanity, tests
from scripts.parts import Part
from scripts.runner import Verdict, perform, show
from scripts.work import Count, Work

_PARTS: dict[str, Callable[[Work, str, Path], None]] = {
    "sanity": sanity.run,
    "unit": tests.unit,
    "integration": tests.integration,
}


@dataclass
class Cell:
    """One core with one Python: a verdict for each part, or none where this Python is not here."""

    core: str
    version: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.core:<6} {self.version:<8}"

    def line(self) -> str:
        """Its line of the table."""
        if not self.verdicts:
            return f"{self.name} skipped: Python {self.version} is not here"
        counts = " ".join(f"{verdict.count!s:<36}" for verdict in self.verdicts.values())
        good = all(verdict.good for verdict in self.verdicts.values())
        seconds = sum(verdict.seconds for verdict in self.verdicts.values())
        return f"{self.name} {counts} {seconds:>8.0f}  {'ok' if good else 'FAILED'}"


def _cell(core: str, version: str, python: Path | None) -> Cell:
    cell = Cell(core, version)
    for name, run in _PARTS.items() if python else ():
        verdict = perform(Part(f"matrix {core} {version} {name}", partial(run, core=core, python=python)))
        cell.verdicts[name] = verdict
        words = f"{name} {verdict.word}: {verdict.count} in {verdict.seconds:.0f} s"
        print(f"core {core}, Python {version}: {words}", flush=True)
        if not verdict.good:
            show(verdict)
    return cell


def _notes(cells: Iterable[Cell]) -> list[str]:
    """What was skipped within a part, each reason once with the cells that it holds for."""
    found: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        for part, verdict in cell.verdicts.items():
            for note in verdict.count.notes:
                found[f"{part} skipped: {note}"].append(f"{cell.core}/{cell.version}")
    return [f"{note} [{', '.join(where)}]" for note, where in found.items()]


def _total(cells: Iterable[Cell]) -> Count:
    total = Count()
    for cell in cells:
        for verdict in cell.verdicts.values():
            total.add(verdict.count)
    return total


def run(only: str = "") -> int:
    """Run the matrix, or one core's part of it, one cell after the other; answers the exit status."""
    cells = [
        _cell(core, version, python)
        for core in ([only] if only else interpreters.CORES)
        for version, python in interpreters.of_core(core).items()
    ]
    print(f"\n{'core':<6} {'Python':<8} {' '.join(f'{name:<36}' for name in _PARTS)} {'seconds':>8}  verdict")
    print("\n".join(cell.line() for cell in cells))
    print("\n".join(["", *_notes(cells)]))
    total, skipped = _total(cells), sum(not cell.verdicts for cell in cells)
    print(f"\n{len(cells) - skipped} cells run, {skipped} skipped; {total}", flush=True)
    return 0 if total.passed and not total.failed else 1
