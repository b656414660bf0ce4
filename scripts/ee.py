# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection in an execution environment, as far as that shows without a container."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from scripts import environments, tarball, tree, yaml_text
from scripts.environments import BUILD
from scripts.work import Work

EXAMPLE = "docs/examples/execution-environment.yml"


def libraries() -> list[str]:
    """The lines of requirements.txt."""
    text = (tree.COLLECTION / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def told(annotated: list[str]) -> list[str]:
    """Requirements without ansible-builder's remark that they are this collection's; other remarks stay."""
    return [line.removesuffix("  # from collection convox.rack") for line in annotated]


def _introspect(work: Work, here: Path, installed: Path) -> None:
    env = environments.variables(here)
    command = [here / "ansible-builder", "introspect", str(installed)]
    work.say(f"$ {' '.join(map(str, command))}")
    done = subprocess.run(command, env=env, cwd=BUILD, capture_output=True, text=True, check=False)
    work.say(done.stdout + done.stderr)
    found = yaml_text.load(here, done.stdout) if done.returncode == 0 else {}
    python, system = told(found.get("python", [])), found.get("system")
    work.verdict(f"introspect: python {python}", python == libraries())
    work.verdict(f"introspect: system {system}", system == [])


def _create(work: Work, here: Path, context: Path) -> None:
    # Its name depends otherwise on whether podman or docker is here; neither is started.
    words = ["--output-filename", "Containerfile", "--file", tree.COLLECTION / EXAMPLE, "--context", context]
    work.check("create", [here / "ansible-builder", "create", *words], environments.variables(here), BUILD)
    wanted = yaml_text.load(here, (context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    work.verdict(
        f"the context asks for {wanted['collections']}",
        [item["name"] for item in wanted["collections"]] == ["convox.rack"],
    )


def _as_the_container_does(work: Work, here: Path, context: Path, installed: Path) -> None:
    """Run the context's own script on what is installed, as a step of its Containerfile does."""
    steps = (context / "Containerfile").read_text(encoding="utf-8")
    script, answer = context / "_build" / "scripts" / "introspect.py", context / "found.txt"
    work.verdict(f"the Containerfile runs {script.name}", f"scripts/{script.name} introspect" in steps)
    command = [here / "python", script, "introspect", installed, f"--write-pip={answer}"]
    work.check("introspect.py of the context", command, environments.variables(here), BUILD)
    # It writes none where there is nothing to install.
    found = told(answer.read_text(encoding="utf-8").splitlines()) if answer.exists() else []
    work.verdict(f"it would install {found}", found == libraries())


def check(work: Work, built: Path, folder: Path) -> None:
    """What ansible-builder makes of a tarball and of the example in the documentation."""
    here = environments.tools("importer")
    installed, context = folder / "installed", folder / "context"
    shutil.rmtree(context, ignore_errors=True)
    tarball.install(work, here, built, installed)
    _introspect(work, here, installed)
    _create(work, here, context)
    _as_the_container_does(work, here, context, installed)


def run(work: Work) -> None:
    """Build the collection, install it and look at it as ansible-builder does."""
    folder = BUILD / "ee"
    built = tarball.build(work, environments.tools("importer"), folder)
    check(work, built, folder)
