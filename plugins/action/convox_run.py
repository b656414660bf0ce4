# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_run."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.run.noun import RunNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = RunNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.resources.execs",
        "module_utils._modules.run.detached",
    )
