# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from scripts import environments, molecule, package, sanity, tests, tree
from scripts.environments import USUAL_CORE
from scripts.work import Work

# In the order in which they start: the slowest first.
NAMES = (
    "integration",
    "faults",
    "sanity",
    "oldest",
    "molecule",
    "lint",
    "unit",
    "install",
    "doclint",
    "guides",
    "contract",
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
    typed = [f"ansible_collections/convox/rack/plugins/{name}" for name in ("module_utils", "plugin_utils")]
    settings = f"--config-file={tree.COLLECTION / 'pyproject.toml'}"
    work.check("mypy", [tools / "mypy", settings, *typed], env, cwd=environments.BUILD)
    work.check("licences", [tools / "reuse", "lint", "--lines"], env)
    work.check("ansible-lint", [tools / "ansible-lint", "--offline", "--profile=production"], env)


def wanted(names: Iterable[str], core: str = "") -> list[Part]:
    """The parts of these names; a core given is used by all parts that run with one."""
    one = core or USUAL_CORE
    known: dict[str, list[Part]] = {
        "lint": [Part("lint", lint)],
        "unit": [Part("unit", partial(tests.unit, core=one))],
        "contract": [Part("contract", partial(tests.contract, core=one))],
        "integration": [
            Part(f"integration {each}", partial(tests.integration, core=each))
            for each in ([core] if core else [USUAL_CORE, tests.OLDEST_CORE])
        ],
        "faults": [Part("faults", partial(tests.faults, core=one))],
        "sanity": [Part(f"sanity {one}", partial(sanity.run, core=one))],
        "oldest": [Part("oldest", tests.oldest)],
        "molecule": [Part("molecule", molecule.run)],
        "install": [Part("install", partial(package.install, core=one))],
        "doclint": [Part("doclint", package.doclint)],
        "guides": [Part("guides", partial(tests.guides, core=one))],
    }
    return [part for name in NAMES if name in names for part in known[name]]
