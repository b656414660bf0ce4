# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what core's AnsibleModule does for a module, done for a task in process."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.convox.rack.plugins.module_utils._failure import without_values, wrong_values
from ansible_collections.convox.rack.plugins.module_utils._options import NounClass, argument_spec
from ansible_collections.convox.rack.plugins.module_utils._outcome import cleaned
from ansible_collections.convox.rack.plugins.module_utils._runner import FrontEnd, perform, shown


def run_in_process(
    noun: NounClass, name: str, arguments: dict[str, t.Any], front: FrontEnd, *, invocation: bool
) -> dict[str, t.Any]:
    """Run in process: ``arguments`` are plain types; ``name`` is the module's; the result as a module's.

    ``invocation`` says whether this core adds it (left out by default since 2.21).
    """
    spec = argument_spec(noun)
    validation = ArgumentSpecValidator(spec, **noun.CONSTRAINTS).validate(arguments)
    options = {**arguments, **validation.validated_parameters}
    secrets = set(validation._no_log_values)
    for both in validation._warnings:
        front.warn("Both option {option} and its alias {alias} are set.".format(**both))
    problem = _refusal(validation, name)
    if problem:
        words = without_values(problem, wrong_values(options, spec))
        answer: dict[str, t.Any] = {"failed": True, "msg": words}
    else:
        answer = perform(noun, options, front, secrets=secrets)
    if invocation:
        answer["invocation"] = {"module_args": shown(noun, options)}
    return cleaned(answer, secrets)


def _refusal(validation: t.Any, name: str) -> str | None:
    """What AnsibleModule says of options it does not take."""
    if not validation.error_messages:
        return None
    words: str = validation.errors.msg
    if type(validation.errors[0]).__name__ == "UnsupportedError":
        return f"Unsupported parameters for ({name}) module: {words}"
    return words
