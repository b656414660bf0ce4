# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a partner's collection has to pass before Automation Hub certifies it, with the versions used there.

The workflow of partner-certification-checker names these versions. It lints a checkout wherever it lies and
builds from it what it imports; its ansible-test is `make sanity`.
"""

from __future__ import annotations

from pathlib import Path

from scripts import environments, importer, interpreters, tarball, tree
from scripts.environments import BUILD
from scripts.work import Work

CORE = "2.16"
# The workflow's own first. The core would run on 3.10, but some of what its tools bring along wants 3.11.
_PYTHONS = ("3.12", "3.11")


def _python() -> Path:
    for version in _PYTHONS:
        found = interpreters.find(version)
        if found is not None:
            return found
    raise interpreters.NoPython(f"the tools of the certification need Python {' or '.join(_PYTHONS)}")


def run(work: Work) -> None:
    """Lint the checkout and import what is built, both by the tools of the certification."""
    here = environments.make(
        "certification", _python(), ["certification", f"core-{CORE}"], "constraints-certification"
    )
    checkout = BUILD / "certification" / "checkout"
    tree.copy(checkout)
    env = environments.variables(here)
    # ansible-lint has to find the collection by itself, as it does for whoever runs it in a clone.
    del env["PYTHONPATH"], env["ANSIBLE_COLLECTIONS_PATH"]
    work.check("ansible-lint", [here / "ansible-lint", "--profile=production"], env, checkout)
    importer.check(work, tarball.build(work, here, BUILD / "certification" / "built"), here)
