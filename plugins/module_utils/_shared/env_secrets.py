# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the values that an app may print into a log."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from ansible_collections.convox.rack.plugins.module_utils._noun import Context


def secrets_of(client: Client, context: Context, app: str) -> Secrets:
    """The values of the env of an app's newest releases (one request). Where the key may not read them, there
    are none, and a warning says so."""
    secrets = Secrets()
    try:
        for release in releases.newest(client, app):
            secrets.add(release.variables)
    except errors.ConvoxForbiddenError:
        context.warn(
            f"The env of {app} cannot be read with this key, so values that the app or a build prints into a "
            "log are not masked in this result."
        )
    return secrets
