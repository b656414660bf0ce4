# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In process: convox.rack.convox_certificate_info."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.certificate_info.noun import (
    CertificateInfoNoun,
)
from ansible_collections.convox.rack.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of its own, because Ansible writes the plugin's name into it."""

    NOUN = CertificateInfoNoun
    LATE = (
        "module_utils._api._http.machines",
        "module_utils._api.env_text",
        "module_utils._api.manifests",
        "module_utils._api.resources.apps",
        "module_utils._api.resources.processes",
        "module_utils._api.resources.releases",
        "module_utils._api.resources.services",
        "module_utils._shared.certificate_uses",
        "module_utils._shared.parallel",
    )
