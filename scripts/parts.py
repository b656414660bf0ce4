# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`: what each one runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from scripts import environments, sanity, tree
from scripts.environments import USUAL_CORE
from scripts.work import Work

OLDEST_CORE = "2.16"


@dataclass(frozen=True)
class Part:
    """A part under its name in the table; run does it and leaves its counts in the Work."""

    name: str
    run: Callable[[Work], None]


def unit(work: Work, core: str = USUAL_CORE) -> None:
    work.pytest(environments.development(core), ["tests/unit", "--numprocesses=2"])


def contract(work: Work, core: str = USUAL_CORE) -> None:
    work.pytest(environments.development(core), ["tests/contract"])


def integration(work: Work, core: str) -> None:
    development = environments.development()
    ansible = environments.user(core)
    words = ["tests/integration", "--numprocesses=2", "--dist=loadfile"]
    work.pytest(development, words, CONVOX_TEST_ANSIBLE=str(ansible))


def oldest(work: Work) -> None:
    """The oldest httpx and pydantic, with the oldest core: the unit tests, and one playbook for real."""
    here = environments.oldest(OLDEST_CORE)
    work.pytest(here, ["tests/unit", "--numprocesses=2"])
    work.pytest(here, ["tests/integration/test_smoke.py"], CONVOX_TEST_ANSIBLE=str(here))


def lint(work: Work) -> None:
    tools = environments.tools("lint")
    env = environments.variables(tools)
    work.check("ruff check", [tools / "ruff", "check", "."], env)
    work.check("ruff format", [tools / "ruff", "format", "--check", "--diff", "."], env)
    typed = [f"ansible_collections/convox/rack/plugins/{name}" for name in ("module_utils", "plugin_utils")]
    settings = f"--config-file={tree.COLLECTION / 'pyproject.toml'}"
    work.check("mypy", [tools / "mypy", settings, *typed], env, cwd=environments.BUILD)
    work.check("ansible-lint", [tools / "ansible-lint", "--offline", "--profile=production"], env)


def wanted(names: list[str]) -> list[Part]:
    """The parts for these names, slowest first; CORE picks another core for the ones that run with a core."""
    core = os.environ.get("CORE") or ""
    cores = [core] if core else [USUAL_CORE, OLDEST_CORE]
    one = core or USUAL_CORE
    known: dict[str, list[Part]] = {
        "sanity": [Part(f"sanity {one}", lambda work: sanity.run(work, one))],
        "integration": [
            Part(f"integration {each}", lambda work, each=each: integration(work, each))  # type: ignore[misc]
            for each in cores
        ],
        "unit": [Part("unit", lambda work: unit(work, one))],
        "contract": [Part("contract", lambda work: contract(work, one))],
        "oldest": [Part("oldest", oldest)],
        "lint": [Part("lint", lint)],
    }
    return [part for name in known if name in names for part in known[name]]
