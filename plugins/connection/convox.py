# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: convox
short_description: Run modules in a process of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Tasks run in a running process of a service, as they run on a machine over ssh.
  - The commands of a task go over one websocket, and modules are piped into it. Files go as a tar over the rack's own
    route for files, which keeps every byte; a websocket's text would not have to.
  - The rack reads no user name - commands run as the user that the image names. C(become) works with the program of
    its method in the process. C(remote_user) is not heard.
  - A rack gives a command that has an input no terminal, and its error output nowhere to go. So a shell in the process
    keeps both outputs apart. With a become password they come as one.
  - The process needs a shell; most modules need Python, and files need C(tar). C(ansible.builtin.raw) needs a shell
    only, M(convox.rack.convox_run) nothing.
  - The process ends with its release - what a task changes in it is gone then, and its service's other processes have
    none of it.
  - A process that ends while a task runs in it makes the host unreachable. One that was chosen by its service is
    replaced by the newest running one before the next task.
options:
  app:
    description:
      - Name of the app.
    type: str
    vars:
      - name: convox_app
      - name: ansible_convox_app
  service:
    description:
      - Name of the service. Its newest running process is taken, and kept for the whole run while it is there;
        C(meta) with C(reset_connection) chooses anew.
    type: str
    vars:
      - name: convox_service
      - name: ansible_convox_service
  process:
    description:
      - Id of a process. Tasks run in this one and in no other.
    type: str
    vars:
      - name: convox_process
      - name: ansible_convox_process
  shell:
    description:
      - The shell of the process, with its arguments. What modules do themselves takes C(ansible_shell_executable).
    type: str
    default: /bin/sh
    vars:
      - name: ansible_shell_executable
      - name: ansible_convox_shell
  pipelining:
    description:
      - Whether a module is piped into the Python of the process. Else it is sent as a file first, which takes an
        upload and some more commands.
    type: bool
    default: true
    env:
      - name: ANSIBLE_PIPELINING
    ini:
      - section: defaults
        key: pipelining
      - section: connection
        key: pipelining
    vars:
      - name: ansible_pipelining
      - name: ansible_convox_pipelining
  remote_user:
    description:
      - Not heard - a rack runs commands as the user that the image names.
    type: str
  transfer_timeout:
    description:
      - Seconds for one file, over all its tries.
    type: float
    default: 1800.0
    vars:
      - name: ansible_convox_transfer_timeout
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.rack.connection
requirements:
  - websockets >= 13
notes:
  - The C(environment) of a task is not read for the connection. It is the environment of the command.
seealso:
  - module: convox.rack.convox_run
  - module: convox.rack.convox_file
  - plugin: convox.rack.convox
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Look into the processes of a service
  hosts: service_web
  gather_facts: false
  vars:
    ansible_connection: convox.rack.convox
  tasks:
    - name: Read the load
      ansible.builtin.command: cat /proc/loadavg
      changed_when: false
"""

import os
import typing as t

from ansible.errors import (
    AnsibleAuthenticationFailure,
    AnsibleConnectionFailure,
    AnsibleError,
    AnsibleFileNotFound,
)
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import shell_line
from ansible_collections.convox.rack.plugins.plugin_utils.become import Conversation
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain
from ansible_collections.convox.rack.plugins.plugin_utils.process_choice import Choice
from ansible_collections.convox.rack.plugins.plugin_utils.remote import Absent, Place

display = Display()
# Keywords of a task that share their names with options.
_NOT_OURS = ("remote_user", "timeout")


class Connection(ConnectionBase):
    """One process of a rack, for one task."""

    transport = "convox.rack.convox"
    has_pipelining = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._given: set[str] = set()
        self._choice: Choice

    def set_options(
        self,
        task_keys: t.Mapping[str, t.Any] | None = None,
        var_options: t.Mapping[str, t.Any] | None = None,
        direct: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        """As core does, for each item of a loop, which may name another process; and remember which variables there
        are. A task's ``timeout`` is none of a request, and its ``remote_user`` none of the process."""
        self.close()
        self._given = {*(var_options or {}), *(direct or {})}
        keys = {name: value for name, value in (task_keys or {}).items() if name not in _NOT_OURS}
        super().set_options(task_keys=keys, var_options=var_options, direct=direct)

    def _connect(self) -> Connection:
        """Nothing is opened yet: the first command opens a websocket for the task's."""
        if not self._connected:
            self._choice = self._chosen()
            self._connected = True
        return self

    def _chosen(self) -> Choice:
        app, service, process = (plain(self.get_option(name)) for name in ("app", "service", "process"))
        if not app:
            raise AnsibleError(
                "ansible_convox_app is missing: name the app, or take a host of the inventory convox.rack.convox."
            )
        if not (service or process):
            raise AnsibleError(
                f"ansible_convox_service is missing: name a service of {app}, or a process (ansible_convox_process)."
            )
        try:
            _runner.need_libraries()
            _options.check({"app": app, "timeout": plain(self.get_option("timeout"))})
            client = _runner.client_for(self._rack_options(), os.environ, display.warning)
        except errors.ConvoxError as error:
            raise AnsibleError(errors.describe(error)) from None
        return Choice(client, app, service, process or None)

    def _rack_options(self) -> dict[str, t.Any]:
        """The options that a variable gives, and defaults. What only the environment has is left to the client,
        which takes a login from it as a set."""
        options = {}
        for name, spec in _options.RACK_ARGUMENTS.items():
            known = "default" in spec or not self._given.isdisjoint(
                (name, f"convox_{name}", f"ansible_convox_{name}")
            )
            options[name] = plain(self.get_option(name)) if known else None
        return options

    def exec_command(
        self, cmd: str, in_data: bytes | None = None, sudoable: bool = True
    ) -> tuple[int, bytes, bytes]:
        """Run a command; what it answers are its exit code, its output and its error output."""
        become = self.become if sudoable and self.become and str(self.become.success or "\0") in cmd else None
        asks = become is not None and become.expect_prompt()
        shell = plain(self.get_option("shell"))

        def work(place: Place) -> tuple[int, bytes, bytes]:
            talk = Conversation(become, in_data or b"", self._patience()) if asks else None
            return place.run(cmd, in_data or b"", shell, talk)

        code, output, errors_ = self._in_place(work)
        if become is not None and code and become.check_missing_password(output + errors_):
            raise AnsibleAuthenticationFailure(
                f"Missing {become.name} password: the process asks for one. Give it with ansible_become_password or -K."
            )
        if code == shell_line.NOT_FOUND and (in_data or "AnsiballZ_" in cmd):
            self._need_python((errors_ + output).decode("utf-8", "replace"))
        return code, output, errors_

    def _patience(self) -> float:
        return max(float(plain(self.get_option("timeout"))), 10.0)

    def _need_python(self, said: str) -> None:
        """Raise AnsibleError where it was the interpreter of a module that is not there."""
        if "python" in said and "not found" in said:
            raise AnsibleError(
                f"the process has no such Python ({said.strip()[:200]}). Name one with ansible_python_interpreter, or "
                "auto; where the image has none, ansible.builtin.raw and convox.rack.convox_run work without."
            )

    def put_file(self, in_path: str, out_path: str) -> None:
        """Send a file, which is its owner's alone."""
        if not os.path.isfile(in_path):
            raise AnsibleFileNotFound(f"there is no file {ascii(in_path)} to send")
        self._in_place(lambda place: place.put(in_path, out_path, self._transfer_timeout()))

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Fetch a file; what was at its place stays until all of it is there."""
        shell = plain(self.get_option("shell"))
        self._in_place(lambda place: place.fetch(in_path, out_path, self._transfer_timeout(), shell))

    def _transfer_timeout(self) -> float:
        return float(plain(self.get_option("transfer_timeout")))

    def _in_place(self, work: t.Callable[[Place], t.Any]) -> t.Any:
        """What ``work`` gives in the process. One that was chosen automatically and went away since the last task
        is replaced once, before anything of this task ran."""
        try:
            return self._connect()._choice.within(work)
        except Absent as error:
            raise AnsibleFileNotFound(str(error)) from None
        except errors.ConvoxAuthError as error:
            raise AnsibleAuthenticationFailure(errors.describe(error)) from None
        except errors.ConvoxError as error:
            raise _failure_of(error) from None

    def reset(self) -> None:
        """Choose a process anew."""
        self._connect()._choice.forget()
        self.close()

    def close(self) -> None:
        """End the shell in the process."""
        if self._connected:
            self._connected = False
            self._choice.close()


def _failure_of(error: errors.ConvoxError) -> AnsibleError:
    """A host is unreachable where its process is. What cannot be done in a process that is there, such as a file that
    cannot be written, is a failure of the task."""
    is_task = isinstance(error, errors.ConvoxOptionError) and not error.not_yet
    is_task = is_task or isinstance(error, errors.ConvoxServerError) and error.status_code is not None
    words = errors.describe(error)
    return AnsibleError(words) if is_task else AnsibleConnectionFailure(words)
