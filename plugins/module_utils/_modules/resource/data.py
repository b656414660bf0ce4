# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that bring the data of an app's resource here, and there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import resources
from ansible_collections.convox.rack.plugins.module_utils._modules.resource import sealed
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import data_files, transfers
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest


class Moved(t.NamedTuple):
    """How many bytes came or went."""

    size: int


@dataclass(frozen=True)
class Export(Step):
    """Write the data into a file."""

    app: str
    name: str
    dest: Dest
    key: str = field(default="", repr=False)
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("dest",), None, f"the data of {self.name} of {self.app} as it is now")]

    def apply(self, client: Client, context: Context) -> Moved:
        operation = f"export {self.name} of {self.app}"
        size = transfers.save(
            client,
            context,
            resources.data_path(self.app, self.name),
            self.dest,
            app=self.app,
            operation=operation,
            check=data_files.check_export(operation, context.redact),
            timeout=context.time_left(),
            wrap=sealed.wrapper(self.key),
        )
        return Moved(size)


@dataclass(frozen=True)
class Import(Step):
    """Put the data of a file in."""

    app: str
    name: str
    src: str
    receipt: Dest | None
    key: str = field(default="", repr=False)
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "A part of the data may be in: look at the database before you import again."

    def changes(self) -> t.Sequence[Change]:
        return [Change(("resource", "data"), None, f"what {ascii(self.src)} holds")]

    def apply(self, client: Client, context: Context) -> Moved:
        operation = f"import into {self.name} of {self.app}"
        size, sent = transfers.size_of(self.src), transfers.Digest()
        try:
            transfers.upload(
                client,
                context,
                "PUT",
                resources.data_path(self.app, self.name),
                self.src,
                app=self.app,
                operation=operation,
                expect="ok",
                timeout=context.time_left(),
                # The same rows would be put in twice.
                repeatable=False,
                digest=sent,
                open_file=sealed.opener(self.key),
            )
        except errors.ConvoxServerError as error:
            # The tool has read up to its failure, and what came before it may be in.
            client.ledger.wrote(operation)
            error.hint = f"{error.hint or ''} {self.way_out}".strip()
            raise
        except (errors.ConvoxConnectionError, errors.ConvoxTimeoutError, errors.ConvoxGatewayError) as error:
            if error.unsettled:
                error.hint = f"{error.hint or ''} {self.way_out}".strip()
            raise
        if self.receipt is not None:
            # Here, because a module compiles what it imports each time it runs, and few tasks want one.
            from ansible_collections.convox.rack.plugins.module_utils._modules.resource import receipt

            words = receipt.sentence(client.transport.connection, self.app, self.name, sent)
            receipt.write(self.receipt, words)
        return Moved(size)
