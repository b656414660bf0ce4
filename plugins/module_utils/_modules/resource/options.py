# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options of convox_resource, read and refused. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.state import Desired

# Which options belong to which states.
_ONLY = {
    "type": ("present",),
    "parameters": ("present",),
    "links": ("present",),
    "dest": ("exported",),
    "src": ("imported",),
    "receipt": ("imported",),
}
_OF_APPS = ("exported", "imported")
# These would lead to another route, or to none that a rack finds.
_NO_NAME = re.compile(r"|\.|\.\.|.*[/\x00-\x1f\x7f\ud800-\udfff].*", re.DOTALL)


def desired(options: dict[str, t.Any]) -> Desired:
    """What the options ask for. Raises ConvoxOptionError for what no rack can do."""
    state, name, app = options["state"], options["name"], options.get("app")
    _check_name("name", name, "give the name of a resource")
    _check_state(options, state, app)
    dest, receipt = options.get("dest"), options.get("receipt")
    # Here, because a module compiles what it imports each time it runs, and webhooks need no file.
    from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest

    links = options.get("links")
    for link in links or ():
        _check_name("links", link, "give names of apps")
    return Desired(
        name=name,
        state=state,
        app=app,
        type=options.get("type"),
        parameters=_parameters(options.get("parameters") or {}),
        links=None if links is None else tuple(sorted(set(links))),
        dest=Dest(dest) if dest else None,
        src=options.get("src") or "",
        receipt=Dest(receipt, "receipt") if receipt else None,
        force=options["force"],
        compare=options["compare"],
        key=_key(options.get("encryption_key"), state),
    )


def _check_name(option: str, name: str, way_out: str) -> None:
    if _NO_NAME.fullmatch(name):
        raise errors.ConvoxOptionError(option, f"{ascii(name)} is no name that a rack can find", way_out)


def _check_state(options: dict[str, t.Any], state: str, app: str | None) -> None:
    if app is not None and state not in _OF_APPS:
        raise errors.ConvoxOptionError(
            "state",
            f"is {state}, and an app's resources come from its convox.yml",
            "leave app out for a resource of the rack, or take state exported or imported",
        )
    if app is None and state in _OF_APPS:
        raise errors.ConvoxOptionError(
            "app", f"is missing for state {state}", "name the app whose resource it is"
        )
    for option, states in _ONLY.items():
        if options.get(option) is not None and state not in states:
            raise errors.ConvoxOptionError(
                option, f"means nothing with state {state}", f"take it out, or set state: {states[0]}"
            )
    if options["compare"] and state != "imported":
        raise errors.ConvoxOptionError(
            "compare", f"means nothing with state {state}", "take it out, or set state: imported"
        )
    for needed, of in (("dest", "exported"), ("src", "imported")):
        if state == of and not options.get(needed):
            raise errors.ConvoxOptionError(needed, f"is missing for state {of}", "name a file")


def _key(key: str | None, state: str) -> str:
    if key is None:
        return ""
    if state not in _OF_APPS:
        raise errors.ConvoxOptionError(
            "encryption_key", f"means nothing with state {state}", "take it out, or set state: exported"
        )
    # Here, because a module compiles what it imports each time it runs, and webhooks need no file.
    from ansible_collections.convox.rack.plugins.module_utils._modules.resource import sealed

    sealed.check_key(key)
    return key


def _parameters(given: dict[t.Any, t.Any]) -> dict[str, str]:
    """Parameters as a rack takes them: text."""
    texts = {}
    for name, value in given.items():
        if not isinstance(name, str):
            raise errors.ConvoxOptionError(
                "parameters", f"the name {name!r} is not text", "put the name in quotes"
            )
        before, equals, _value = name.partition("=")
        if equals:
            # Behind it stands a value that got there by mistake, and it may be a secret.
            raise errors.ConvoxOptionError(
                "parameters",
                f"a name holds =: {before}=...",
                "give names and values apart, as in Url: https://…",
            )
        if not name or not isinstance(value, (str, int, float)):
            raise errors.ConvoxOptionError(
                "parameters",
                f"{ascii(name)} is not a name with one plain value",
                "give each parameter a text or a number",
            )
        texts[name] = str(value).lower() if isinstance(value, bool) else str(value)
        if not _is_text(name + texts[name]):
            raise errors.ConvoxOptionError(
                "parameters", f"{ascii(name)} is not valid Unicode", "write it as plain text"
            )
    return texts


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
