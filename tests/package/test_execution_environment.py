# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the collection and of the documented example, without a container."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.package.conftest import ROOT, Run

EXAMPLE = ROOT / "docs" / "examples" / "execution-environment.yml"


def libraries() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def without_origin(annotated: list[str]) -> list[str]:
    """Requirements without ansible-builder's remark that they are this collection's; other remarks stay."""
    return [line.removesuffix("  # from collection convox.rack") for line in annotated]


@pytest.fixture(scope="module")
def context(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build context of the example."""
    folder = tmp_path_factory.mktemp("context")
    # Its name depends otherwise on whether podman or docker is here; neither is started.
    words = ("--output-filename", "Containerfile", "--file", EXAMPLE, "--context", folder)
    done = run("ansible-builder", "create", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_collection_asks_for_its_libraries_and_no_package_of_the_system(
    run: Run, installed: Path
) -> None:
    done = run("ansible-builder", "introspect", installed)
    assert done.returncode == 0, done.stdout + done.stderr
    found = yaml.safe_load(done.stdout)
    assert len(libraries()) == 4
    assert without_origin(found["python"]) == libraries()
    assert found["system"] == []


def test_the_context_asks_for_the_collection(context: Path) -> None:
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text("utf-8"))
    assert [item["name"] for item in wanted["collections"]] == ["convox.rack"]


def test_the_container_would_install_its_libraries(
    run: Run, context: Path, installed: Path, tmp_path: Path
) -> None:
    """The context's own script, run on what is installed as a step of its Containerfile does."""
    script, answer = context / "_build" / "scripts" / "introspect.py", tmp_path / "found.txt"
    assert f"scripts/{script.name} introspect" in (context / "Containerfile").read_text("utf-8")
    done = run("python", script, "introspect", installed, f"--write-pip={answer}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert without_origin(answer.read_text("utf-8").splitlines()) == libraries()
