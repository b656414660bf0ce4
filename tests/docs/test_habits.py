# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What contributors are told holds: the example patch applies and passes, what is named is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from scripts.environments import CORES
from tests.docs.blocks import PAGES, ROOT
from tests.docs.copies import Copy

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOLD = [*PAGES, CONTRIBUTING, ROOT / "AGENTS.md", ROOT / ".github" / "pull_request_template.md"]
HOOKS = ROOT / ".pre-commit-config.yaml"


def patch() -> str:
    """The example of CONTRIBUTING.md."""
    found = re.findall(r"^```diff\n(.*?)^```", CONTRIBUTING.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def touched() -> list[str]:
    return re.findall(r"^\+\+\+ b/(.*)$", patch(), re.MULTILINE)


def test_an_option_takes_its_noun_its_documentation_and_a_test() -> None:
    folders = [Path(name).parts[:-1] for name in touched()]
    assert [folder[0] for folder in folders] == ["plugins", "plugins", "tests"]
    assert [folder[-1] for folder in folders] == ["service", "modules", "service"]


def test_the_example_passes_its_test_and_the_tests_of_completeness(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.apply(patch(), "the patch in CONTRIBUTING.md")
    assert copy.passes(
        "tests/integration/test_targets.py::test_it_passes_in_process[service]",
        "tests/integration/test_completeness.py",
        "tests/unit/test_rooms.py",
    )


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    named = re.findall(r"^(?:PARTS|OTHERS|\.PHONY) ?:=? (.*)$", text, re.MULTILINE)
    return set(" ".join(named).split())


def test_every_make_target_that_is_named_exists() -> None:
    missing = []
    for page in [*TOLD, *WORKFLOWS, HOOKS]:
        marked = re.findall(r"(?:`|run: |entry: |^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
        missing += [f"{page.name}: make {name}" for name in marked if name not in targets()]
    assert missing == []


@pytest.mark.parametrize("page", [CONTRIBUTING, ROOT / "AGENTS.md"], ids=lambda page: page.stem)
def test_files_that_are_named_are_there(page: Path) -> None:
    named = re.findall(
        r"`((?:plugins|tests|scripts|docs|meta|changelogs|extensions)/[\w./-]*)`", page.read_text()
    )
    assert len(named) > 3
    real = [name for name in named if not re.search("NOUN|NAME|RESOURCE|^build/", name)]
    assert [name for name in real if not (ROOT / name).exists()] == []


def test_the_weekly_matrix_has_every_core_and_every_python() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "matrix.yml").read_text("utf-8"))["jobs"]
    assert jobs["core"]["strategy"]["matrix"]["core"] == list(CORES)
    setup = next(step for step in jobs["core"]["steps"] if "setup-python" in step.get("uses", ""))
    pythons = {version for versions in CORES.values() for version in versions}
    assert set(setup["with"]["python-version"].split()) == pythons


def test_hooks_run_the_commands_of_make_alone() -> None:
    hooks = yaml.safe_load(HOOKS.read_text("utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    entries = [hook["entry"] for hook in hooks[0]["hooks"]]
    assert entries == ["make format", "make lint", "make unit"]
