# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy and Automation Hub do with a tarball that is uploaded: galaxy-importer, on this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

from scripts import environments, tarball, tree
from scripts.environments import BUILD
from scripts.work import Work

# Words of a warning that nobody here can mend -> why. One that did not come up is a failure, too.
FORGIVEN: dict[str, str] = {}
# The importer ends well, too, when it did not find a tool; these lines are from the parts that have to run.
SAID = (
    "Getting doc strings via ansible-doc",
    "Linting collection via ansible-lint",
    "...ansible-lint run complete",
    "Importer processing completed successfully",
)
_COMPLAINT = re.compile(r"^(?:WARNING|ERROR|CRITICAL): .*|^Traceback .*", re.MULTILINE)


def complaints(log: str) -> list[str]:
    """Warnings and errors of an importer's log that are not forgiven, and words forgiven for nothing."""
    found = _COMPLAINT.findall(log)
    idle = [words for words in FORGIVEN if not any(words in line for line in found)]
    return [line for line in found if not any(words in line for words in FORGIVEN)] + [
        f"nothing to forgive: {words}" for words in idle
    ]


def _plugins(kind: str) -> set[str]:
    return {path.stem for path in (environments.ROOT / "plugins" / kind).glob("*.py")}


def undocumented(result: dict[str, object]) -> list[str]:
    """Modules and lookups of the project that the importer shows without documentation, or not at all."""
    blob = result["docs_blob"]
    contents = blob["contents"] if isinstance(blob, dict) else []
    shown = {
        (item["content_type"], item["content_name"])
        for item in contents
        if (item["doc_strings"] or {}).get("doc")
    }
    wanted = {("module", name) for name in _plugins("modules")}
    wanted |= {("lookup", name) for name in _plugins("lookup")}
    return sorted(f"{kind} {name}" for kind, name in wanted - shown)


def check(work: Work, built: Path, here: Path) -> None:
    """Import a tarball as a server would, its own run of ansible-test apart, which needs a container.

    here: the bin folder of the environment that has the importer.
    """
    settings = tree.COLLECTION / "tests" / "galaxy-importer.cfg"
    env = environments.variables(here, GALAXY_IMPORTER_CONFIG=str(settings))
    # What is imported has to stand on its own.
    del env["PYTHONPATH"], env["ANSIBLE_COLLECTIONS_PATH"]
    before = work.log.stat().st_size
    result = built.parent / "importer_result.json"
    result.unlink(missing_ok=True)
    command = [here / "python", "-m", "galaxy_importer.main", built]
    good = work.check("galaxy-importer takes it", command, env, built.parent)
    with work.log.open(encoding="utf-8") as log:
        log.seek(before)
        text = log.read()
    silent = [words for words in SAID if words not in text]
    work.verdict(f"each part of the importer ran {silent or ''}".rstrip(), not silent)
    found = complaints(text)
    for line in found:
        work.say(f"not forgiven: {line}")
    work.verdict("no warning that could be mended", not found)
    if good:
        bare = undocumented(json.loads(result.read_text(encoding="utf-8")))
        work.verdict(f"it shows documentation of every module and lookup {bare or ''}".rstrip(), not bare)


def run(work: Work) -> None:
    """Build the collection and import it."""
    here = environments.tools("importer")
    check(work, tarball.build(work, here, BUILD / "importer"), here)
