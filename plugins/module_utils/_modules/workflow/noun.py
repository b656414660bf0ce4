# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_workflow, which starts a workflow of a console."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, workflows
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.console_name import rack_of


@dataclass(frozen=True)
class Desired:
    """Which workflow to start, by ``id`` or ``name``, and on what."""

    app: str
    id: str | None
    name: str | None
    branch: str | None
    commit: str | None
    title: str | None


class Observed(t.NamedTuple):
    """The rack, its workflow, and the job that this task has started."""

    rack: str
    workflow: workflows.Workflow
    job: str | None = None


class Job(t.NamedTuple):
    """A job that was started."""

    id: str


@dataclass(frozen=True)
class Run(Step):
    """Start a workflow; the console goes on with it."""

    rack: str
    workflow: str
    desired: Desired
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "The console's page of the workflow shows it."

    def changes(self) -> t.Sequence[Change]:
        values = {name: getattr(self.desired, name) for name in ("app", "branch", "commit", "title")}
        given = {name: value for name, value in values.items() if value is not None}
        return [Change(("workflow", self.workflow), None, given)]

    def apply(self, client: Client, context: Context) -> Job:
        desired = self.desired
        return Job(
            workflows.run(
                client,
                self.rack,
                self.workflow,
                app=desired.app,
                branch=desired.branch,
                commit=desired.commit,
                title=desired.title,
            )
        )


class WorkflowNoun(Noun[Desired, Observed]):
    """A workflow of a console, started."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "id": {"type": "str"},
        "name": {"type": "str"},
        "branch": {"type": "str"},
        "commit": {"type": "str"},
        "title": {"type": "str"},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "mutually_exclusive": [("id", "name"), ("branch", "commit")],
        "required_one_of": [("id", "name"), ("branch", "commit")],
    }

    def __init__(self) -> None:
        self._observed: Observed | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what is given empty."""
        for name in ("id", "name", "branch", "commit"):
            if options.get(name) is not None and not options[name].strip():
                raise errors.ConvoxOptionError(name, "is empty", "give it, or leave it out")
        return Desired(
            app=options["app"],
            id=options.get("id"),
            name=options.get("name"),
            branch=options.get("branch"),
            commit=options.get("commit"),
            title=options.get("title"),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests before it is started, none afterwards. Raises ConvoxOptionError for a rack without a
        console and for a workflow that is not there, ConvoxNotFoundError for an app that is not there."""
        if self._observed is None:
            rack = rack_of(client)
            found = _chosen(workflows.list_all(client, rack), desired)
            self._observed = Observed(rack, found)
            apps.get(client, desired.app)
        return self._observed

    def assumed(self, desired: Desired) -> Observed | None:
        """An app that an earlier task would make."""
        return self._observed

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """It is an action: one step, always."""
        return [Run(observed.rack, observed.workflow.id, desired)]

    def applied(self, step: Step, made: object) -> None:
        """The job that was started."""
        if isinstance(made, Job) and self._observed is not None:
            self._observed = self._observed._replace(job=made.id)

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``job_id``, None in check mode; ``workflow``: id, name, kind."""
        return {"job_id": observed.job, "workflow": observed.workflow.model_dump()}


def _chosen(there: list[workflows.Workflow], desired: Desired) -> workflows.Workflow:
    """The workflow of this id, or the only one of this name. Raises ConvoxOptionError."""
    option = "id" if desired.id is not None else "name"
    wanted = desired.id if desired.id is not None else desired.name
    found = [each for each in there if getattr(each, option) == wanted]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{each.name} ({each.id})" for each in found or there) or "none"
    problem = f"several workflows are called {wanted}" if found else f"there is no workflow {wanted}"
    raise errors.ConvoxOptionError(option, problem, f"{'give an id' if found else 'there are'}: {names}")
