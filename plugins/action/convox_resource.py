# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_resource."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.resource.noun import ResourceNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = ResourceNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._modules.resource.data",
        "module_utils._modules.resource.dump",
        "module_utils._modules.resource.receipt",
        "module_utils._modules.resource.sealed",
        "module_utils._shared.data_files",
        "module_utils._shared.local_dest",
        "module_utils._shared.transfers",
    )
