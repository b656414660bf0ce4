# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make changelog`, `make fragment` and `make release`; antsibull-changelog writes the changelog.

A release commits what it wrote, and neither tags, pushes nor publishes: the commands for that are left to a
person. What fails leaves the checkout as it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path

from scripts import environments, parts, runner, tree
from scripts.environments import BUILD, ROOT, USUAL_CORE

# What users meet; tests, tools and guides need no entry in the changelog.
_MET = ("plugins/", "roles/", "playbooks/", "meta/", "extensions/eda/", "requirements.txt")
_FRAGMENTS = "changelogs/fragments/"
# Where a release puts its fragments.
_ENTRIES = "changelogs/changelog.yaml"
# What a release changes, and nothing else does.
_WRITTEN = ("CHANGELOG.md", "changelogs", "galaxy.yml")
_TRIED_BY = ("install", "importer", "ee", "doclint")
_VERSION = re.compile(r"^version: (\S+)$", re.MULTILINE)
_BRANCHES = re.compile(r"main|stable-\d+")
_NUMBERS = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_LEFT = Path(__file__).with_name("templates") / "released.txt"
Names = list[str]


class Refused(Exception):
    """It cannot be done here, and the message says why."""


def git(*words: str, root: Path = ROOT) -> str:
    """The output of git. Raises Refused with it where git fails."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"git {words[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def version(root: Path = ROOT) -> str:
    """The version in galaxy.yml."""
    return str(_VERSION.findall((root / "galaxy.yml").read_text(encoding="utf-8"))[0])


def name_version(wanted: str, root: Path = ROOT) -> None:
    """Write the version into galaxy.yml."""
    path = root / "galaxy.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(_VERSION.sub(f"version: {wanted}", text), encoding="utf-8")


def _write() -> None:
    """Make the entry of galaxy.yml's version, or add to it; the fragments are gone then. Raises Refused."""
    here = environments.tools("docs", "development")
    # Descriptions of plugins are read anew; one that is gone stays in the entry of its version.
    words = ["release", "--update-existing", "--reload-plugins", "--refresh-plugins=prevent-removal"]
    command = [str(here / "antsibull-changelog"), *words]
    if subprocess.run(command, cwd=ROOT, env=environments.variables(here), check=False).returncode:
        raise Refused("antsibull-changelog made no entry")


def make_entry() -> int:
    """`make changelog`: write the entry, unless its version is out. Raises Refused."""
    if git("tag", "--list", version()):
        raise Refused(f"{version()} has a tag, so it is out: name the next version in galaxy.yml")
    _write()
    return 0


def without_fragment(base: str, root: Path = ROOT) -> list[str]:
    """Files that users meet and that differ from the commit where this branch left ``base``, if no fragment
    describes it. Raises Refused where git knows no such commit."""
    listed = git("diff", "--name-only", "--no-renames", "-z", "--merge-base", base, "--", root=root)
    listed += git("ls-files", "--others", "--exclude-standard", "-z", root=root)
    changed = sorted(filter(None, listed.split("\0")))
    described = (name.startswith((_FRAGMENTS, _ENTRIES)) and (root / name).exists() for name in changed)
    return [] if any(described) else [name for name in changed if name.startswith(_MET)]


def check_fragment(base: str, root: Path = ROOT) -> int:
    """`make fragment BASE=origin/main`, for CI of pull requests. Raises Refused."""
    if not base:
        raise Refused("say BASE=... (the branch that the change is for, as origin/main)")
    if missing := without_fragment(base, root):
        hint = "What users do not notice gets one, too, in the section 'trivial'."
        raise Refused("\n".join([f"no fragment in {_FRAGMENTS} describes", *missing, hint]))
    print(f"The changelog knows what it has to of the changes since {base}.")
    return 0


def numbers(version: str) -> list[int]:
    """A version to compare with others; [] for one that is not X.Y.Z."""
    return [int(number) for number in version.split(".")] if _NUMBERS.fullmatch(version) else []


def refusals(
    wanted: str, version: str, branch: str, changed: Names, tags: Names, released: Names, fragments: Names
) -> list[str]:
    """Why this version cannot be released from here, and what to do; none where it can.

    version: that of galaxy.yml. branch: "" where none is checked out. changed: files that are not committed.
    released: the versions of changelog.yaml. fragments: those that no entry of the changelog has yet.
    """
    allowed, known, left = _BRANCHES.fullmatch(branch), wanted in released, ", ".join(fragments)
    later = [each for each in released if numbers(each) > numbers(wanted)]
    reasons = {
        f"{wanted!r} is not a version of three numbers, as 1.2.0": not numbers(wanted),
        f"commit or put away what is not committed: {', '.join(changed)}": changed,
        f"releases are made on main or stable-N, this is {branch or 'no branch'}": not allowed,
        f"{wanted} has a tag, so it is out; ask for a later VERSION=": {wanted, f"v{wanted}"} & {*tags},
        f"galaxy.yml is at {version} already, {wanted} is older": numbers(wanted) < numbers(version),
        f"changelog.yaml has {', '.join(later)} already, which is later than {wanted}": later,
        f"changelog.yaml has an entry for {wanted} already, and not in it: {left}. Put them in with `make "
        f"changelog`, and commit that; or ask for a later VERSION=": known and left,
        f"changelogs/fragments is empty: nothing to say of {wanted}": not known and not left,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _build(version: str) -> Path:
    """The tarball. Raises Refused unless it can be installed, imported, put into an execution environment."""
    ansible, stage = environments.user(USUAL_CORE), tree.fresh("release")
    tarball = BUILD / "release" / f"convox-rack-{version}.tar.gz"
    command = [ansible / "ansible-galaxy", "collection", "build", stage, "--output-path", tarball.parent]
    subprocess.run(list(map(str, command)), env=environments.variables(ansible), check=True)
    os.environ["RELEASE_TARBALL"] = str(tarball)
    if runner.run([part for name in _TRIED_BY for part in parts.wanted(name)], jobs=2):
        raise Refused("no release: see build/logs. The checkout is as it was.")
    return tarball


def _make(version: str) -> Path:
    """Write, try and commit the release; its tarball. Raises Refused, with nothing written any more."""
    try:
        name_version(version)
        _write()
        tree.copy()
        built = _build(version)
        git("add", "--all", "--", *_WRITTEN)
        if git("status", "--porcelain", "--", *_WRITTEN):
            git("commit", "--quiet", "--message", f"Release {version}", "--", *_WRITTEN)
        return built
    finally:
        # After a commit there is nothing to put back.
        git("restore", "--staged", "--worktree", "--", *_WRITTEN)


def run(asked: str) -> int:
    """`make release`, of this version or ("") galaxy.yml's; answers the exit status. Raises Refused."""
    wanted, branch = asked or version(), git("branch", "--show-current").strip()
    changed = [line[3:] for line in git("status", "--porcelain").splitlines()]
    tags = git("tag", "--list").split()
    released = re.findall(r"^  (\d+\.\d+\.\d+):$", (ROOT / _ENTRIES).read_text("utf-8"), re.MULTILINE)
    fragments = sorted(path.name for path in (ROOT / _FRAGMENTS).glob("*.y*ml"))
    if reasons := refusals(wanted, version(), branch, changed, tags, released, fragments):
        raise Refused("\n".join(["no release:", *reasons]))
    built = _make(wanted)
    file, digest = built.relative_to(ROOT), hashlib.sha256(built.read_bytes()).hexdigest()
    commit = git("rev-parse", "HEAD").strip()
    print(
        _LEFT.read_text("utf-8").format(
            version=wanted, file=file, digest=digest, commit=commit, branch=branch
        )
    )
    return 0
