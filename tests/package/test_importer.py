# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy and Automation Hub do with a tarball that is uploaded: galaxy-importer, on this machine.

Its own run of ansible-test needs a container, and is `make sanity` here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.package.conftest import ROOT, Done, Run

# It ends well, too, when it did not find a tool; these lines are from the parts that have to run.
SAID = (
    "Getting doc strings via ansible-doc",
    "Linting collection via ansible-lint",
    "...ansible-lint run complete",
    "Importer processing completed successfully",
)
_COMPLAINT = re.compile(r"^(?:WARNING|ERROR|CRITICAL): .*|^Traceback .*", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the importer runs, and leaves its result."""
    return tmp_path_factory.mktemp("imported")


@pytest.fixture(scope="module")
def imported(run: Run, tarball: Path, folder: Path) -> Done:
    settings = ROOT / "tests" / "galaxy-importer.cfg"
    words = ("-m", "galaxy_importer.main", tarball)
    return run("python", *words, cwd=folder, GALAXY_IMPORTER_CONFIG=str(settings))


def test_it_takes_the_tarball(imported: Done) -> None:
    assert imported.returncode == 0, imported.stdout + imported.stderr


@pytest.mark.parametrize("words", SAID)
def test_each_of_its_parts_ran(imported: Done, words: str) -> None:
    assert words in imported.stdout + imported.stderr


def test_it_has_nothing_to_complain_about(imported: Done) -> None:
    assert _COMPLAINT.findall(imported.stdout + imported.stderr) == []


@pytest.mark.parametrize(
    "line",
    [
        "WARNING: No changelog found.",
        "ERROR: The import failed for the following reason: x",
        "Traceback (most recent call last):",
    ],
)
def test_a_complaint_is_seen_among_lines_that_inform(imported: Done, line: str) -> None:
    assert _COMPLAINT.findall(f"Loading module convox_app\n{line}\nDone\n") == [line]


@pytest.mark.parametrize(("kind", "name"), [("modules", "module"), ("lookup", "lookup")])
def test_it_shows_the_documentation_of_each_plugin(
    imported: Done, folder: Path, kind: str, name: str
) -> None:
    result = json.loads((folder / "importer_result.json").read_text("utf-8"))
    shown = {
        item["content_name"]
        for item in result["docs_blob"]["contents"]
        if item["content_type"] == name and (item["doc_strings"] or {}).get("doc")
    }
    wanted = {path.stem for path in (ROOT / "plugins" / kind).glob("*.py")}
    assert wanted and wanted - shown == set()
