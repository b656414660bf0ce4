# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the rack, one small typed method for each thing it does.

Every method raises the errors of ``errors.py``; "what was tried" in them is the method's ``doing``. The
methods stand in ``rack_apps.py``, ``rack_releases.py``, ``rack_builds.py`` and ``rack_services.py``.
"""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import BuildCalls
from ansible_collections.convox.rack.plugins.module_utils._api.resources.releases import ReleaseCalls
from ansible_collections.convox.rack.plugins.module_utils._api.resources.services import ServiceCalls


class Rack(ReleaseCalls, BuildCalls, ServiceCalls):
    """A rack, through one kept connection."""
