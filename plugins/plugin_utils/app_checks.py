# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what the modules would refuse of the variables of the role app, before any of them
runs. The nouns themselves are asked, so both refuse the same."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._failure import without_values, wrong_values
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.budget.noun import BudgetNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.config.noun import ConfigNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from ansible_collections.convox.rack.plugins.plugin_utils.names import check_names, check_values
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain

Variables = Mapping[str, t.Any]
#: Where it stands, the noun, the options that its task would have, and what the variables call those.
Task = tuple[str, t.Any, dict[str, t.Any], dict[str, str]]


def problems(given: Variables) -> list[str]:
    """A sentence or two for each thing that no module takes; names of variables, never their values."""
    # Where the libraries are missing here the modules run elsewhere, or say so.
    tasks = [] if third_party.MISSING else _tasks(given)
    found = [words for task in tasks for words in _refused(*task)]
    for variable in ("app_services", "app_resources_data"):
        names = [plain(each.get("name")) for each in given.get(variable) or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            found.append(f"{variable}: names {', '.join(twice)} more than once. Name each once.")
    if given.get("app_env_purge") and not given.get("app_env_given"):
        found.append(
            "app_env: is not given, and purging would empty the env. Give it ({} for an empty env), or set "
            "app_env_purge: false, which leaves the env alone."
        )
    return found


def _tasks(given: Variables) -> Iterator[Task]:
    app = given.get("app_name")
    yield (
        "",
        AppNoun,
        {"name": app, "parameters": given.get("app_parameters")},
        {"": "app_parameters", "name": "app_name", "parameters": "app_parameters"},
    )
    yield (
        "",
        EnvNoun,
        {"app": app, "variables": given.get("app_env") or {}},
        {"": "app_env", "variables": "app_env"},
    )
    for name, value in _items(given.get("app_configs")):
        # Quoted JSON is text; what was not quoted is told by check_values.
        yield f"app_configs: {plain(name)}", ConfigNoun, {"app": app, "name": name, "value": value}, {}
    if given.get("app_budget"):
        yield "app_budget", BudgetNoun, {"app": app, **_some(given["app_budget"])}, {}
    for each in given.get("app_services") or ():
        yield f"app_services: {plain(each.get('name'))}", ServiceNoun, {"app": app, **_some(each)}, {}


def _items(value: t.Any) -> Sequence[tuple[t.Any, t.Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _some(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}


def _refused(place: str, noun: t.Any, options: dict[str, t.Any], names: dict[str, str]) -> Iterator[str]:
    """What is wrong with the options of one task, in front of it where they stand."""
    spec = _options.argument_spec(noun)
    try:
        check_names(options, spec)
        exact = plain(options)
        check_values(exact, spec)
        validation = ArgumentSpecValidator(spec, **noun.CONSTRAINTS).validate(exact)
        if validation.error_messages:
            words = without_values(validation.errors.msg, wrong_values(exact, spec))
            yield f"{place or names['']}: {words.rstrip('.')}."
            return
        checked = validation.validated_parameters
        _options.check(checked)
        noun().desired(checked)
    except errors.ConvoxOptionError as error:
        where = names.get(error.option) or f"{place}: {error.option}".removeprefix(": ")
        yield f"{where}: {errors.describe(error).removeprefix(f'{error.option}: ')}"
