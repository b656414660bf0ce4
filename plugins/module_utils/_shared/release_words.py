# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What the descriptions of our releases say, written and read.

Private to the collection. Pure. A description is the one place where a release can say how it came to be,
so it ends with marks that `release_list` reads again:

- `env add:A change:B remove:C · after RABCDEFGHIJ`: what the author changed, and the release the env was
  computed from (`after none` in an app without releases). What else differs from that release was carried
  along for others. `env carried on · after …` changed nothing of its own.
- `… · env of RABCDEFGHIJ · after RKLMNOPQRST`: the env of the first one was taken over as a whole.
- `… · env carried on · seen RABCDEFGHIJ`: no env was sent, so it is that of the newest release when this one
  was made; its author had seen that one as the newest, and somebody may have made another since.

The user's own words stand in front of all that.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote

from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change

NO_RELEASE = "none"

_DOT = " · "
_MARK = re.compile(r"(?:^| · )(after|env of) (none|R[A-Z0-9]+)\Z")
_SEEN = re.compile(r" · seen (none|R[A-Z0-9]+)\Z")
_CARRIED = "env carried on"
_SUMMARY_LIMIT = 1000
_MORE = re.compile(r" and \d+ more\Z")


class Said(NamedTuple):
    """What a description says: ``after`` (base of the env, "none" for no release), ``env_of`` (env taken
    over as a whole), ``names`` of the variables its author changed (None: it does not say, or not all),
    ``seen`` (the newest release before one that was made without an env)."""

    after: str | None = None
    env_of: str | None = None
    names: frozenset[str] | None = None
    seen: str | None = None


def describe(change: Change, base_id: str, extra: str | None = None) -> str:
    """The description of an env release: ``env add:A change:B remove:C · after RABCDEFGHIJ``.

    ``change`` is what its author means, without what it carries along for others; ``base_id`` the release
    its env was computed from, "" in an app without releases; ``extra`` the user's own words. A long list of
    keys is cut and counted (`and 12 more`); the rest never is.
    """
    return _joined(extra, _summary(change), f"after {base_id or NO_RELEASE}")


def describe_whole(source_id: str, base_id: str, extra: str | None = None) -> str:
    """The description of a release that takes over the env of ``source_id`` as a whole, whatever the
    newest release (``base_id``) holds: ``rolled back · env of RABCDEFGHIJ · after RKLMNOPQRST``."""
    return _joined(extra, f"env of {source_id}", f"after {base_id or NO_RELEASE}")


def describe_carried(seen_id: str, extra: str | None = None) -> str:
    """The description of a release that is made without an env, so with that of whichever release is the
    newest then: ``build BABCDEFGHIJ again · env carried on · seen RABCDEFGHIJ``."""
    return _joined(extra, _CARRIED, f"seen {seen_id or NO_RELEASE}")


@functools.lru_cache(maxsize=1024)
def said(description: str) -> Said:
    """Read a description. One without marks (the CLI's, a build's) says nothing."""
    marks: dict[str, str] = {}
    if seen := _SEEN.search(description):
        return Said(seen=seen[1])
    while found := _MARK.search(description):
        marks.setdefault(found[1], found[2])
        description = description[: found.start()]
    names = _names(description.rpartition(_DOT)[2]) if "after" in marks else None
    return Said(marks.get("after"), marks.get("env of"), names)


def base_of(description: str) -> str | None:
    """The release a description names as the one its env was computed from; "none" for an app without
    releases; None where it names none."""
    return said(description).after


def _joined(*parts: str | None) -> str:
    return _DOT.join(part for part in parts if part)


def _summary(change: Change) -> str:
    words = _words("add", change.added) + _words("change", change.changed) + _words("remove", change.removed)
    if not words:
        return _CARRIED
    shown: list[str] = []
    length = 0
    for word in words:
        length += len(word) + 1
        if length > _SUMMARY_LIMIT:
            return " ".join(["env", *shown, f"and {len(words) - len(shown)} more"])
        shown.append(word)
    return " ".join(["env", *shown])


def _words(what: str, names: Iterable[str]) -> list[str]:
    # Names are as the user wrote them, unless they hold what would end the word.
    return [f"{what}:{quote(name, safe='!#$&()*+,./:;<>?@[]^_`{|}~')}" for name in sorted(names)]


def _names(summary: str) -> frozenset[str] | None:
    if summary == _CARRIED:
        return frozenset()
    if not summary.startswith("env ") or _MORE.search(summary):
        return None
    return frozenset(unquote(word.partition(":")[2]) for word in summary.split(" ")[1:])
