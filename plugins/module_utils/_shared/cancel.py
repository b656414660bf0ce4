# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: end a promote that is under way."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# In the first moment of a promote the rack says that nothing is under way: ask again so long, in seconds.
TOO_EARLY = 5.0
PAUSE = 0.5


def cancel_promote(client: Client, context: Context, app: str, release: str | None = None) -> bool:
    """Cancel, and say whether there was something to cancel. The rollback it starts goes on afterwards.

    With ``release`` only its promote is ended, and not one that somebody has started since.
    """
    left = TOO_EARLY
    while (seen := apps.get(client, app)).status == "updating" and release in (None, seen.release):
        try:
            apps.cancel(client, app)
            return True
        except (errors.ConvoxForbiddenError, errors.ConvoxServerError, errors.ConvoxConflictError) as error:
            if "updating" not in error.message or left <= 0:
                raise
        context.clock.sleep(PAUSE)
        left -= PAUSE
    return False
