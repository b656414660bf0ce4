# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a release can be made from what is here. Decisions alone: nothing is read or written."""

from __future__ import annotations

import re
from dataclasses import dataclass

BRANCHES = re.compile(r"main|stable-\d+")
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class Refused(Exception):
    """No release, and the message says why and what to do."""


@dataclass(frozen=True)
class Here:
    """What a checkout says.

    asked: the version asked for, "" for that of galaxy.yml, which is version. branch: "" where none is
    checked out. changed: files that differ from the last commit. released: the versions of changelog.yaml.
    """

    asked: str
    version: str
    branch: str
    changed: tuple[str, ...]
    tags: frozenset[str]
    released: tuple[str, ...]
    fragments: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The version, and whether galaxy.yml has to be given it."""

    version: str
    name_it: bool


def numbers(version: str) -> tuple[int, ...]:
    """A version to compare with others. Raises Refused for one that is not X.Y.Z."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise Refused(f"{version!r} is not a version of three numbers, as 1.2.0")
    return tuple(int(each) for each in found.groups())


def next_after(version: str) -> str:
    """What galaxy.yml gets after a release, until somebody knows better."""
    major, minor, _patch = numbers(version)
    return f"{major}.{minor + 1}.0"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _place(here: Here, version: str) -> None:
    """Refuse the wrong place: other changes, another branch, a version that was published."""
    if here.changed:
        raise Refused(f"commit or put away what is not committed: {_listed(here.changed)}")
    if not BRANCHES.fullmatch(here.branch):
        raise Refused(f"releases are made on main or stable-N, this is {here.branch or 'no branch'}")
    for tag in (version, f"v{version}"):
        if tag in here.tags:
            raise Refused(f"the tag {tag} exists, so {version} is out; ask for a later VERSION=")
    if numbers(version) < numbers(here.version):
        raise Refused(f"galaxy.yml is at {here.version} already, {version} is older")


def decide(here: Here) -> Plan:
    """What a release has to do here. Raises Refused."""
    version = here.asked or here.version
    numbers(version)
    _place(here, version)
    later = [each for each in here.released if numbers(each) > numbers(version)]
    if later:
        raise Refused(f"changelog.yaml has {later[0]} already, which is later than {version}")
    if version in here.released and here.fragments:
        raise Refused(
            f"changelog.yaml has an entry for {version} already, and these fragments are not in it: "
            f"{_listed(here.fragments)}. Either `make changelog` puts them in, to be committed, or they are "
            f"for the next version: make release VERSION={next_after(version)}"
        )
    if version not in here.released and not here.fragments:
        raise Refused(f"changelogs/fragments is empty: nothing to tell of {version}")
    return Plan(version, name_it=version != here.version)
