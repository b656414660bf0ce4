# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: workflows of a rack, which are its console's. Read from the CLI's source, never
recorded."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.resources.console import ConsoleModel
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Workflow(ConsoleModel):
    """One of ``GET /racks/{org}/{name}/workflows``."""

    id: str
    name: str = ""
    kind: str = ""


class _Workflows(ConsoleModel):
    workflows: list[Workflow] = []


class _Job(ConsoleModel):
    """``jod_id``: so it is spelt on the wire; one day it may be spelt right."""

    id: str = pydantic.Field(validation_alias=pydantic.AliasChoices("jod_id", "job_id"))


def list_all(client: Client, rack: str) -> list[Workflow]:
    """``GET /racks/{org}/{name}/workflows``, sorted by name."""
    answer = client.get(_path(rack), f"list the workflows of {rack}")
    found = model.read(_Workflows, answer).workflows
    return sorted(found, key=lambda workflow: (workflow.name, workflow.id))


def run(
    client: Client,
    rack: str,
    workflow: str,
    *,
    app: str,
    branch: str | None = None,
    commit: str | None = None,
    title: str | None = None,
) -> str:
    """``POST /racks/{org}/{name}/workflows/{id}/run``: the id of the job. Nobody can tell afterwards whether
    it was started by this request, so it is never sent twice."""
    form = given(app=app, branch=branch, commit=commit, title=title)
    operation = f"run workflow {workflow} of {rack}"
    path = _path(rack, workflow, "run")
    answer = client.send("POST", path, form=form, operation=operation, expect="json", once=True)
    return model.read(_Job, answer).id


def _path(rack: str, *more: str) -> str:
    return route("racks", *rack.split("/"), "workflows", *more)
