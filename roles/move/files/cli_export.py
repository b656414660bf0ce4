# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that ``convox apps export`` wrote: ``SRC`` tells, ``SRC FOLDER`` unpacks its large files, too.

Prints JSON: ``app`` is what app.json holds, ``env`` the text of the env (secret), ``files`` the names.
Members that such an archive does not have are passed over, links and devices among them; nothing is written
but ``build.tgz`` and ``resources/NAME``. Ends with status 1 and one line on standard error where something is
wrong.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sys
import tarfile
import zlib
from typing import Any

BLOCK = 1024 * 1024
MOST = 16 * BLOCK
NAMES = re.compile(r"app\.json|env|build\.tgz|resources/[A-Za-z0-9][A-Za-z0-9._-]*\.tgz")


class Wrong(Exception):
    """What is wrong, in words for the user."""


def read(src: str, folder: str = "") -> dict[str, Any]:
    """What the archive holds. Files are streamed to ``folder``, if one is given."""
    texts: dict[str, str] = {}
    files = []
    with gzip.open(src) as whole, tarfile.open(fileobj=whole, mode="r|") as archive:
        for member in archive:
            name = os.path.normpath(member.name)
            if not member.isreg() or not NAMES.fullmatch(name):
                continue
            files.append(name)
            content = archive.extractfile(member)
            if content is None:
                continue
            if name in ("app.json", "env"):
                texts[name] = content.read(MOST).decode("utf-8")
            elif folder:
                _write(content, os.path.join(folder, _place(name)))
        # To its end: the checksum is there.
        while whole.read(BLOCK):
            pass
    return {"app": _app(src, texts.get("app.json")), "env": texts.get("env", ""), "files": sorted(set(files))}


def _place(name: str) -> str:
    """The CLI calls a dump .tgz, which it is not."""
    return name.removesuffix(".tgz") if name.startswith("resources/") else name


def _app(src: str, text: str | None) -> dict[str, Any]:
    if text is None:
        raise Wrong(f"{src} is no export of an app: it has no app.json")
    try:
        told = json.loads(text)
        if not isinstance(told["name"], str) or not isinstance(told.get("parameters") or {}, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise Wrong(f"{src}: its app.json does not tell of an app") from None
    found: dict[str, Any] = told
    return found


def _write(content: Any, path: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file, BLOCK)


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(read(*sys.argv[1:])))
    except Wrong as wrong:
        sys.exit(str(wrong))
    except (tarfile.TarError, EOFError, zlib.error, UnicodeDecodeError):
        sys.exit(f"{sys.argv[1]} is no whole archive that convox apps export wrote")
    except OSError as error:
        sys.exit(f"{error.filename or sys.argv[1]}: {error.strerror or error}")
