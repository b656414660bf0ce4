# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what every module of convox.rack supports."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict what would change, without sending a write to the rack.
    support: full
  diff_mode:
    description: Shows in C(diff) mode what differs. Values of env variables are masked.
    support: full
  idempotent:
    description: When run twice in a row without other changes in between, the second run changes nothing.
    support: full
notes:
  - On the controller (connection V(local), no C(become), no C(async)) the task runs inside the process of Ansible and
    costs milliseconds; everywhere else it runs as an ordinary module. Both give the same result. The variable
    C(convox_in_process), the environment variable E(CONVOX_IN_PROCESS) or C(in_process) in the section C([convox]) of
    ansible.cfg turn it off.
  - In process, long waits show lines as they happen. The variable C(convox_progress), the environment variable
    E(CONVOX_PROGRESS) or C(progress) in the section C([convox]) of ansible.cfg turn them off.
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode); it only reads.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: N/A
  idempotent:
    description: Changes nothing.
    support: full
notes:
  - On the controller (connection V(local), no C(become), no C(async)) the task runs inside the process of Ansible and
    costs milliseconds; everywhere else it runs as an ordinary module. Both give the same result. The variable
    C(convox_in_process), the environment variable E(CONVOX_IN_PROCESS) or C(in_process) in the section C([convox]) of
    ansible.cfg turn it off.
"""
