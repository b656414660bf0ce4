# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release`: all that a release needs except publishing, and the commands that are left for a person.

It commits what it wrote, and neither tags nor pushes. What fails leaves the checkout as it was.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from scripts import changelog, ee, environments, importer, tarball, tree
from scripts.environments import BUILD, ROOT
from scripts.release_plan import Here, Plan, Refused, decide, next_after
from scripts.work import Work

FOLDER = BUILD / "release"
# What a release changes, and nothing else does.
WRITTEN = ("CHANGELOG.md", "changelogs", "galaxy.yml")


def _git(*words: str) -> str:
    """What git prints. Raises Refused with git's words where it fails."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise Refused(f"git {words[0]} ended with {done.returncode}: {said or 'it gave no reason'}")
    return done.stdout


def look(asked: str) -> Here:
    """What the checkout says. Raises Refused where it is no repository of git."""
    return Here(
        asked=asked,
        version=changelog.version(),
        branch=_git("branch", "--show-current").strip(),
        changed=tuple(line[3:] for line in _git("status", "--porcelain").splitlines()),
        tags=frozenset(_git("tag", "--list").split()),
        released=changelog.released(),
        fragments=changelog.fragments(),
    )


def _built_and_tried(version: str) -> Path | None:
    """The tarball, if it can be installed, imported and put into an execution environment."""
    work, here = Work("release", live=True), environments.tools("importer")
    built = tarball.build(work, here, FOLDER)
    good = built.name == f"convox-rack-{version}.tar.gz"
    work.verdict(f"its name is that of {version}", good)
    tarball.look_inside(work, built)
    ee.check(work, built, FOLDER)
    importer.check(work, built, here)
    changelog.check(work)
    print(f"\n{work.count}")
    return None if work.count.failed else built


def _commit(version: str) -> None:
    _git("add", "--all", "--", *WRITTEN)
    if _git("status", "--porcelain", "--", *WRITTEN):
        _git("commit", "--quiet", "--message", f"Release {version}", "--", *WRITTEN)


def left(version: str, branch: str, commit: str, built: Path) -> str:
    """What a person does now."""
    file = built.relative_to(ROOT)
    after = next_after(version)
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    return f"""
convox.rack {version} is made, and not published.

  file    {file}
  sha256  {digest}
  commit  {commit}, on {branch}

What is left is for a person:

1. Test this very commit.
     make test && make matrix
2. Push it, and then its tag.
     git push origin {branch}
     git tag --message 'convox.rack {version}' {version} {commit}
     git push origin {version}
3. Publish it on Galaxy, with the token of https://galaxy.ansible.com/ui/token.
     ansible-galaxy collection publish --token TOKEN {file}
4. Upload the same file to Automation Hub, on its page "My namespaces".
5. Name the next version.
     sed -i 's/^version: .*/version: {after}/' galaxy.yml
     git commit --message 'Begin {after}' galaxy.yml
"""


def _make(plan: Plan) -> Path | None:
    """Write and try the release; its tarball, or None where it is none and nothing is written any more."""
    built = None
    try:
        if plan.name_it:
            changelog.name_version(plan.version)
        changelog.write()
        tree.copy()
        built = _built_and_tried(plan.version)
        if built is not None:
            _commit(plan.version)
        return built
    finally:
        # After a commit there is nothing to put back.
        _git("restore", "--staged", "--worktree", "--", *WRITTEN)


def run(asked: str) -> int:
    """Make the release of this version ("" for galaxy.yml's); answers the exit status."""
    try:
        here = look(asked)
        plan = decide(here)
        built = _make(plan)
    except (Refused, changelog.NoRelease, OSError, subprocess.SubprocessError) as reason:
        print(f"make: no release: {reason}")
        return 1
    if built is None:
        print("make: no release: see build/logs/release.log. The checkout is as it was.")
        return 1
    print(left(plan.version, here.branch, _git("rev-parse", "HEAD").strip(), built))
    return 0
