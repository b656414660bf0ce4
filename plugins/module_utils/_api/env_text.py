# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The env of a release: text on the wire, a dict here.

Private to the collection. Pure: no request, no file, nothing from Ansible. Names of variables may
appear in errors, values never do.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors

# What Go's strings.TrimSpace takes off a key. Python's str.strip() would take U+001C to U+001F too.
GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# The rack reads lines with bufio.Scanner: a line of 64 KiB is `bufio.Scanner: token too long`
# (recordings: env; 65534 bytes pass, 70004 fail).
LINE_LIMIT = 64 * 1024

# How to keep a line end as the two characters \\n, which apps read as one, where the value stands.
_IN_YAML = "write the two characters \\n, in YAML between single quotes or none"
_TWO_CHARACTERS = {"src": "put it between single quotes, where \\n stays two characters, or write \\\\n"}
_BASE64 = {"src": "base64"}

_NAMES_SHOWN = 10
_NAME_SHOWN = 80

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def parse(text: str) -> dict[str, str]:
    """Read env text as the rack reads it (recordings: env).

    Each line is split at its first ``=``; the key is trimmed, the value is not. A line without ``=`` or
    with an empty key is skipped. The last of equal keys wins. ``#`` and quotes mean nothing. A carriage
    return stays in the value.
    """
    env: dict[str, str] = {}
    for line in text.split("\n"):
        key, found, value = line.partition("=")
        key = key.strip(GO_SPACE)
        if found and key:
            env[key] = value
    return env


def render(env: Mapping[str, str]) -> str:
    """Write env text as the CLI does: ``KEY=VALUE`` lines, the lines sorted, no newline at the end."""
    return "\n".join(sorted(f"{key}={value}" for key, value in env.items()))


@dataclass(frozen=True, repr=False)
class Change:
    """What turns one env into another. ``added`` and ``changed`` hold the new values."""

    added: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def values(self) -> dict[str, str]:
        """The new value of every key that is added or changed."""
        return {**self.added, **self.changed}

    @property
    def names(self) -> frozenset[str]:
        """Every key the change touches."""
        return frozenset(self.added) | frozenset(self.changed) | self.removed

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __repr__(self) -> str:
        added, changed, removed = sorted(self.added), sorted(self.changed), sorted(self.removed)
        return f"Change(added={added}, changed={changed}, removed={removed})"


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> Change:
    """What turns ``old`` into ``new``: ``apply(old, difference(old, new)) == new``."""
    return Change(
        added={key: value for key, value in new.items() if key not in old},
        changed={key: value for key, value in new.items() if key in old and old[key] != value},
        removed=frozenset(old) - frozenset(new),
    )


def apply(base: Mapping[str, str], change: Change) -> dict[str, str]:
    """``base`` with ``change`` made in it. A key to remove that is not there is no error."""
    kept = {key: value for key, value in base.items() if key not in change.removed}
    return {**kept, **change.values}


def merge(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Merge two descendants of ``base``, key by key.

    Returns the merged env and the keys in conflict: those that both sides changed, and not to the same
    value (or one removed and the other changed). In a conflict ``ours`` wins.
    """
    our_change, their_change = difference(base, ours), difference(base, theirs)
    both = our_change.names & their_change.names
    conflicts = frozenset(key for key in both if ours.get(key) != theirs.get(key))
    return apply(apply(base, their_change), our_change), conflicts


def check(variables: Mapping[str, object], option: str = "variables") -> dict[str, str]:
    """Turn the values of a task into text, and refuse what a rack cannot keep.

    ``True`` becomes ``true``, numbers are written as Ansible writes them, text stays as it is. ``None``
    (unset) is the caller's: take it out before.

    Raises ConvoxOptionError naming ``option`` and the variables, never a value.
    """
    found = texts(variables, option)
    _refuse_values(option, found)
    return found


def texts(variables: Mapping[str, object], option: str) -> dict[str, str]:
    """The same where a value may hold what it likes, for it goes to the rack in a form that keeps it."""
    names = check_names(variables, option)
    return {key: _text(option, key, value) for key, value in zip(names, variables.values(), strict=True)}


def check_names(names: Iterable[object], option: str) -> list[str]:
    """The names, if a variable can have each of them, whether it is to be set or unset.

    Raises ConvoxOptionError naming ``option`` and each bad name up to a `=`.
    """
    listed: list[str] = []
    for name in names:
        if not isinstance(name, str):
            raise errors.ConvoxOptionError(
                option, f"the variable name {shown(str(name))} is not text", "put the name in quotes"
            )
        listed.append(name)
    _refuse(option, (name for name in listed if not name), "a variable has no name", "give it one")
    _refuse(
        option,
        (name for name in listed if bad_key(name)),
        "a variable name holds `=`, a space or a control character",
        "use letters, digits and underscores",
    )
    return listed


def bad_key(key: str) -> bool:
    """Whether no variable can have this name."""
    return "=" in key or _CONTROL.search(key) is not None or any(letter.isspace() for letter in key)


def _text(option: str, key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()  # YAML makes a date of 2026-11-24; JSON would carry it as this text
    raise errors.ConvoxOptionError(
        option,
        f"the value of {shown(key)} is not text, a number or a boolean",
        "turn lists and dictionaries into text, for instance with the filter to_json",
    )


def _refuse_values(option: str, texts: Mapping[str, str]) -> None:
    with_what = _BASE64.get(option, "the filter b64encode")
    encode = f"encode it, for instance with {with_what}, and decode it in the app"
    _refuse(
        option,
        (key for key, text in texts.items() if "\n" in text),
        "a value holds a newline, which a rack cannot keep",
        f"{_TWO_CHARACTERS.get(option, _IN_YAML)}; or {encode}",
    )
    _refuse(
        option,
        (key for key, text in texts.items() if text.endswith("\r")),
        "a value ends with a carriage return, which the app would not see",
        "trim it",
    )
    _refuse(
        option,
        (key for key, text in texts.items() if "\0" in text or not _encodes(key + text)),
        "a value holds a NUL or is not valid Unicode",
        encode,
    )
    _refuse(
        option,
        (key for key, text in texts.items() if len(f"{key}={text}".encode()) >= LINE_LIMIT),
        "name and value are 64 KiB or more, which a rack refuses",
        "keep it in a file of the image, a volume or an object store",
    )
    _refuse(
        option,
        (key for key, text in texts.items() if parse(f"{key}={text}") != {key: text}),
        "the rack would read back something else",
        encode,
    )


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(option: str, names: Iterable[str], problem: str, way_out: str) -> None:
    found = sorted(names)
    if not found:
        return
    listed = ", ".join(shown(name) for name in found[:_NAMES_SHOWN])
    more = f" and {len(found) - _NAMES_SHOWN} more" if len(found) > _NAMES_SHOWN else ""
    raise errors.ConvoxOptionError(option, f"{problem}: {listed}{more}", way_out)


def shown(name: str) -> str:
    """A variable's name for a message: cut, on one line, odd characters escaped."""
    before, equals, _value = name.partition("=")
    # Behind a `=` stands a value that got there by mistake.
    name = f"{before}=..." if equals else name
    cut = name if len(name) <= _NAME_SHOWN else name[:_NAME_SHOWN] + "..."
    return cut if cut.isprintable() and cut else ascii(cut)
