# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: convox
short_description: Racks, apps, services or processes of Convox as hosts
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes hosts of what one or several racks have on them. The file's name ends with C(.convox.yml) or C(.convox.yaml).
  - Hosts are called C(RACK.APP), C(RACK.APP.SERVICE), C(RACK.APP.PROCESS) or C(RACK). They are in the groups C(convox),
    C(rack_RACK), C(app_APP), C(service_SERVICE) and C(status_STATUS), as far as there is one.
  - Their variables are C(convox_host), C(convox_rack), C(convox_app), C(convox_service), C(convox_process),
    C(convox_release), C(convox_status) and more, as far as there is one, and what else tasks need to reach the rack, but
    never a key. Keys come from the environment, a vaulted variable, or the CLI's files.
  - Tasks run on the controller, because C(ansible_connection) is V(local). Where a play, a group or O(compose) makes it
    V(convox.rack.convox), they run in the processes themselves.
  - Options of the connection in the file hold for all racks; O(racks) may name others for each of them.
options:
  plugin:
    description:
      - Has to be V(convox.rack.convox).
    type: str
    required: true
    choices: [convox.rack.convox]
  hosts:
    description:
      - What is a host.
    type: str
    choices: [racks, apps, services, processes]
    default: services
    env:
      - name: CONVOX_INVENTORY_HOSTS
  racks:
    description:
      - A list of racks, each a dictionary of connection options, or text for a console's C(ORG/NAME). Beside these options a
        C(name) may be given, for the names of hosts and groups.
      - V(all) stands for all racks that a console shows to the key.
      - Not given, it is the rack of the other options, of the environment or of the CLI's files.
      - In the environment variable, V(all) or names with commas between them.
    type: raw
    env:
      - name: CONVOX_INVENTORY_RACKS
  apps:
    description:
      - Only these apps. V(*) and V(?) stand for any text and any letter.
    type: list
    elements: str
    env:
      - name: CONVOX_INVENTORY_APPS
  services:
    description:
      - Only these services, or processes of these services. V(*) and V(?) stand for any text and any letter.
    type: list
    elements: str
    env:
      - name: CONVOX_INVENTORY_SERVICES
  status:
    description:
      - Only racks, apps or processes with one of these statuses, and services of such apps. V(*) and V(?) stand for any text
        and any letter.
    type: list
    elements: str
    env:
      - name: CONVOX_INVENTORY_STATUS
  parallel:
    description:
      - How many requests each rack gets at a time; 20 at most, whatever is given. Racks are asked at the same time, 20 at
        most.
    type: int
    default: 16
    env:
      - name: CONVOX_INVENTORY_PARALLEL
  strict:
    description:
      - Whether a rack or an app that cannot be read is a failure. Else it is a warning, unless no rack can be read.
      - Whether an expression of O(compose), O(groups) or O(keyed_groups) that cannot be evaluated is a failure. Else it is
        left out.
    type: bool
    default: false
    env:
      - name: CONVOX_INVENTORY_STRICT
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.rack.plugin
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
seealso:
  - module: convox.rack.convox_app_info
"""

EXAMPLES = r"""
# Running processes of two racks, each with a key of its own
plugin: convox.rack.convox
hosts: processes
services: [web, "worker*"]
status: [running]
racks:
  - host: rack.example.com
    api_key: "{{ lookup('ansible.builtin.env', 'FIRST_RACK_KEY') }}"
  - name: second
    host: other.example.com
    api_key: "{{ lookup('ansible.builtin.env', 'SECOND_RACK_KEY') }}"
compose:
  release_of_service: convox_service ~ '-' ~ convox_release
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .inventory

# All services of the rack of the environment: fleet.convox.yml
# plugin: convox.rack.convox

# The apps of all racks of a console that run, in groups by their rack's organization
# plugin: convox.rack.convox
# host: console.convox.com
# racks: all
# hosts: apps
# status: running
# keyed_groups:
#   - key: convox_rack.split('/')[0]
#     prefix: org
"""

import hashlib
import json
import os
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import core, fleet, fleet_options
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain

_ENDINGS = (".convox.yml", ".convox.yaml")
# Of the controller, and where tasks run in the processes themselves: what is found there.
_PYTHON = (
    "{{ 'auto_silent' if ansible_connection | default('local') == 'convox.rack.convox' "
    "else ansible_playbook_python }}"
)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts of one file. Raises AnsibleParserError with the words of the client's error."""

    NAME = "convox.rack.convox"
    # Core fills it before it calls parse.
    inventory: t.Any

    def verify_file(self, path: str) -> bool:
        """Whether the file is one of ours, by its name; an app's convox.yml is not."""
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            _runner.need_libraries()
            self._fill(self._racks(path, config, cache))
        except errors.ConvoxError as error:
            words = errors.describe(error)
        else:
            return
        raise AnsibleParserError(f"{path}: {words}")

    # -- what is read

    def _racks(self, path: str, config: t.Mapping[str, t.Any], cache: bool) -> list[dict[str, t.Any]]:
        """What each rack has, as plain data: from the cache, or asked for."""
        fleet_options.check(config, self.option_definitions)
        wanted = self._wanted()
        folder = os.path.dirname(os.path.abspath(path))
        common = self._common(config)
        entries = fleet_options.entries(self._rendered(self.get_option("racks")), common)
        of_console = entries is None
        racks = self._made(entries or [("", fleet_options.checked("", common))], folder)
        try:
            self.load_cache_plugin()
            key = self._key(path, racks, of_console, wanted)
            if cache and self.get_option("cache") and key in self._cache:
                found: list[dict[str, t.Any]] = self._cache[key]
                return found
            if of_console:
                racks += self._made(fleet_options.named(fleet.racks_of_console(racks[0]), common), folder)
            found, problems = self._asked(racks[1:] if of_console else racks, wanted)
        finally:
            for rack in racks:
                rack.close()
        # A cache of what could not be read whole would hide it until it expires.
        if self.get_option("cache") and not problems:
            self._cache[key] = found
        return found

    def _common(self, config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The connection options that the file has for all racks. Those of the environment are left to the
        client, which takes a login from it as a set."""
        specs = _options.RACK_ARGUMENTS.items()
        names = [name for option, spec in specs for name in (option, *spec.get("aliases", ()))]
        return {name: self._rendered(config[name]) for name in names if name in config}

    def _made(self, entries: t.Sequence[fleet_options.Entry], folder: str) -> list[fleet.Rack]:
        racks = [fleet.Rack(options, name, folder, self.display.warning) for name, options in entries]
        fleet_options.check_twice(racks)
        return racks

    def _wanted(self) -> fleet.Wanted:
        def patterns(name: str) -> tuple[str, ...] | None:
            given = plain(self.get_option(name))
            return None if given is None else tuple(str(each) for each in given)

        parallel = self.get_option("parallel")
        if parallel < 1:
            raise errors.ConvoxOptionError("parallel", "is below 1", "give how many requests at a time")
        names = {name: patterns(name) for name in ("apps", "services", "status")}
        return fleet.Wanted(hosts=plain(self.get_option("hosts")), parallel=parallel, **names)

    def _rendered(self, value: t.Any) -> t.Any:
        """A value of the file, its templates evaluated."""
        if isinstance(value, dict):
            return {name: self._rendered(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._rendered(inner) for inner in value]
        if isinstance(value, str) and core.may_be_template(value):
            value = self.templar.template(value)
        return plain(value)

    def _key(self, path: str, racks: t.Sequence[fleet.Rack], of_console: bool, wanted: fleet.Wanted) -> str:
        """Of other racks, or of other hosts, the cache holds nothing."""
        asked = [[rack.name, rack.words, rack.variables()] for rack in racks]
        text = json.dumps([asked, of_console, wanted], sort_keys=True)
        return f"{self.get_cache_key(path)}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def _asked(
        self, racks: t.Sequence[fleet.Rack], wanted: fleet.Wanted
    ) -> tuple[list[dict[str, t.Any]], bool]:
        """What the racks have, and whether something went wrong. Raises ConvoxError where that is a
        failure."""
        read = fleet.read(racks, wanted)
        both = zip(racks, read, strict=True)
        problems = [f"{rack.words}: {words}" for rack, each in both for words in each.problems]
        lost = [each for each in read if each.problems and not each.hosts]
        if problems and (self.get_option("strict") or len(lost) == len(read)):
            raise errors.ConvoxError(" ".join(problems))
        for problem in problems:
            self.display.warning(f"Not in the inventory: {problem}")
        fleet_options.check_names([each.name for each in read if each not in lost])
        return [
            {
                "name": each.name,
                "variables": each.variables,
                "hosts": [[host.name, host.groups, host.variables] for host in each.hosts],
            }
            for each in read
            if each not in lost
        ], bool(problems)

    # -- what is made of it

    def _fill(self, racks: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        everything = self._group("convox")
        for rack in racks:
            group = self._group(f"rack_{rack['name']}", under=everything)
            for short, groups, variables in rack["hosts"]:
                name = f"{rack['name']}.{short}" if short else rack["name"]
                self.inventory.add_host(name, group=group)
                for kind, value in groups:
                    if value:
                        self.inventory.add_host(name, group=self._group(f"{kind}_{value}", under=everything))
                self._set(name, {**rack["variables"], **variables})

    def _group(self, name: str, under: str = "") -> str:
        group: str = self.inventory.add_group(self._sanitize_group_name(name))
        if under and group != under:
            self.inventory.add_child(under, group)
        return group

    def _set(self, host: str, variables: dict[str, t.Any]) -> None:
        for name, value in {"ansible_connection": "local", **variables}.items():
            self.inventory.set_variable(host, name, core.variable(value))
        self.inventory.set_variable(host, "ansible_python_interpreter", core.trusted(_PYTHON))
        compose, groups, keyed = (self.get_option(name) for name in ("compose", "groups", "keyed_groups"))
        strict, whole = self.get_option("strict"), self.inventory.get_host(host).get_vars()
        self._set_composite_vars(compose, whole, host, strict=strict)
        whole = self.inventory.get_host(host).get_vars()
        self._add_host_to_composed_groups(groups, whole, host, strict=strict, fetch_hostvars=False)
        self._add_host_to_keyed_groups(keyed, whole, host, strict=strict, fetch_hostvars=False)
