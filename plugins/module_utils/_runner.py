# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: options in, one result or one failure out, the same for both front ends.

A module file calls ``run_module``. The action plugins run ``perform`` in the process that already runs
(plugin_utils/run.py). What differs is how options are validated and how the answer leaves.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import typing as t
import weakref
from dataclasses import dataclass, field
from functools import partial

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._api._auth import credentials
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock
from ansible_collections.convox.rack.plugins.module_utils._converge import converge
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    Context,
    Leaving,
    Progress,
    no_progress,
)
from ansible_collections.convox.rack.plugins.module_utils._options import (
    NounClass,
    argument_spec,
    check,
    of_the_rack,
    with_whole_paths,
)
from ansible_collections.convox.rack.plugins.module_utils._outcome import (
    SECRET_LENGTH,
    carriable,
    cleaned,
    masked_options,
    redacted,
    values_of,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import secrets_of


@dataclass(frozen=True, eq=False, repr=False)
class FrontEnd:
    """What both ways give: the modes of the task, its environment, where words go, and its clock.

    ``folder`` is where a module of the task would run: paths are relative to it.
    """

    check_mode: bool
    diff: bool
    environ: t.Mapping[str, str]
    progress: Progress
    warn: t.Callable[[str], None]
    folder: str = os.curdir
    leaving: Leaving = field(default_factory=Leaving)
    clock: Clock = field(default_factory=Clock)


class _Module(AnsibleModule):
    """AnsibleModule, with the values of masked options hidden also where it fails by itself."""

    def __init__(self, noun: NounClass) -> None:
        self._noun = noun
        self._spec = argument_spec(noun)
        AnsibleModule.__init__(
            self, argument_spec=argument_spec(noun), supports_check_mode=True, **noun.CONSTRAINTS
        )

    def log(self, msg: t.Any, log_args: t.Any = None) -> None:
        """Nothing goes to the system's log. Core's entry there would hold the values of masked options:
        no_log of AnsibleModule does not stop it, for the task's own no_log (false) takes its place."""

    def _log_invocation(self) -> None:
        """Nothing, as ``log``. Core's ends in an error of its own over half a letter (a lone surrogate)."""

    def add_path_info(self, kwargs: dict[str, t.Any]) -> dict[str, t.Any]:
        """Nothing. Core's would add owner, mode and size of a file that a result names: in process none are
        there, and ``size`` may be a result's own."""
        return kwargs

    def exit_json(self, **kwargs: t.Any) -> t.NoReturn:
        super().exit_json(**self._with_invocation(kwargs))

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        super().fail_json(self._words(msg), **self._with_invocation(kwargs))

    def _words(self, msg: str) -> str:
        from ansible_collections.convox.rack.plugins.module_utils import _failure

        words = _failure.without_values(msg, _failure.wrong_values(self.params, self._spec))
        return str(carriable(words))

    def _with_invocation(self, answer: dict[str, t.Any]) -> dict[str, t.Any]:
        return {"invocation": {"module_args": carriable(shown(self._noun, self.params))}, **answer}


def run_module(noun: NounClass) -> t.NoReturn:
    """Run as a module, in a Python of its own."""
    module = _Module(noun)
    front = FrontEnd(
        check_mode=module.check_mode,
        diff=module._diff,
        environ=os.environ,
        folder=os.getcwd(),
        progress=no_progress,
        warn=module.warn,
    )
    answer = perform(noun, module.params, front, secrets=set(module.no_log_values))
    if answer.pop("failed", False):
        module.fail_json(**answer)
    module.exit_json(**answer)


def shown(noun: NounClass, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Options as ``invocation`` may show them."""
    return masked_options(options, noun.SECRET_OPTIONS, argument_spec(noun), noun.SECRET_BY_NAME)


def perform(
    noun_class: NounClass, options: dict[str, t.Any], front: FrontEnd, *, secrets: set[str]
) -> dict[str, t.Any]:
    """Do the task: validated options in, the answer out. Fills ``secrets`` with what it found elsewhere."""
    # Every word that leaves passes this one gate.
    words = Secrets()
    context = Context(
        check_mode=front.check_mode,
        wait=bool(options.get("wait", True)),
        wait_timeout=float(options.get("wait_timeout") or 0),
        poll_interval=float(options.get("poll_interval") or 2.0),
        progress=lambda app, text, thing="": front.progress(app, words.redact(text), thing),
        warn=lambda text: front.warn(words.redact(text)),
        clock=front.clock,
        secrets=words,
    )
    # A rack may quote in an error, or an app print into its log, what it was given.
    context.add_secrets([*secrets, *values_of(options, noun_class.SECRET_OPTIONS)])
    for name in noun_class.SECRET_BY_NAME:
        context.add_secrets(secrets_of(options.get(name)))
    client: Client | None = None
    try:
        need_libraries()
        noun = noun_class()
        options = with_whole_paths(noun_class, options, front.folder)
        desired = noun.desired(options)
        check(options)
        client = client_for(
            of_the_rack(noun_class, options),
            front.environ,
            context.warn,
            folder=front.folder,
            secrets=context.secrets,
        )
        secrets.update(key for key in client.transport.connection.secrets() if len(key) >= SECRET_LENGTH)
        front.leaving.words = partial(_going_on, client, context, options)
        answer = converge(noun, desired, client, context).answer(diff=front.diff)
    except errors.ConvoxError as error:
        from ansible_collections.convox.rack.plugins.module_utils import _failure

        answer = redacted(_failure.failure(error, **_sent(client)), context.redact)
    except Exception as error:
        from ansible_collections.convox.rack.plugins.module_utils import _failure

        answer = _failure.defect(error, **_sent(client))
    except BaseException:
        front.leaving.say()
        raise
    front.leaving.words = str
    return cleaned(answer, secrets)


def _going_on(client: Client, context: Context, options: dict[str, t.Any]) -> str:
    """What the rack goes on with when this task is ended now; nothing where nothing was sent."""
    if not client.ledger.last:
        return ""
    way_out = context.step.way_out if context.step else ""
    connection, last = client.transport.connection, client.ledger.last
    app = options.get("app") or options.get("name") or connection.rack or connection.host
    words = f"[{app}] interrupted; the rack goes on by itself with what was sent last: {last}. {way_out}"
    return words.rstrip()


def _sent(client: Client | None) -> dict[str, t.Any]:
    """Of a task that failed: whether it has ``changed`` something, and what of that is ``unsettled``."""
    ledger = client.ledger if client is not None else Ledger()
    return {"changed": ledger.writes > 0, "unsettled": ledger.unsettled}


def need_libraries() -> None:
    """Raises ConvoxError naming host, interpreter and the command that installs what is missing."""
    if third_party.MISSING:
        raise errors.ConvoxError(
            f"convox.rack needs libraries that are missing on {platform.node()} "
            f"for the Python at {sys.executable}: {third_party.MISSING}",
            hint=f"Install them there: {sys.executable} -m {third_party.INSTALL}",
        )


# One connection for all items of a loop. The key begins with the process id: one made before a fork (by a
# lookup in a task's name) must not share its socket with the workers.
_transports: dict[tuple[int, credentials.Connection], Transport] = {}
# A loop over many racks or actors would else keep the sockets of all of them open.
TRANSPORTS_KEPT = 4
# The clients of the tasks that go on.
_clients: weakref.WeakSet[Client] = weakref.WeakSet()
_keeping = threading.Lock()


def client_for(
    options: t.Mapping[str, t.Any],
    environ: t.Mapping[str, str],
    warn: t.Callable[[str], None],
    *,
    folder: str = os.curdir,
    secrets: Secrets | None = None,
) -> Client:
    """The rack that options and environment name, for one task, over a connection kept for this process.
    ``folder`` is where the CLI's ``.convox/rack`` may lie."""
    connection = credentials.find_connection(options, environ, working_folder=folder)
    key = (os.getpid(), connection)
    with _keeping:
        transport = _transports.pop(key, None) or Transport(connection)
        # The one used last stands last.
        _transports[key] = transport
        client = Client(transport, warn=warn, secrets=secrets)
        _clients.add(client)
        for old in _surplus():
            closing = _transports.pop(old)
            # What the parent had before the fork is the parent's to close.
            if old[0] == os.getpid():
                closing.close()
    return client


def _surplus() -> list[tuple[int, credentials.Connection]]:
    """The connections to give up: the oldest, but for those that another thread's task works with."""
    working = {id(client.transport) for client in _clients}
    idle = [key for key, transport in _transports.items() if id(transport) not in working]
    return idle[: max(0, len(_transports) - TRANSPORTS_KEPT)]
