# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_rack_info."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info.noun import RackInfoNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = RackInfoNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.resources.console",
        "module_utils._api.resources.letsencrypt",
        "module_utils._api.resources.metrics",
        "module_utils._api.resources.processes",
        "module_utils._api.resources.rack_details",
        "module_utils._modules.rack_info.parts",
        "module_utils._shared.parallel",
    )
