# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_app_info."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import AppInfoNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = AppInfoNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.env_text",
        "module_utils._api.resources.app_resources",
        "module_utils._api.resources.balancers",
        "module_utils._api.resources.budgets",
        "module_utils._api.resources.builds",
        "module_utils._api.resources.configs",
        "module_utils._api.resources.diagnosis",
        "module_utils._api.resources.metrics",
        "module_utils._api.resources.processes",
        "module_utils._api.resources.releases",
        "module_utils._api.resources.service_details",
        "module_utils._api.resources.services",
        "module_utils._modules.app_info.parts",
        "module_utils._modules.app_info.report",
        "module_utils._shared.env_secrets",
        "module_utils._shared.log_lines",
    )
