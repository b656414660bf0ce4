# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority of the tests."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass
class Authority:
    """Files in one folder: ca.pem, client.pem (certificate and key together), cert.pem and key.pem."""

    folder: Path

    def __post_init__(self) -> None:
        self._ca = trustme.CA()
        self._ca.cert_pem.write_to_path(self.folder / "ca.pem")
        client = self._ca.issue_cert("client@example.com")
        client.private_key_and_cert_chain_pem.write_to_path(self.folder / "client.pem")
        client.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
        client.private_key_pem.write_to_path(self.folder / "key.pem")

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def server(self, *names: str, ask_client: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*(names or ("127.0.0.1", "localhost"))).configure_cert(context)
        if ask_client:
            self._ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context
