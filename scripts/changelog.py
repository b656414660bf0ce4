# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog: fragments become an entry of changelogs/changelog.yaml, and that becomes CHANGELOG.md."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from scripts import checks, environments
from scripts.environments import ROOT

# What users meet; tests, tools and guides need no entry in the changelog.
_MET = ("plugins/", "roles/", "playbooks/", "meta/", "extensions/eda/", "requirements.txt")
_FRAGMENTS = "changelogs/fragments/"
# Where a release puts its fragments.
_ENTRIES = "changelogs/changelog.yaml"
_TRIVIAL = "What users do not notice gets one, too, in the section 'trivial'."
_VERSION = re.compile(r"^version: (\S+)$", re.MULTILINE)


class Refused(Exception):
    """It cannot be done here, and the message says why."""


def git(*words: str, root: Path = ROOT) -> str:
    """What git prints. Raises Refused with its words where it fails."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or "it gave no reason"
        raise Refused(f"git {words[0]} ended with {done.returncode}: {said}")
    return done.stdout


def version(root: Path = ROOT) -> str:
    """The version in galaxy.yml."""
    return str(_VERSION.findall((root / "galaxy.yml").read_text(encoding="utf-8"))[0])


def name_version(wanted: str, root: Path = ROOT) -> None:
    """Write the version into galaxy.yml."""
    path = root / "galaxy.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(_VERSION.sub(f"version: {wanted}", text), encoding="utf-8")


def released() -> list[str]:
    """The versions that changelog.yaml tells of."""
    text = (ROOT / _ENTRIES).read_text(encoding="utf-8")
    return re.findall(r"^  (\d+\.\d+\.\d+):$", text, re.MULTILINE)


def fragments() -> list[str]:
    """The fragments that no entry of the changelog has yet."""
    return sorted(path.name for path in (ROOT / _FRAGMENTS).glob("*.y*ml"))


def write() -> None:
    """Make the entry of galaxy.yml's version, or add to it; the fragments are gone then. Raises Refused."""
    here = checks.documentation_tools()
    # Descriptions of plugins are read anew; one that is gone stays in the entry of its version.
    words = ["release", "--update-existing", "--reload-plugins", "--refresh-plugins=prevent-removal"]
    command = [str(here / "antsibull-changelog"), *words]
    if subprocess.run(command, cwd=ROOT, env=environments.variables(here), check=False).returncode:
        raise Refused("antsibull-changelog made no entry")


def run() -> int:
    """`make changelog`: write the entry, unless its version is out. Raises Refused."""
    if git("tag", "--list", version()):
        raise Refused(f"{version()} has a tag, so it is out: name the next version in galaxy.yml")
    write()
    return 0


def without_fragment(base: str, root: Path = ROOT) -> list[str]:
    """Files that users meet and that differ from the commit where this branch left ``base``, if no fragment
    tells of it. Raises Refused where git knows no such commit."""
    start = git("merge-base", base, "HEAD", root=root).strip()

    def changed(kinds: str, *paths: str) -> list[str]:
        words = ("--name-only", "--no-renames", f"--diff-filter={kinds}", "-z", start, "--", *paths)
        new = git("ls-files", "--others", "--exclude-standard", "-z", "--", *paths, root=root)
        return sorted({*(git("diff", *words, root=root) + new).split("\0")} - {""})

    return [] if changed("AMT", _FRAGMENTS, _ENTRIES) else changed("AMTD", *_MET)


def check_fragment(base: str, root: Path = ROOT) -> int:
    """`make fragment BASE=origin/main`, for CI of pull requests. Raises Refused."""
    if not base:
        raise Refused("say BASE=... (the branch that the change is for, as origin/main)")
    if missing := without_fragment(base, root):
        raise Refused("\n  ".join([f"no fragment in {_FRAGMENTS} tells of", *missing, _TRIVIAL]))
    print(f"The changelog knows what it has to of the changes since {base}.")
    return 0
