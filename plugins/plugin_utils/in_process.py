# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: a task's work in the process that already runs.

All action plugins of the collection are subclasses of ``InProcess``. The libraries are imported here, at the
top, because Ansible loads the class of a task before it forks a worker for it: they are imported once a play.
"""

from __future__ import annotations

import typing as t
from importlib import import_module

from ansible.plugins.action import ActionBase
from ansible.utils.color import stringc
from ansible.utils.display import Display

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors, model, third_party
from ansible_collections.convox.rack.plugins.module_utils._failure import failure
from ansible_collections.convox.rack.plugins.module_utils._noun import Leaving, no_progress
from ansible_collections.convox.rack.plugins.module_utils._noun import Progress as ProgressOfNoun
from ansible_collections.convox.rack.plugins.plugin_utils import core, here, interrupts, run, screen
from ansible_collections.convox.rack.plugins.plugin_utils.names import check_names, check_values, misread
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain
from ansible_collections.convox.rack.plugins.plugin_utils.progress import Progress

display = Display()
# Where the setting turns it off, a task that turns it on by its variable loads in its worker what it needs.
_PREPARED = core.setting("in_process", {})
if _PREPARED:
    import_module("ansible_collections.convox.rack.plugins.plugin_utils.preload")
    screen.prepare()


class InProcess(ActionBase):
    """One task, here if it can be, else as an ordinary module. A subclass names its NOUN, and what that
    imports LATE, in functions: loaded with the class, before a worker is forked."""

    NOUN: t.ClassVar[_options.NounClass]
    LATE: t.ClassVar[tuple[str, ...]] = ()
    # Without it core refuses async tasks instead of running them as modules.
    _supports_async = True
    _supports_check_mode = True
    _requires_connection = True

    def __init_subclass__(cls, **more: t.Any) -> None:
        """Ansible loads a task's class in the parent of its worker: the noun's models are built here."""
        super().__init_subclass__(**more)
        if not _PREPARED:
            return
        for name in cls.LATE:
            import_module(f"ansible_collections.convox.rack.plugins.{name}")
        if not third_party.MISSING:
            model.build_all()

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        task_vars = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        spec = _options.argument_spec(self.NOUN)
        try:
            check_names(self._task.args, spec)
            arguments = plain(self._task.args)
            check_values(arguments, spec)
            here.make_whole(arguments, spec, plain(self._loader.get_basedir()))
            self._read_files(arguments)
        except errors.ConvoxError as error:
            return {**result, **failure(error, changed=False)}
        if self._here(task_vars):
            result.update(self._run_here(arguments, task_vars))
        else:
            result.update(self._run_module(arguments, task_vars))
        named = {name: each for name, each in spec.items() if name not in self.NOUN.JSON_OPTIONS}
        warnings = misread(self._task.args, named)
        if warnings:
            result["warnings"] = [*warnings, *result.get("warnings", ())]
        return result

    def _here(self, task_vars: dict[str, t.Any]) -> bool:
        return (
            self._connection.transport == "local"
            and self._connection.become is None
            and not self._task.async_val
            and not third_party.MISSING
            and self._setting("in_process", task_vars)
        )

    def _setting(self, name: str, task_vars: dict[str, t.Any]) -> bool:
        """A setting of ours. Its variable comes as written in the playbook, with templates in it."""
        variable = f"convox_{name}"
        given = {variable: self._templar.template(task_vars[variable])} if variable in task_vars else {}
        return core.setting(name, given)

    def _module_name(self) -> str:
        return f"convox.rack.{self._task.action.rpartition('.')[2]}"

    def _read_files(self, arguments: dict[str, t.Any]) -> None:
        """Read what the noun takes from files of the controller into its arguments. Raises
        ConvoxOptionError."""
        for option, read_into in self.NOUN.CONTROLLER_FILES.items():
            name = arguments.get(option)
            if name:
                read_into(arguments, name, core.controller_text(self, option, name))

    def _run_module(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        answer: dict[str, t.Any] = self._execute_module(
            module_name=self._module_name(),
            module_args=arguments,
            task_vars=task_vars,
            wrap_async=self._task.async_val,
        )
        return answer

    def _run_here(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        environ = core.environment(self)
        person = task_vars.get("awx_user_name")
        if person and not environ.get("CONVOX_ACTOR"):
            environ["CONVOX_ACTOR"] = plain(str(person))
        warnings: list[str] = []
        front = _runner.FrontEnd(
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            environ=environ,
            # Ansible runs a module of a local connection in this folder, not in the one it was started in.
            folder=plain(self._loader.get_basedir()),
            progress=self._progress(task_vars),
            warn=warnings.append,
            leaving=Leaving(self._last_words),
            clock=interrupts.ClockOfAPlay(),
        )
        with interrupts.said(front.leaving):
            answer = run.run_in_process(
                self.NOUN,
                self._module_name(),
                arguments,
                front,
                invocation=core.wants_invocation(task_vars),
            )
        if warnings:
            answer["warnings"] = warnings
        return answer

    def _progress(self, task_vars: dict[str, t.Any]) -> ProgressOfNoun:
        """What shows a task's progress: on the screen where people read it, and in Ansible's log."""
        if self._task.no_log or not self._setting("progress", task_vars):
            return no_progress
        for_people = core.stdout_is_for_people()
        if for_people and core.display_is_replaced():
            return Progress(lambda line: display.display(line, color=core.QUIET_COLOUR)).say
        shown = [screen.Screen("stdout").line] if for_people else []

        def show(line: str) -> None:
            for each in shown:
                # The colour of Ansible's own side notes sets our lines apart from its results.
                each(stringc(line, core.QUIET_COLOUR) if core.QUIET_COLOUR else line)
            if core.LOG_PATH:
                display.display(line, log_only=True)

        return Progress(show).say

    def _last_words(self, line: str) -> None:
        """Of a task that is ended from outside. Standard error is no program's input."""
        if not self._task.no_log:
            screen.Screen("stderr").line(line)
