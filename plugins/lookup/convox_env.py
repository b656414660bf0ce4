# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: convox_env
short_description: Read values of an app's env from a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Gives the values of the variables that are named, or the whole env as a dictionary where none is named.
  - All names of one call are read at once, and all calls in one template. Nothing is kept longer - the next template,
    task or item of a loop reads anew, so that it sees what was written meanwhile.
  - This is the way to get at a value on purpose. What comes out is in clear text; use C(no_log) where it must not show.
  - Needs a key that may read releases - a plain deploy key may not.
options:
  _terms:
    description:
      - Names of variables. None gives the whole env.
    type: list
    elements: str
  app:
    description:
      - Name of the app.
    type: str
    required: true
  release:
    description:
      - Which release's env to read - V(active), V(latest) or the id of a release.
    type: str
    default: active
  default:
    description:
      - Value for a variable that is not there.
    type: raw
  on_missing:
    description:
      - What to do about a variable that is not there and has no O(default).
    type: str
    choices: [error, skip, warn]
    default: error
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.rack.plugin
seealso:
  - module: convox.rack.convox_env
"""

EXAMPLES = r"""
- name: One value
  ansible.builtin.debug:
    msg: "The log level is {{ lookup('convox.rack.convox_env', 'LOG_LEVEL', app='web') }}"

- name: Copy two variables to another app
  convox.rack.convox_env:
    app: worker
    variables:
      QUEUE_URL: "{{ lookup('convox.rack.convox_env', 'QUEUE_URL', app='web') }}"
      REGION: "{{ lookup('convox.rack.convox_env', 'REGION', app='web', default='eu-west-1') }}"

- name: All names
  ansible.builtin.debug:
    msg: "{{ lookup('convox.rack.convox_env', app='web').keys() | sort }}"
"""

RETURN = r"""
_raw:
  description: The values in the order of the names; one dictionary where no name was given.
  type: list
  elements: raw
  sample: ["info"]
"""

import os
import typing as t
import weakref

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.plugin_utils import core
from ansible_collections.convox.rack.plugins.plugin_utils.names import check_values, is_text
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain

display = Display()
_SPEC: dict[str, dict[str, t.Any]] = {
    **_options.RACK_ARGUMENTS,
    **{name: {"type": "str"} for name in ("app", "release", "on_missing")},
}
# What the templates that are being evaluated have read; it goes with them.
_read_by: weakref.WeakKeyDictionary[t.Any, dict[tuple[Transport, str, str], dict[str, str]]] = (
    weakref.WeakKeyDictionary()
)


class LookupModule(LookupBase):
    """Values of one app's env. Raises AnsibleLookupError with the words of the client's error."""

    def run(
        self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[t.Any]:
        ours = self._ours(variables or {}, kwargs)
        given = {**{name.removeprefix("convox_"): value for name, value in ours.items()}, **kwargs}
        try:
            # Before core reads them: it has no words for a number without an end.
            check_values(plain(given), _SPEC)
        except errors.ConvoxOptionError as error:
            raise AnsibleLookupError(errors.describe(error)) from None
        self.set_options(var_options=ours, direct=kwargs)
        app, release = plain(self.get_option("app")), plain(self.get_option("release"))
        names = plain(terms)
        if not all(isinstance(name, str) and is_text(name) for name in names):
            raise AnsibleLookupError(
                "A name of a variable is not text. Give each name by itself, such as lookup('convox.rack.convox_env', "
                "'A', 'B', app='web'), or a list of them with a star before it."
            )
        try:
            _runner.need_libraries()
            folder = self.get_basedir(variables or {})
            client = _runner.client_for(
                self._connection_options({*kwargs, *ours}), os.environ, display.warning, folder=folder
            )
            env = _env(client, app, release)
        except errors.ConvoxError as error:
            words = errors.describe(error)
        else:
            return [wrap_var(value) for value in self._values(names, env, app, release, kwargs)]
        raise AnsibleLookupError(words)

    def _ours(self, variables: dict[str, t.Any], given: dict[str, t.Any]) -> dict[str, t.Any]:
        """The variables that give options which the call does not give itself. They come as written in the
        playbook, with templates in them: no other variable is looked at, or templates would run that nobody
        has asked for."""
        found = {}
        for option, spec in self.option_definitions.items():
            if not {option, *spec.get("aliases", ())}.isdisjoint(given):
                continue
            for each in spec.get("vars", ()):
                if each["name"] in variables:
                    found[each["name"]] = variables[each["name"]]
        if self._templar is None:
            return found
        return {name: self._templar.template(value) for name, value in found.items()}

    def _connection_options(self, given: set[str]) -> dict[str, t.Any]:
        """The connection options that the call or a variable names, and defaults. What only the environment
        has is left to the client, which takes a login from it as a set. (Before core 2.19 nothing tells
        where an option's value comes from.)"""
        options = {}
        for name, spec in _options.RACK_ARGUMENTS.items():
            names = {name, f"convox_{name}", *spec.get("aliases", ())}
            known = "default" in spec or not names.isdisjoint(given)
            options[name] = plain(self.get_option(name)) if known else None
        return options

    def _values(
        self, names: list[str], env: dict[str, str], app: str, release: str, given: dict[str, t.Any]
    ) -> t.Iterator[t.Any]:
        if not names:
            yield env
        for name in names:
            if name in env:
                yield env[name]
            elif "default" in given:
                yield self.get_option("default")
            else:
                self._miss(f"The {release} env of {app} has no variable {env_text.shown(name)}.")

    def _miss(self, words: str) -> None:
        on_missing = self.get_option("on_missing")
        if on_missing == "error":
            raise AnsibleLookupError(f"{words} Give a default, or on_missing='skip'.")
        if on_missing == "warn":
            display.warning(words)


def _env(client: Client, app: str, release: str) -> dict[str, str]:
    """The env, read once for all calls of one template."""
    template = core.template_evaluated()
    if template is None:
        return _read(client, app, release)
    read = _read_by.setdefault(template, {})
    key = (client.transport, app, release)
    if key not in read:
        read[key] = _read(client, app, release)
    return read[key]


def _read(client: Client, app: str, release: str) -> dict[str, str]:
    if release == "latest":
        newest = releases.newest(client, app, limit=1)
        return newest[0].variables if newest else {}
    wanted = apps.get(client, app).release if release == "active" else release
    return releases.get(client, app, wanted).variables if wanted else {}
