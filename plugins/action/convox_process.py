# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_process."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.process.noun import ProcessNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = ProcessNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.resources.services",
        "module_utils._shared.scaling",
        "module_utils._shared.waits",
    )
