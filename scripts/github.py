# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that GitHub reads, and complains about only after they were pushed."""

from __future__ import annotations

from scripts import environments, tree
from scripts.work import Work

_SCHEMAS = {
    "github-workflows": "workflows/*.yml",
    "github-issue-forms": "ISSUE_TEMPLATE/*.yml",
    "dependabot": "dependabot.yml",
}


def check(work: Work) -> None:
    """Each file meets its schema, and no workflow runs what a stranger may have put into it."""
    tools = environments.tools("lint")
    env = environments.variables(tools)
    for schema, pattern in _SCHEMAS.items():
        files = sorted((tree.COLLECTION / ".github").glob(pattern))
        words = ["--builtin-schema", f"vendor.{schema}", *files]
        work.check(schema, [tools / "check-jsonschema", *words], env)
    words = ["--offline", "--no-progress", "--strict-collection", ".github"]
    work.check("zizmor", [tools / "zizmor", *words], env)
