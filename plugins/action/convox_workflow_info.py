# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_workflow_info."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.workflow_info.noun import WorkflowInfoNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = WorkflowInfoNoun
    LATE = ("module_utils._api._http.machines",)
