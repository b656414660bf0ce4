# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which cloud machine a task means, and where its apps are. Private to convox.rack; may change at any time.

Read from the CLI's source, never recorded: a console lists its machines, and every path that begins with
`/app` is asked below the one that is meant. Names of fields are matched whatever their case.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

ALL = "/machines"


def place(machine: str, path: str) -> str:
    """A path on a machine, by its id."""
    return f"{ALL}/{urllib.parse.quote(machine, safe='')}{path}"


def choose(wanted: str, listed: Response) -> str:
    """The id of the machine that is meant, by its id, its name (ORG/NAME), or a part of it that no other
    machine's name has. Raises ConvoxOptionError where it fits none, or several; ConvoxServerError for a list
    that is none."""
    known = dict(_machines(listed))
    if wanted in known:
        return wanted
    fitting = [id_ for id_, name in known.items() if name == wanted]
    fitting = fitting or [id_ for id_, name in known.items() if wanted in name]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(sorted(known[id_] for id_ in fitting or known)) or "none"
    raise ConvoxOptionError(
        "machine",
        f"fits {'several cloud machines' if fitting else 'no cloud machine'} of this console",
        f"{'be more precise' if fitting else 'there are'}: {names}",
    )


def _machines(listed: Response) -> Iterator[tuple[str, str]]:
    found = listed.json()
    if found is None:
        return
    if not isinstance(found, list):
        raise listed.unreadable("the console's list of machines is none")
    for item in map(_lower, found):
        organization = _lower(item.get("organization_info")).get("name")
        id_, name = item.get("id"), item.get("name")
        if not isinstance(id_, str) or id_ in ("", ".", ".."):
            raise listed.unreadable("the console's list holds a machine without an id")
        yield id_, f"{organization or ''}/{name or ''}"


def _lower(value: Any) -> dict[str, Any]:
    return {str(name).lower(): each for name, each in value.items()} if isinstance(value, dict) else {}
