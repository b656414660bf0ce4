# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_build."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = BuildNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.manifests",
        "module_utils._api.resources.processes",
        "module_utils._api.waiting",
        "module_utils._build_context.archive",
        "module_utils._build_context.dockerfiles",
        "module_utils._build_context.dockerignore",
        "module_utils._build_context.folder",
        "module_utils._build_context.git",
        "module_utils._build_context.git_index",
        "module_utils._build_context.git_objects",
        "module_utils._build_context.git_repository",
        "module_utils._build_context.patterns",
        "module_utils._build_context.tar_headers",
        "module_utils._modules.build.build_file",
        "module_utils._modules.build.cancels",
        "module_utils._modules.build.exports",
        "module_utils._modules.build.images",
        "module_utils._modules.build.imports",
        "module_utils._modules.build.watch",
        "module_utils._shared.local_dest",
        "module_utils._shared.log_lines",
        "module_utils._shared.transfers",
        "module_utils._shared.waits",
    )
