# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test` and of `make matrix`, and which cores and Pythons they run with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from scripts import checks, interpreters, sanity
from scripts.environments import USUAL_CORE
from scripts.runner import Part, Skipped, Work

_CELL: dict[str, Callable[..., None]] = {
    "sanity": sanity.run,
    "unit": partial(checks.tests, name="unit"),
    "integration": partial(checks.tests, name="integration"),
}


def _absent(_work: Work, version: str) -> None:
    raise Skipped(f"Python {version} is not here")


def _cells(core: str, *names: str) -> list[Part]:
    """These parts of one core with each of its Pythons; a row that says so for one that is not here."""
    return [
        Part(
            f"{name} {core} {version}",
            partial(_CELL[name], core=core, python=python) if python else partial(_absent, version=version),
        )
        for version, python in interpreters.of_core(core).items()
        for name in (names if python else names[:1])
    ]


def matrix(only: str = "") -> list[Part]:
    """Each core, or the one given, with each Python that may run it and is here."""
    return [part for core in ([only] if only else interpreters.CORES) for part in _cells(core, *_CELL)]


def _sanity(core: str) -> list[Part]:
    """The core that was asked for with each of its Pythons, else the oldest and the newest that run here."""
    cores = dict.fromkeys([interpreters.possible()[0], interpreters.possible()[-1]])
    usual = [Part(f"sanity {each}", partial(sanity.run, core=each)) for each in cores]
    return _cells(core, "sanity") if core else usual


def _integration(core: str) -> list[Part]:
    """All tests with a core that was asked for; else the newest and the oldest share them."""
    if core:
        return [Part(f"integration {core}", partial(checks.tests, name="integration", core=core))]
    shares = (("newest", interpreters.possible()[-1]), ("oldest", checks.OLDEST_CORE))
    return [Part(f"integration {core}", partial(checks.share, name=name, core=core)) for name, core in shares]


def wanted(name: str, core: str = "") -> list[Part]:
    """The parts of `make NAME`, all for "test", in the order in which they start: the slowest first.

    A core given is used by all that run with one.
    """

    def tested(name: str) -> Part:
        return Part(name, partial(checks.tests, name=name, core=core or USUAL_CORE))

    parts = [
        *_integration(core),
        tested("guides"),
        Part("molecule", checks.molecule),
        Part("lint", checks.lint),
        tested("faults"),
        *_sanity(core),
        tested("unit"),
        tested("contract"),
        Part("oldest", checks.oldest),
        Part("certification", checks.certification),
        Part("docs", checks.docs),
        Part("doclint", checks.doclint),
        tested("importer"),
        tested("install"),
        tested("ee"),
        Part("nox", checks.nox),
    ]
    return [part for part in parts if name in ("test", part.name.split()[0])]
