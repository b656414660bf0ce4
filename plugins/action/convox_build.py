# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_build."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api._http import machines
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, git
from ansible_collections.convox.rack.plugins.module_utils._modules.build import (
    build_file,
    cancels,
    exports,
    images,
    imports,
    watch,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = BuildNoun
    LATE = (machines, archive, git, build_file, cancels, exports, images, imports, watch)
