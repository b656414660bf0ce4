# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_build_info."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.build_info.noun import BuildInfoNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = BuildInfoNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.env_text",
        "module_utils._api.resources.objects",
        "module_utils._api.resources.releases",
        "module_utils._modules.build_info.logs",
        "module_utils._shared.env_secrets",
        "module_utils._shared.log_lines",
        "module_utils._shared.parallel",
    )
