# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from scripts import (
    certification,
    ee,
    environments,
    github,
    importer,
    interpreters,
    molecule,
    nox,
    package,
    sanity,
    site,
    tests,
    tree,
)
from scripts.environments import USUAL_CORE
from scripts.work import Work

# In the order in which they start: the slowest first.
NAMES = (
    "integration",
    "guides",
    "molecule",
    "lint",
    "faults",
    "sanity",
    "unit",
    "contract",
    "oldest",
    "certification",
    "docs",
    "doclint",
    "importer",
    "install",
    "ee",
    "nox",
)


@dataclass(frozen=True)
class Part:
    """A part under its name in the table; run does it and leaves its counts in the Work."""

    name: str
    run: Callable[[Work], None]


def lint(work: Work) -> None:
    """Everything that reads the code without running it, ansible-test apart."""
    tools = environments.tools("lint")
    env = environments.variables(tools)
    work.check("ruff check", [tools / "ruff", "check", "."], env)
    work.check("ruff format", [tools / "ruff", "format", "--check", "--diff", "."], env)
    work.check("what is derived", [tools / "python", "-m", "scripts.derive", "--check"], env)
    typed = ["ansible_collections/convox/rack/plugins"]
    settings = f"--config-file={tree.COLLECTION / 'pyproject.toml'}"
    work.check("mypy", [tools / "mypy", settings, *typed], env, cwd=environments.BUILD)
    work.check("licences", [tools / "reuse", "lint", "--lines"], env)
    github.check(work)
    work.check("ansible-lint", [tools / "ansible-lint", "--offline", "--profile=production"], env)


def _sanity(core: str) -> list[Part]:
    """The core that was asked for with each of its Pythons, else the oldest and the newest with one."""
    if not core:
        cores = dict.fromkeys([*interpreters.possible()[:1], interpreters.newest()])
        return [Part(f"sanity {each}", partial(sanity.run, core=each)) for each in cores]
    return [
        Part(f"sanity {core} {version}", partial(sanity.run, core=core, python=python))
        if python
        else Part(f"sanity {core} {version}", partial(sanity.absent, version=version))
        for version, python in interpreters.of_core(core).items()
    ]


def _integration(core: str) -> list[Part]:
    """All tests with a core that was asked for; else the newest and the oldest share them."""
    if core:
        return [Part(f"integration {core}", partial(tests.integration, core=core))]
    newest, oldest = interpreters.newest(), tests.OLDEST_CORE
    return [
        Part(f"integration {newest}", partial(tests.newest_share, core=newest)),
        Part(f"integration {oldest}", partial(tests.oldest_share, core=oldest)),
    ]


def wanted(names: Iterable[str], core: str = "") -> list[Part]:
    """The parts of these names; a core given is used by all parts that run with one."""
    one = core or USUAL_CORE
    known: dict[str, list[Part]] = {
        "lint": [Part("lint", lint)],
        "unit": [Part("unit", partial(tests.unit, core=one))],
        "contract": [Part("contract", partial(tests.contract, core=one))],
        "integration": _integration(core),
        "faults": [Part("faults", partial(tests.faults, core=one))],
        "sanity": _sanity(core),
        "oldest": [Part("oldest", tests.oldest)],
        "molecule": [Part("molecule", molecule.run)],
        "install": [Part("install", partial(package.install, core=one))],
        "importer": [Part("importer", importer.run)],
        "certification": [Part("certification", certification.run)],
        "ee": [Part("ee", ee.run)],
        "nox": [Part("nox", nox.run)],
        "doclint": [Part("doclint", package.doclint)],
        "docs": [Part("docs", site.run)],
        "guides": [Part("guides", partial(tests.guides, core=one))],
    }
    return [part for name in NAMES if name in names for part in known[name]]
