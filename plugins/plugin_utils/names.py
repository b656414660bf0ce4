# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: names and values that YAML has read as something else than text, and numbers that
are none.

``NO: "1"`` is a variable named false, ``3.10`` the number 3.1, ``.inf`` no number of anything. As a module a
task gets its arguments as JSON, which has text for names only: what YAML made of them can be seen in the
action plugin alone, before either way is taken.
"""

from __future__ import annotations

import datetime
import decimal
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._outcome import fits

Spec = t.Mapping[str, t.Mapping[str, t.Any]]
# What a dict of names is given as: build_args are a dict or a list.
_OF_NAMES = ("dict", "raw")
_DATES = (datetime.date, datetime.datetime, datetime.time)
# More digits than any of these numbers has. Core works for minutes on the text 1e999999999.
_DIGITS = 18


def check_names(arguments: Mapping[str, t.Any], spec: Spec) -> None:
    """Raise ConvoxOptionError for an option with a name that is not text: of a dict, or in a list of text."""
    for option, each in spec.items():
        value = arguments.get(option)
        names: t.Iterable[t.Any] = ()
        if each.get("type") in _OF_NAMES and isinstance(value, Mapping):
            names = value.keys()
        elif each.get("elements") == "str" and isinstance(value, Sequence) and not isinstance(value, str):
            # A number in such a list is as good as its text; what else there is was meant as text.
            names = [item for item in value if isinstance(item, (bool, float, *_DATES))]
        wrong = sorted({_words(name) for name in names if not isinstance(name, str)})
        if wrong:
            raise errors.ConvoxOptionError(
                option,
                f"has a name that is not text: {', '.join(wrong)}",
                'quote it, such as "NO" or "2024": YAML reads some words and all numbers otherwise',
            )


def check_values(arguments: Mapping[str, t.Any], spec: Spec) -> None:
    """Raise ConvoxOptionError for a number that is endless, or so large that core cannot read it, and for a
    text that is none: a dictionary or list, or with half a letter (a lone surrogate) in it. A file's name may
    have one. And for what should be options inside an option and is none: core would stumble over it."""
    for option, each in spec.items():
        for name in (option, *each.get("aliases", ())):
            value, kind = arguments.get(name), each.get("type", "str")
            endless = _endless(value, each, name)
            if endless:
                raise errors.ConvoxOptionError(
                    endless, "is a number without an end", "give one that is smaller"
                )
            if kind != "path" and not is_text(value):
                raise errors.ConvoxOptionError(
                    name, "holds half a letter (a lone surrogate)", "write it in UTF-8"
                )
            if kind == "str" and isinstance(value, (Mapping, list, tuple)):
                # Core would write it as Python does, which is no JSON.
                raise errors.ConvoxOptionError(
                    name,
                    f"is a {'dictionary' if isinstance(value, Mapping) else 'list'}, not text",
                    "quote it, or let the template end with | string (or with | to_json for JSON of it)",
                )
        wrong = _wrong_inside(arguments.get(option), each, option)
        if wrong:
            raise errors.ConvoxOptionError(
                option, f"has no options where {wrong} stands", "see the examples of the module's page"
            )


def _wrong_inside(value: t.Any, spec: t.Mapping[str, t.Any], name: str) -> str | None:
    """The name of what should be a dict of options, or a list of such, and is none."""
    inner = spec.get("options")
    if inner is None or value is None:
        return None
    if not fits(value, spec):
        return name
    items = value if isinstance(value, (list, tuple)) else [value]
    found = (
        _wrong_inside(item[each], of_each, f"{name}.{each}")
        for item in items
        if isinstance(item, Mapping)
        for each, of_each in inner.items()
        if each in item
    )
    return next((each for each in found if each), None)


def _endless(value: t.Any, spec: t.Mapping[str, t.Any], name: str) -> str | None:
    """The name of a number that core cannot read, also in a list or among options inside; None where all can
    be read."""
    kind = spec.get("type", "str")
    if kind in ("int", "float"):
        return None if _is_bounded(value) else name
    if kind == "list":
        of_one = {**spec, "type": spec.get("elements", "raw")}
        items = value.split(",") if isinstance(value, str) else value
        items = items if isinstance(items, (list, tuple)) else [items]
        inside = [_endless(item, of_one, name) for item in items]
    elif isinstance(value, Mapping):
        options = spec.get("options") or {}
        inside = [
            _endless(value[each], of_each, f"{name}.{each}")
            for each, of_each in options.items()
            if each in value
        ]
    else:
        return None
    return next((each for each in inside if each), None)


def _is_bounded(value: t.Any) -> bool:
    try:
        number = decimal.Decimal(value if isinstance(value, (int, float)) else str(value))
    except (decimal.InvalidOperation, ValueError):
        # What is no number has words of core's own.
        return True
    return number.is_finite() and number.adjusted() < _DIGITS


def is_text(value: t.Any) -> bool:
    """Whether all text in a value can be written in UTF-8."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    if isinstance(value, Mapping):
        return all(is_text(name) and is_text(inner) for name, inner in value.items())
    return not isinstance(value, (list, tuple)) or all(map(is_text, value))


def misread(arguments: Mapping[str, t.Any], spec: Spec) -> list[str]:
    """A warning for each option with values that are numbers with a fraction or dates, naming their names."""
    return [
        f"{option}: {', '.join(found)} {'was' if len(found) == 1 else 'were'} read as a number with a "
        "fraction or a date, not as text (3.10 becomes 3.1). Quote the value to keep it as it is written."
        for option, each in spec.items()
        if each.get("type") in _OF_NAMES and (found := _odd_values(arguments.get(option)))
    ]


def _odd_values(value: t.Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    return sorted(
        str(name).partition("=")[0] for name, each in value.items() if isinstance(each, (float, *_DATES))
    )


def _words(name: t.Any) -> str:
    """What YAML made of a name, as JSON has it."""
    if name is None:
        return "null"
    return str(name).lower() if isinstance(name, bool) else str(name)
