#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_budget_info
short_description: Read what apps on a Convox rack may cost a month, and what they cost
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Reads the monthly budgets of apps and what was spent, and on request what the rack says of costs, of a shutdown, and of
    what would be shut down.
options:
  app:
    description:
      - Names of apps. Not given, all apps of the rack are read. Each has an entry in the result, with a budget or without.
    type: list
    elements: str
  include:
    description:
      - What to read besides. V(cost) is what each service cost this month; V(shutdown_state) tells of an app that its budget
        has shut down; V(simulation) tells what would be shut down at the cap, which changes nothing, but needs a key that
        may write.
      - Each costs one more request an app.
    type: list
    elements: str
    choices: [cost, shutdown_state, simulation]
    default: []
  parallel:
    description:
      - How many apps are asked for at a time.
    type: int
    default: 8
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_budget
"""

EXAMPLES = r"""
- name: What all apps may cost, and have cost
  convox.rack.convox_budget_info:
  register: found

- name: What one app costs, by service
  convox.rack.convox_budget_info:
    app: web
    include: [cost]
"""

RETURN = r"""
budgets:
  description: The apps asked for, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    app:
      description: Name of the app.
      type: str
      sample: web
    monthly_cap_usd:
      description: What the app may cost a month, in USD; null without a budget.
      type: float
      sample: 250
    alert_threshold_percent:
      description: At how many percent of it an alert is sent; null without a budget.
      type: float
      sample: 75
    at_cap_action:
      description: What happens when the cap is reached; null without a budget.
      type: str
      sample: block-new-deploys
    pricing_adjustment:
      description: Factor between list prices and what you pay; null without a budget.
      type: float
      sample: 1
    last_cap_mutation_by:
      description: Who has set the cap last; null without a budget.
      type: str
      sample: rack-password
    spend_usd:
      description: What the app cost this month, in USD; null where the rack has not counted.
      type: float
      sample: 12.5
    state:
      description: >-
        What was spent, and what came of it, with the keys of RV(convox.rack.convox_budget#module:budget.state); null as long as
        the rack has not counted.
      type: dict
      sample: {"current_month_spend_usd": 12.5, "circuit_breaker_tripped": false}
    cost:
      description: What the app cost this month, with the rack's names for it, C(_) in place of C(-).
      returned: when O(include) holds V(cost)
      type: dict
      sample: {"spend_usd": 12.5, "month_start": "2026-11-01T00:00:00Z", "breakdown": []}
    shutdown_state:
      description: What the rack tells of an app that its budget has shut down; null for any other.
      returned: when O(include) holds V(shutdown_state)
      type: dict
      sample: {"app": "web"}
    simulation:
      description: What would be shut down at the cap, with the rack's names for it, C(_) in place of C(-); null without a budget.
      returned: when O(include) holds V(simulation)
      type: dict
      sample: {"at_cap_action": "auto-shutdown", "would_shut_down_services": ["web"]}
error:
  description: Class of the error.
  returned: failure
  type: str
  sample: ConvoxNotFoundError
status:
  description: HTTP status of the rack's answer, null where none came.
  returned: failure
  type: int
  sample: 404
request_id:
  description: Id of the request in the rack's log, null where no answer came.
  returned: failure
  type: str
  sample: 5d1f2c3a9b8e
unsettled:
  description: Whether something was sent and no answer came, so it may be done.
  returned: failure
  type: bool
  sample: false
"""

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.budget_info.noun import BudgetInfoNoun


def main() -> None:
    _runner.run_module(BudgetInfoNoun)


if __name__ == "__main__":
    main()
