# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made from Ansible's own callback, for people."""

from __future__ import annotations

from ansible.plugins.callback.default import CallbackModule as Default

DOCUMENTATION = """
name: convox_people
type: stdout
short_description: As default
description: As default.
extends_documentation_fragment: [default_callback]
"""


class CallbackModule(Default):  # type: ignore[misc]  # ansible-core's classes have no annotations
    CALLBACK_NAME = "convox_people"
