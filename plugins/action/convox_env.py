# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_env."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = EnvNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.dotenv",
        "module_utils._api.resources.diagnosis",
        "module_utils._api.resources.processes",
        "module_utils._api.resources.services",
        "module_utils._api.waiting",
        "module_utils._shared.cancel",
        "module_utils._shared.failures",
        "module_utils._shared.rollout",
        "module_utils._shared.rollout_goal",
        "module_utils._shared.rollout_watch",
        "module_utils._shared.scaling",
        "module_utils._shared.waits",
    )
