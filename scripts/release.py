# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release`: all that a release needs except publishing, and the commands that are left for a person.

It commits what it wrote, and neither tags nor pushes. What fails leaves the checkout as it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Collection
from pathlib import Path

from scripts import changelog, environments, parts, runner, tree
from scripts.changelog import Refused, git
from scripts.environments import BUILD, ROOT, USUAL_CORE

# What a release changes, and nothing else does.
_WRITTEN = ("CHANGELOG.md", "changelogs", "galaxy.yml")
_TRIED_BY = ("install", "importer", "ee", "doclint")
_BRANCHES = re.compile(r"main|stable-\d+")
_NUMBERS = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_LEFT = """
convox.rack {version} is made, and not published.

  file    {file}
  sha256  {digest}
  commit  {commit}, on {branch}

What is left is for a person; the token is that of https://galaxy.ansible.com/ui/token:

  make test && make matrix
  git push origin {branch}
  git tag --message 'convox.rack {version}' {version} {commit}
  git push origin {version}
  ansible-galaxy collection publish --token TOKEN {file}
  (upload the same file to Automation Hub, on its page "My namespaces")
  sed -i 's/^version: .*/version: {after}/' galaxy.yml
  git commit --message 'Begin {after}' galaxy.yml
"""
Names = Collection[str]


def numbers(version: str) -> tuple[int, ...]:
    """A version to compare with others; () for one that is not X.Y.Z."""
    found = _NUMBERS.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()


def next_after(version: str) -> str:
    """What galaxy.yml gets after a release, until somebody knows better."""
    major, minor, *_patch = numbers(version) or (0, 0)
    return f"{major}.{minor + 1}.0"


def refusals(
    wanted: str, version: str, branch: str, changed: Names, tags: Names, released: Names, fragments: Names
) -> list[str]:
    """Why this version cannot be released from here, and what to do; none where it can.

    version: that of galaxy.yml. branch: "" where none is checked out. changed: files that are not committed.
    released: the versions of changelog.yaml.
    """
    allowed = _BRANCHES.fullmatch(branch)
    known, left = wanted in released, ", ".join(fragments)
    later = [each for each in released if numbers(each) > numbers(wanted)]
    reasons = {
        f"{wanted!r} is not a version of three numbers, as 1.2.0": not numbers(wanted),
        f"commit or put away what is not committed: {', '.join(changed)}": changed,
        f"releases are made on main or stable-N, this is {branch or 'no branch'}": not allowed,
        f"{wanted} has a tag, so it is out; ask for a later VERSION=": {wanted, f"v{wanted}"} & {*tags},
        f"galaxy.yml is at {version} already, {wanted} is older": numbers(wanted) < numbers(version),
        f"changelog.yaml has {', '.join(later)} already, which is later than {wanted}": later,
        f"changelog.yaml has an entry for {wanted} already, and not in it: {left}. Put them in with `make "
        f"changelog`, and commit that; or ask for VERSION={next_after(wanted)}": known and left,
        f"changelogs/fragments is empty: nothing to tell of {wanted}": not known and not left,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _build(version: str) -> Path | None:
    """The tarball, if it can be installed, imported and put into an execution environment."""
    ansible, stage = environments.user(USUAL_CORE), tree.fresh("release")
    tarball = BUILD / "release" / f"convox-rack-{version}.tar.gz"
    command = [ansible / "ansible-galaxy", "collection", "build", stage, "--output-path", tarball.parent]
    subprocess.run(list(map(str, command)), env=environments.variables(ansible), check=True)
    os.environ["RELEASE_TARBALL"] = str(tarball)
    tried = [part for name in _TRIED_BY for part in parts.wanted(name)]
    return tarball if runner.run(tried, jobs=2) == 0 else None


def _make(version: str) -> Path | None:
    """Write and try the release; its tarball, or None where it is none and nothing is written any more."""
    try:
        changelog.name_version(version)
        changelog.write()
        tree.copy()
        built = _build(version)
        if built is not None:
            git("add", "--all", "--", *_WRITTEN)
            if git("status", "--porcelain", "--", *_WRITTEN):
                git("commit", "--quiet", "--message", f"Release {version}", "--", *_WRITTEN)
        return built
    finally:
        # After a commit there is nothing to put back.
        git("restore", "--staged", "--worktree", "--", *_WRITTEN)


def run(asked: str) -> int:
    """Make the release of this version ("" for galaxy.yml's); answers the exit status. Raises Refused."""
    version, branch = asked or changelog.version(), git("branch", "--show-current").strip()
    reasons = refusals(
        wanted=version,
        version=changelog.version(),
        branch=branch,
        changed=[line[3:] for line in git("status", "--porcelain").splitlines()],
        tags=git("tag", "--list").split(),
        released=changelog.released(),
        fragments=changelog.fragments(),
    )
    if reasons:
        raise Refused("\n".join(["no release:", *reasons]))
    built = _make(version)
    if built is None:
        raise Refused("no release: see build/logs. The checkout is as it was.")
    file, digest = built.relative_to(ROOT), hashlib.sha256(built.read_bytes()).hexdigest()
    commit, after = git("rev-parse", "HEAD").strip(), next_after(version)
    print(_LEFT.format(version=version, file=file, digest=digest, commit=commit, branch=branch, after=after))
    return 0
