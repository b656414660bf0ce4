# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_run, a command that is run once."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._modules.run import command, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.run.execute import Ran
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import process_names

# Options of the process that is made, as they are sent; and the least value of each number.
_NUMBERS = {"cpu": 1, "cpu_limit": 1, "memory": 1, "memory_limit": 1, "gpu": 0}
_TEXTS = ("image", "gpu_vendor", "node_labels")
_SWITCHES = ("use_service_volume", "privileged", "system_critical")
_OF_A_PROCESS = ("service", "release", "env", "volumes", *_NUMBERS, *_TEXTS)
# A process that sleeps longer than this nobody waits for.
_LONGEST = 30 * 24 * 3600


@dataclass(frozen=True, repr=False)
class Desired:
    """A command to run: for a service, or in the ``process`` of that id or service.

    ``line``: as a rack takes it. ``options``: of the process that is made.
    """

    app: str
    line: str
    service: str | None
    process: str | None
    run_timeout: int
    detach: bool
    is_left_alone: bool
    entrypoint: bool | None
    stdin: bytes | None
    env: dict[str, str] = field(default_factory=dict)
    options: dict[str, t.Any] = field(default_factory=dict)


class Observed(t.NamedTuple):
    """What became of the command; None before. ``skipped``: check mode runs nothing."""

    ran: Ran | None
    skipped: bool = False

    def __repr__(self) -> str:
        return type(self).__name__


def _check_numbers(options: dict[str, t.Any]) -> None:
    for name, least in _NUMBERS.items():
        if options.get(name) is not None and options[name] < least:
            unit = {"cpu": " (thousandths of a core)", "memory": " (MiB)"}.get(name.partition("_")[0], "")
            raise errors.ConvoxOptionError(name, f"is below {least}", f"give {least} or more{unit}")
    for name in ("cpu", "memory"):
        asked, most = options.get(name), options.get(f"{name}_limit")
        if asked is not None and most is not None and most < asked:
            raise errors.ConvoxOptionError(
                f"{name}_limit", f"is below {name}", f"give a limit of at least {asked}, or leave it out"
            )
    if not 1 <= options["run_timeout"] <= _LONGEST:
        raise errors.ConvoxOptionError(
            "run_timeout", "is below 1 s or above 30 days", "give seconds, or start it detached"
        )


def _check_texts(options: dict[str, t.Any]) -> None:
    for name in _TEXTS:
        value = options.get(name)
        if value is not None and (not value or not value.isprintable()):
            raise errors.ConvoxOptionError(
                name, "is empty, or holds a control character", "leave it out, or write it on one line"
            )


def _check_together(options: dict[str, t.Any]) -> None:
    if options.get("process") is not None:
        for name in _OF_A_PROCESS:
            if options.get(name) is not None:
                raise errors.ConvoxOptionError(
                    name,
                    "stands beside process, which runs already",
                    "give service to run the command in a process of its own",
                )
        for name in (*_SWITCHES, "detach"):
            if options[name]:
                raise errors.ConvoxOptionError(
                    name, "stands beside process, which runs already", "leave one of them out"
                )
    elif options["detach"] and options.get("stdin") is not None:
        raise errors.ConvoxOptionError(
            "stdin", "cannot reach a detached process", "leave detach out, or give it a file or env"
        )


def _texts(option: str, given: dict[str, t.Any] | None) -> dict[str, str]:
    """Names and values, as text. A value of null is refused: there is nothing to unset."""
    return env_text.texts(given or {}, option)


class RunNoun(Noun[Desired, Observed]):
    """A command that is run once."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "service": {"type": "str"},
        "process": {"type": "str"},
        "command": {"type": "str"},
        "argv": {"type": "list", "elements": "str"},
        "release": {"type": "str"},
        # Not no_log: Ansible would replace every equal text in the result. The values are masked by us.
        "env": {"type": "dict", "no_log": False},
        "stdin": {"type": "str", "no_log": False},
        "image": {"type": "str"},
        "cpu": {"type": "int"},
        "cpu_limit": {"type": "int"},
        "memory": {"type": "int"},
        "memory_limit": {"type": "int"},
        "gpu": {"type": "int"},
        "gpu_vendor": {"type": "str"},
        "entrypoint": {"type": "bool"},
        "node_labels": {"type": "str"},
        "volumes": {"type": "dict"},
        "use_service_volume": {"type": "bool", "default": False},
        "privileged": {"type": "bool", "default": False},
        "system_critical": {"type": "bool", "default": False},
        "run_timeout": {"type": "int", "default": 3600},
        "detach": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "int", "default": 600},
        "poll_interval": {"type": "float", "default": 2.0},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [("service", "process"), ("command", "argv")],
        "mutually_exclusive": [("service", "process"), ("command", "argv")],
        "required_by": {"gpu_vendor": ("gpu",)},
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("env", "stdin")

    def __init__(self) -> None:
        #: What this task has run; None before.
        self._ran: Ran | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what no rack can run."""
        process_names.check("service", options.get("service"), "name a service of the app")
        process_names.check("process", options.get("process"), "give the id of a process, or a service")
        process_names.check("release", options.get("release"), "give the id of a release, or active")
        _check_together(options)
        _check_numbers(options)
        _check_texts(options)
        stdin = options.get("stdin")
        return Desired(
            app=options["app"],
            line=command.line_of(options.get("command"), options.get("argv")),
            service=options.get("service"),
            process=options.get("process"),
            run_timeout=options["run_timeout"],
            detach=options["detach"],
            is_left_alone=options["detach"] and not options["wait"],
            entrypoint=_entrypoint(options),
            stdin=None if stdin is None else stdin.encode("utf-8", "replace"),
            env=_texts("env", options.get("env")),
            options=_options(options),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """No request: a command is no state."""
        if self._ran is None:
            context.add_secrets(desired.env)
        return Observed(self._ran, context.check_mode)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step, once."""
        if observed.ran is not None or observed.skipped:
            return []
        options = {**desired.options, **({"environment": desired.env} if desired.env else {})}
        if desired.process is not None:
            return [
                steps.Exec(
                    desired.app,
                    desired.process,
                    desired.line,
                    desired.run_timeout,
                    desired.entrypoint,
                    desired.stdin,
                )
            ]
        service = desired.service or ""
        if desired.detach:
            return [steps.Detach(desired.app, service, desired.line, options)]
        return [
            steps.Run(
                desired.app,
                service,
                desired.line,
                desired.run_timeout,
                desired.entrypoint,
                desired.stdin,
                options,
            )
        ]

    def applied(self, step: Step, made: object) -> None:
        """Every step ends with what became of the command."""
        if isinstance(made, Ran):
            self._ran = made

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``rc`` where it is known, ``stdout``, ``stdout_lines``, ``start``, ``end``, ``delta`` and
        ``process``."""
        result = observed.ran.as_result() if observed.ran else {}
        if result.get("rc") is None:
            # Ansible would take null for a failure.
            result.pop("rc", None)
        return result

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """Skipped, with the keys that a run has, as ansible.builtin.command does."""
        words = "The command would have run if not in check mode"
        result = {**Ran("", 0).as_result(), "process": None, "skipped": True, "msg": words}
        if desired.is_left_alone:
            del result["rc"]
        return result


def _entrypoint(options: dict[str, t.Any]) -> bool | None:
    given: bool | None = options.get("entrypoint")
    return options.get("process") is None if given is None else given


def _options(options: dict[str, t.Any]) -> dict[str, t.Any]:
    """The options of the process that is made, as they are sent: only those that say something."""
    found = {name: options.get(name) for name in (*_NUMBERS, *_TEXTS)}
    found.update({name: True for name in _SWITCHES if options[name]})
    if options.get("release") != "active":
        found["release"] = options.get("release")
    if options.get("volumes"):
        found["volumes"] = _texts("volumes", options["volumes"])
    return {name: value for name, value in found.items() if value is not None}
