# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the logs of builds, as far as a rack has them now."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds, objects
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.env_secrets import secrets_of
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import shown_lines
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

# The last lines of a log are what tells; a result of more would burden Ansible.
MOST_LINES = 10_000
# A build that runs writes on: after so many seconds of silence, and after so many in all, what came is its
# log.
SILENCE = 1.0
LONGEST = 10.0


def read(
    client: Client, context: Context, app: str, found: t.Sequence[builds.Build], parallel: int
) -> tuple[list[str] | None, ...]:
    """The last lines of the log of each build, None for one whose log the rack does not have."""
    secrets = secrets_of(client, context, app)
    by_id = {build.id: build for build in found}

    def lines(id_: str) -> list[str] | None:
        text = _text(client, context, app, by_id[id_])
        return None if text is None else shown_lines(text, secrets, MOST_LINES)

    return tuple(in_parallel(context, [build.id for build in found], lines, parallel))


def _text(client: Client, context: Context, app: str, build: builds.Build) -> str | None:
    key = build.logs.partition(f"object://{app}/")[2]
    try:
        if key and build.status not in builds.GOING:
            try:
                return objects.text(client, app, key)
            except errors.ConvoxForbiddenError:
                pass  # A plain deploy key may follow a log, and not read where it is stored.
        return _followed(client, context, app, build)
    except errors.ConvoxNotFoundError:
        context.warn(f"The rack has no log of build {build.id} of {app} any more, so its logs are null")
        return None


def _followed(client: Client, context: Context, app: str, build: builds.Build) -> str:
    """What comes of a log until it ends, or until the build writes nothing for a moment."""
    pieces: list[str] = []
    until = context.clock.now() + LONGEST
    for piece in builds.log(client, app, build.id, timeout=2 * LONGEST, opening=LONGEST, idle=SILENCE):
        pieces.append(piece)
        if not piece or context.clock.now() > until:
            # The last line may be a piece of one.
            return "".join(pieces).rpartition("\n")[0]
    return "".join(pieces)
