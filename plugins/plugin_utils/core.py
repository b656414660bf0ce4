# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: every internal of ansible-core that is touched, each with a fallback.

* ``ActionBase._compute_environment_string(raw_environment_out)``: the task's ``environment:``, merged.
* ``C.config.initialize_plugin_configuration_definitions`` and ``get_plugin_options``: settings of an action
  plugin by variable, environment and ini. Action plugins have no public way to options of their own.
* the setting ``INJECT_INVOCATION`` (new in 2.21; older cores always add ``invocation``).
* the frames of a template that is being evaluated: the function ``root`` that Jinja makes of its text, and
  its argument ``context``. Where there is none, a lookup reads each time.
* the frames below a worker's own, which are those of the process that it was forked from: the
  ``TaskQueueManager`` in them has the callbacks (``_stdout_callback`` up to 2.18, ``_callback_plugins``).
  Where there is none, the setting ``stdout_callback`` tells.
* ``Display.display`` as a function: ansible-runner puts one of its own in its place.
* ``trust_as_template`` (new in 2.19, public): text of an inventory plugin that holds no template is shown as
  plain text by ``ansible-inventory --list`` only with it. Older cores know no such difference.
* ``ActionBase._find_needle`` and the loader: a file of the controller, found as ``copy`` finds it.
* ``DataLoader._vault``: the vault passwords of this run. Where there is none, a file has to be named.
"""

from __future__ import annotations

import os
import sys
import types
import typing as t

from ansible import constants as C
from ansible import context, template
from ansible.errors import AnsibleError
from ansible.executor.task_queue_manager import TaskQueueManager
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, get_file_vault_secret, match_encrypt_secret
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var
from jinja2.runtime import Context

from ansible_collections.convox.rack.plugins.module_utils._api import local_files, text_files
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain

# None up to 2.18.
_TRUST: t.Callable[[str], str] | None = getattr(template, "trust_as_template", None)
# What templates begin with.
_MARKS = ("{{", "{%", "{#")
# The colour of Ansible's own side notes, as the user has set it.
QUIET_COLOUR: str | None = getattr(C, "COLOR_VERBOSE", None)
# Where Ansible logs what it shows; empty where it does not.
LOG_PATH: str | None = getattr(C, "DEFAULT_LOG_PATH", None)
# The folder of this run for temporary files; where there is none, nothing can be kept in it.
RUN_FOLDER: str = getattr(C, "DEFAULT_LOCAL_TMP", os.devnull)
_FOR_PEOPLE = ("ansible.plugins.callback.default", "ansible.plugins.callback.minimal")
_SETTINGS_NAME = "convox.rack.in_process"
_SETTINGS: dict[str, dict[str, t.Any]] = {
    name: {
        "default": True,
        "type": "bool",
        "env": [{"name": f"CONVOX_{name.upper()}"}],
        "ini": [{"section": "convox", "key": name}],
        "vars": [{"name": f"convox_{name}"}],
    }
    for name in ("in_process", "progress")
}


def setting(name: str, task_vars: dict[str, t.Any]) -> bool:
    """``in_process`` or ``progress``: by variable ``convox_NAME``, environment, ini, default true."""
    try:
        C.config.initialize_plugin_configuration_definitions("action", _SETTINGS_NAME, _SETTINGS)
        options = C.config.get_plugin_options("action", _SETTINGS_NAME, variables=task_vars)
        return bool(boolean(plain(options[name])))
    except (AttributeError, KeyError, TypeError, AnsibleError):
        value = task_vars.get(f"convox_{name}", os.environ.get(f"CONVOX_{name.upper()}", True))
        return bool(boolean(plain(value), strict=False))


def environment(action: ActionBase) -> dict[str, str]:
    """The environment a module of this task would run in."""
    found: dict[str, t.Any] = {}
    try:
        action._compute_environment_string(found)
    except (AttributeError, TypeError):
        layers = action._task.environment or []
        for layer in layers if isinstance(layers, list) else [layers]:
            found.update(layer)
    return {**os.environ, **{str(name): str(value) for name, value in plain(found).items()}}


def wants_invocation(task_vars: dict[str, t.Any]) -> bool:
    """Whether this core puts ``invocation`` into a module's result."""
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except (AttributeError, AnsibleError):
        return True


def stdout_is_for_people() -> bool:
    """Whether what stands on standard output is read by people, or by a log: the callback that prints there
    is Ansible's ``default`` or ``minimal``, or made from one of them. Programs read what others print (JSON,
    one line a task), and what comes with ``--tree``."""
    if context.CLIARGS.get("tree"):
        return False
    callback = _stdout_callback()
    if callback is None:
        return getattr(C, "DEFAULT_STDOUT_CALLBACK", "default") in ("default", "minimal")
    return any(each.__module__ in _FOR_PEOPLE for each in type(callback).__mro__)


def _stdout_callback() -> t.Any:
    for frame in _frames():
        manager = frame.f_locals.get("self")
        if isinstance(manager, TaskQueueManager):
            found = [getattr(manager, "_stdout_callback", None), *getattr(manager, "_callback_plugins", ())]
            kinds = [each for each in found if getattr(each, "CALLBACK_TYPE", "") == "stdout"]
            return kinds[0] if kinds else None
    return None


def display_is_replaced() -> bool:
    """Whether another program frames what Ansible shows (ansible-runner): all lines have to go through it."""
    return bool(getattr(Display.display, "__globals__", {}).get("__name__") != Display.__module__)


def _frames() -> t.Iterator[types.FrameType]:
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def template_evaluated() -> t.Any:
    """What stands for the one evaluation of a template that asks just now, the outermost where one template
    uses another: a new object each time, which goes with the evaluation. None where nobody can tell."""
    found = None
    for frame in _frames():
        if frame.f_code.co_name == "root" and isinstance(frame.f_locals.get("context"), Context):
            found = frame.f_locals["context"]
    return found


def controller_text(action: ActionBase, option: str, name: str) -> str:
    """The text of a file on the controller, vaulted or not. Raises ConvoxOptionError for ``option``, with the
    reason and a way out, where there is none or it cannot be read."""
    try:
        found = action._find_needle("files", name)
        # The loader would wait for ever at a pipe.
        local_files.open_regular(found).close()
    except AnsibleError:
        raise text_files.unreadable(option, name, FileNotFoundError()) from None
    except OSError as error:
        raise text_files.unreadable(option, name, error) from None
    try:
        # Returns a path to the decrypted copy of a vaulted file, which the loader removes at the end.
        real = action._loader.get_real_file(found, decrypt=True)
    except AnsibleError:
        raise text_files.vaulted(option, name) from None
    try:
        return text_files.decoded(option, name, local_files.read_bytes(real))
    except OSError as error:
        raise text_files.unreadable(option, name, error) from None
    finally:
        action._loader.cleanup_tmp_file(real)


class Vault:
    """Encrypts and decrypts with the vault passwords of this run, which its ``loader`` knows, or with the one
    in a file. Raises AnsibleError for a file that gives none."""

    def __init__(self, loader: t.Any, password_file: str | None) -> None:
        self._secrets: t.Any = getattr(getattr(loader, "_vault", None), "secrets", None) or []
        if password_file:
            secret = get_file_vault_secret(filename=password_file, loader=loader or DataLoader())
            secret.load()
            self._secrets = [("default", secret)]
        self.has_password = bool(self._secrets)

    def encrypt(self, text: str) -> str:
        """The text as ansible-vault writes it."""
        identity = None if len(self._secrets) == 1 else getattr(C, "DEFAULT_VAULT_ENCRYPT_IDENTITY", None)
        vault_id, secret = match_encrypt_secret(self._secrets, encrypt_vault_id=identity)
        written: bytes = VaultLib(self._secrets).encrypt(text, secret=secret, vault_id=vault_id)
        return written.decode()

    def decrypt(self, content: bytes) -> str:
        """The text in it. Raises AnsibleError where no password fits."""
        found: bytes = VaultLib(self._secrets).decrypt(content)
        return found.decode()


def may_be_template(text: str) -> bool:
    """Whether core would look for something to evaluate in a text."""
    return any(mark in text for mark in _MARKS)


def variable(value: t.Any) -> t.Any:
    """A value of a rack as a host's variable: its text is never evaluated, whatever stands in it."""
    if not isinstance(value, str):
        return value
    if may_be_template(value):
        return wrap_var(value)
    return value if _TRUST is None else _TRUST(value)


def trusted(text: str) -> str:
    """A template of the collection itself, which is evaluated where the variable is used."""
    return text if _TRUST is None else _TRUST(text)
