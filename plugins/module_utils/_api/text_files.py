# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Text files that an option names: why one cannot be read, and the way out. Private to convox.rack."""

from __future__ import annotations

import codecs

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files

VAULT = b"$ANSIBLE_VAULT;"
# So much of a file's beginning tells UTF-16 without a mark: every second byte of it is zero.
_SAMPLE = 64


def read(option: str, path: str) -> str:
    """The text of the file ``path``, with the line ends of Python's text files. Raises ConvoxOptionError for
    ``option``."""
    try:
        content = local_files.read_bytes(path)
    except OSError as error:
        raise unreadable(option, path, error) from None
    return decoded(option, path, content)


def decoded(option: str, path: str, content: bytes) -> str:
    """What a file holds, as text. Raises ConvoxOptionError for ``option``, which quotes nothing of it."""
    if content.startswith(VAULT):
        raise vaulted(option, path)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf_16(content):
        raise errors.ConvoxOptionError(
            option,
            f"{_shown(path)} is UTF-16 text",
            "save it as UTF-8, for instance with: iconv -f UTF-16 -t UTF-8",
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    else:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise errors.ConvoxOptionError(
        option,
        f"{_shown(path)} is not UTF-8 text, as its line {line} shows",
        "save it as UTF-8, for instance with: iconv -f ISO-8859-1 -t UTF-8",
    )


def vaulted(option: str, path: str) -> errors.ConvoxOptionError:
    """The error for a vaulted file that nothing has decrypted: no password was given, or a wrong one."""
    return errors.ConvoxOptionError(
        option,
        f"{_shown(path)} is vaulted, and no vault password that was given opens it",
        "give the one that it was encrypted with: --ask-vault-pass, --vault-password-file or --vault-id",
    )


def unreadable(option: str, path: str, error: OSError) -> errors.ConvoxOptionError:
    """The error for a file that could not be opened."""
    shown = _shown(path)
    if isinstance(error, FileNotFoundError):
        return errors.ConvoxOptionError(option, f"there is no file {shown}", "name a file of the controller")
    if isinstance(error, IsADirectoryError):
        return errors.ConvoxOptionError(option, f"{shown} is a folder", "name a file in it")
    if isinstance(error, PermissionError):
        return errors.ConvoxOptionError(
            option, f"{shown} may not be read by this user", "let the user who runs ansible-playbook read it"
        )
    reason = error.strerror or type(error).__name__
    return errors.ConvoxOptionError(option, f"{shown} cannot be read: {reason}", "name a regular text file")


def _looks_like_utf_16(content: bytes) -> bool:
    sample = content[: min(len(content) // 2 * 2, _SAMPLE)]
    return len(sample) >= 4 and (not any(sample[::2]) or not any(sample[1::2]))


def _shown(path: str) -> str:
    return path if path.isprintable() else ascii(path)
