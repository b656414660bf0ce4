# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_workflow_info, which workflows a rack has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import workflows
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.console_name import rack_of


class Observed(t.NamedTuple):
    """The workflows of the rack."""

    workflows: tuple[workflows.Workflow, ...] = ()


class WorkflowInfoNoun(InfoNoun[None, Observed]):
    """Which workflows a rack has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {}

    def desired(self, options: dict[str, t.Any]) -> None:
        """All of them."""

    def observe(self, client: Client, desired: None, context: Context) -> Observed:
        """One request. Raises ConvoxOptionError for a rack without a console."""
        return Observed(tuple(workflows.list_all(client, rack_of(client))))

    def result(self, observed: Observed, desired: None) -> dict[str, t.Any]:
        """``workflows``, sorted by name."""
        return {"workflows": [workflow.model_dump() for workflow in observed.workflows]}
