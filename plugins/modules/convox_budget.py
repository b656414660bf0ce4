#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_budget
short_description: Manage what an app on a Convox rack may cost a month
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sets, changes and removes the monthly budget of an app, and lets an app go on that has used it up.
  - Only what differs is sent; what is not given stays as it is.
  - The rack has to track costs (its parameter V(cost_tracking_enable=true)), and whoever sets, removes or resets a budget
    has to be an admin of the rack.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  monthly_cap_usd:
    description:
      - What the app may cost a month, in USD. Required where the app has no budget yet.
    type: float
  alert_threshold_percent:
    description:
      - At how many percent of the cap the rack sends an alert, from 1 to 100. V(0) stands for the rack's default, which
        is 80.
    type: int
  at_cap_action:
    description:
      - What happens when the cap is reached. V(alert-only) sends an alert, V(block-new-deploys) refuses to promote and to
        scale, V(auto-shutdown) also stops the services of the app.
    type: str
    choices: [alert-only, block-new-deploys, auto-shutdown]
  pricing_adjustment:
    description:
      - Factor between list prices and what you pay, from 0.1 to 1.5.
    type: float
  state:
    description:
      - V(present) sets the budget.
      - V(absent) removes it.
      - V(reset) lets an app that has reached its cap be deployed again. An app that has not is left alone, unless
        O(force_clear_cooldown) or O(reset_period) is given, which act each time.
      - V(recovered) puts away the note that the app came back after its budget had shut it down. Only the rack knows
        whether there is one, so this is sent each time, and changes something where there was one. Check mode takes an app
        with a shutdown state for one with a note.
    type: str
    choices: [present, absent, reset, recovered]
    default: present
  ack_by:
    description:
      - Who acknowledges that the cap was reached, for O(state=reset). Not given, the rack takes whoever is logged in.
    type: str
  force_clear_cooldown:
    description:
      - Whether O(state=reset) also ends the time that the rack waits after a shutdown.
    type: bool
    default: false
  reset_period:
    description:
      - Whether O(state=reset) also lets what was spent this month begin anew.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
seealso:
  - module: convox.rack.convox_budget_info
"""

EXAMPLES = r"""
- name: A budget
  convox.rack.convox_budget:
    app: web
    monthly_cap_usd: 250
    alert_threshold_percent: 75
    at_cap_action: block-new-deploys

- name: A higher cap, all else as it is
  convox.rack.convox_budget:
    app: web
    monthly_cap_usd: 400

- name: Deploy again although the cap was reached
  convox.rack.convox_budget:
    app: web
    state: reset
    ack_by: ops@example.com
"""

RETURN = r"""
budget:
  description: The budget as it is now; null when there is none.
  returned: success
  type: dict
  contains:
    monthly_cap_usd:
      description: What the app may cost a month, in USD.
      type: float
      sample: 250
    alert_threshold_percent:
      description: At how many percent of it an alert is sent; null in check mode where only the rack knows.
      type: float
      sample: 75
    at_cap_action:
      description: What happens when the cap is reached; null in check mode where only the rack knows.
      type: str
      sample: block-new-deploys
    pricing_adjustment:
      description: Factor between list prices and what you pay; null in check mode where only the rack knows.
      type: float
      sample: 1
    last_cap_mutation_by:
      description: Who has set the cap last; null in check mode where only the rack knows.
      type: str
      sample: rack-password
    state:
      description: What was spent, and what came of it; null as long as the rack has not counted.
      type: dict
      contains:
        month_start:
          description: Beginning of the month; null where the rack does not say.
          type: str
          sample: "2026-11-01T00:00:00Z"
        current_month_spend_usd:
          description: What the app cost this month, in USD.
          type: float
          sample: 250
        current_month_spend_as_of:
          description: When that was counted; null where it was not.
          type: str
          sample: "2026-11-24T09:07:29.824838402Z"
        alert_fired_at_threshold:
          description: When an alert was sent for the threshold; null where none was.
          type: str
          sample: "2026-11-24T09:07:29.824838402Z"
        alert_fired_at_cap:
          description: When an alert was sent for the cap; null where none was.
          type: str
          sample: "2026-11-24T09:07:29.824838402Z"
        circuit_breaker_tripped:
          description: Whether the cap was reached, so that the rack refuses to promote and to scale.
          type: bool
          sample: true
        circuit_breaker_ack_by:
          description: Who acknowledged that; null where nobody did.
          type: str
          sample: ops@example.com
        circuit_breaker_ack_at:
          description: When; null where nobody did.
          type: str
          sample: "2026-11-24T10:00:00Z"
        warning_count:
          description: How many warnings the rack has about its counting.
          type: int
          sample: 0
        per_service_spend_usd:
          description: What each service cost this month, in USD.
          type: dict
          sample: {"web": 250}
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
from ansible_collections.convox.rack.plugins.module_utils._modules.budget.noun import BudgetNoun


def main() -> None:
    _runner.run_module(BudgetNoun)


if __name__ == "__main__":
    main()
