# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_rack."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.rack.noun import RackNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = RackNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.waiting",
        "module_utils._modules.rack.steps",
        "module_utils._modules.rack.waits",
        "module_utils._shared.shown",
    )
