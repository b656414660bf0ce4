# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recordings only describe of a request: who asked, and content that is not text."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable

import trustme

Credentials = tuple[str, str] | None


def credentials(note: str, password: str, token: Callable[[str], str]) -> Credentials:
    """Who asks stands in the note alone."""
    found = re.search(r"\b(read|write|admin) token\b", note)
    if "no credentials" in note:
        return None
    if "bad password" in note:
        return ("convox", "wrong")
    if "bad jwt" in note:
        return ("jwt", "nope.nope.nope")
    if note.startswith("any user name"):
        return ("somebody", password)
    if note.startswith("token with another user name"):
        return ("convox", token("read"))
    if note.startswith("the old token"):
        return ("jwt", token("admin"))
    return ("jwt", token(found[1])) if found else ("convox", password)


def pem(value: str) -> str:
    if value == "<PEM CERTIFICATE>":
        made = trustme.CA().issue_cert(
            "one.example.org", "www.one.example.org", common_name="one.example.org"
        )
        return made.cert_chain_pems[0].bytes().decode()
    return value


def content(described: str, exported: bytes, manifest: str) -> bytes:
    """Content that the recordings describe, not hold."""
    if described == "<3 bytes>":
        return bytes.fromhex("00ff10")
    if described == "<half of the exported file>":
        return exported[: len(exported) // 2]
    if described == "<the exported file>":
        return exported
    if described == "<gzipped tar of build.json>":
        told = {"description": "d", "manifest": manifest}
        return tar_of({"build.json": json.dumps(told).encode()}, zipped=True)
    if described == "<gzipped tar of x.txt>":
        return tar_of({"x.txt": b"x"}, zipped=True)
    if described.startswith("<tar of "):
        names = described[len("<tar of ") : -1].split(", ")
        return tar_of(dict.fromkeys(names, b"alpha\n"), zipped=False)
    return described.encode()


def tar_of(files: dict[str, bytes], *, zipped: bool) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz" if zipped else "w:") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
