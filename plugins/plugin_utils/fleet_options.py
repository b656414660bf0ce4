# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the racks that an inventory file names, checked before any request."""

from __future__ import annotations

import difflib
import typing as t
from collections import Counter

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._failure import without_values, wrong_values

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.plugin_utils import fleet

ALL = "all"
Entry = tuple[str, dict[str, t.Any]]
_SPEC: dict[str, dict[str, t.Any]] = {**_options.RACK_ARGUMENTS, "name": {"type": "str"}}


def check(config: t.Mapping[str, t.Any], definitions: t.Mapping[str, t.Any]) -> None:
    """Raise ConvoxOptionError for an option that the plugin does not have: core would read over it."""
    known = {name for option, each in definitions.items() for name in (option, *each.get("aliases", ()))}
    for name in config:
        if name not in known:
            close = difflib.get_close_matches(str(name), sorted(known), 1)
            help_ = "see ansible-doc -t inventory convox.rack.convox"
            way_out = f"did you mean {close[0]}?" if close else help_
            raise errors.ConvoxOptionError(str(name), "is no option of this inventory", way_out)


def entries(given: t.Any, common: t.Mapping[str, t.Any]) -> list[Entry] | None:
    """The name ("": the rack's own) and the options of each rack; None for all of a console. Raises
    ConvoxOptionError."""
    if given is None:
        return [("", checked("", common))]
    if isinstance(given, str):
        if given.strip() == ALL:
            return None
        given = [part.strip() for part in given.split(",") if part.strip()]
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list):
        raise errors.ConvoxOptionError("racks", "is no list", "write a list of connection options, or all")
    if not given:
        raise errors.ConvoxOptionError(
            "racks", "names no rack", "name one, or leave the option out for the one of the environment"
        )
    found = []
    for number, each in enumerate(given):
        place = f"racks[{number}]"
        if isinstance(each, str):
            each = {"rack": each}
        if not isinstance(each, dict) or not each:
            way_out = "write host: rack.example.com, or the name of a rack as text"
            raise errors.ConvoxOptionError(place, "is no dictionary of options", way_out)
        options = checked(place, {**_without(common, each), **each})
        found.append((str(options.pop("name", None) or ""), options))
    return found


def _without(common: t.Mapping[str, t.Any], each: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What holds for all racks, without what this one says by the same name or an alias. A key is for its
    host: a rack with a host of its own has no key of another's."""
    own = {_names().get(str(name), str(name)) for name in each}
    if "host" in own:
        own |= {"api_key", "rack"}
    return {name: value for name, value in common.items() if _names().get(name, name) not in own}


def _names() -> dict[str, str]:
    """From an alias to its option."""
    return {alias: option for option, spec in _SPEC.items() for alias in spec.get("aliases", ())}


def checked(place: str, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Connection options of the right types, by their own names. Raises ConvoxOptionError, without values."""
    validation = ArgumentSpecValidator(_SPEC).validate(dict(options))
    if validation.error_messages:
        words = without_values(validation.errors.msg, wrong_values(options, _SPEC))
        raise errors.ConvoxOptionError(
            place or "racks", words, "see the connection options of any module of convox.rack"
        )
    found: dict[str, t.Any] = validation.validated_parameters
    aliases = _names()
    return {name: value for name, value in found.items() if value is not None and name not in aliases}


def named(names: t.Sequence[str], common: t.Mapping[str, t.Any]) -> list[Entry]:
    """The racks of a console by their org/name. Those that would share a name are called by their
    organization, too."""
    short = {name: name.rpartition("/")[2] for name in names}
    counts = Counter(short.values())
    apart = {name: each if counts[each] == 1 else name.replace("/", "-") for name, each in short.items()}
    return [(apart[name], checked("", {**common, "rack": name})) for name in names]


def check_twice(racks: t.Sequence[fleet.Rack]) -> None:
    """Raise ConvoxOptionError for a rack that is named twice."""
    seen: set[tuple[str, str | None]] = set()
    for rack in racks:
        place = (rack.connection.url, rack.connection.rack)
        if place in seen:
            raise errors.ConvoxOptionError("racks", f"names {rack.words} twice", "name each rack once")
        seen.add(place)


def check_names(names: t.Sequence[str]) -> None:
    """Raise ConvoxOptionError for racks that call themselves alike: their hosts would be mixed."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise errors.ConvoxOptionError(
            "racks", f"holds several racks called {', '.join(twice)}", "give each of them a name: of its own"
        )
