# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options of convox_build, read and refused before any request."""

from __future__ import annotations

import errno
import os
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds
from ansible_collections.convox.rack.plugins.module_utils._modules.build.arguments import pairs
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import Desired, Text

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Source

SOURCES = ("path", "archive", "url", "image")
IGNORE_FILE = ".dockerignore"
# No file's name holds a NUL byte; and a rack gets the name as text, on one line.
_NO_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
# What a rack takes for the name of an image (recordings: build_transfer).
_IMAGE = re.compile(r"(?!.*(?://|@-|:-|/-))[A-Za-z0-9][A-Za-z0-9._:/@+-]*")
# Which states an option has a meaning for, where it is not all.
_ONLY = {
    "path": ("built",),
    "archive": ("built", "imported"),
    "url": ("built",),
    "image": ("built",),
    "id": ("exported", "cancelled"),
    "dest": ("exported",),
    **dict.fromkeys(("description", "git_sha", "build_args", "external", "no_cache", "development"), ("built",)),
    **dict.fromkeys(("wildcard_domain", "manifest_content", "image_username"), ("built",)),
}
# What only says more of an image that is made elsewhere, and what of one that somebody pushes, too.
_OF_IMAGES = {"image_username": ("image",), "manifest_content": ("image", "external")}


def desired(options: dict[str, t.Any]) -> Desired:
    """What the options ask for; reads the source through. Raises ConvoxOptionError for what no rack can
    do."""
    state = options["state"]
    for option, states in _ONLY.items():
        if options.get(option) not in (None, False) and state not in states:
            raise errors.ConvoxOptionError(
                option, f"means nothing with state {state}", f"take it out, or set state: {states[0]}"
            )
    if state == "imported":
        return _imported(options)
    if state in ("exported", "cancelled"):
        return _of_a_build(options)
    return _built(options)


def _of_a_build(options: dict[str, t.Any]) -> Desired:
    state, id_, dest = options["state"], options.get("id") or "", options.get("dest")
    if not id_ or id_ in (".", "..") or (id_ == "active" and state == "cancelled"):
        raise errors.ConvoxOptionError(
            "id", f"names no build for state {state}", "give the id of a build, or latest"
        )
    if state == "exported" and not dest:
        raise errors.ConvoxOptionError("dest", "is missing for state exported", "name a file")
    # Here, because a module compiles what it imports each time it runs, and few write files.
    from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest

    return Desired(
        options["app"], state=state, id=id_, dest=Dest(dest) if dest else None, force=options["force"]
    )


def _imported(options: dict[str, t.Any]) -> Desired:
    path = options.get("archive")
    if not path:
        raise errors.ConvoxOptionError("archive", "is missing for state imported", "name an exported build")
    # Here, because a module compiles what it imports each time it runs, and few import builds.
    from ansible_collections.convox.rack.plugins.module_utils._modules.build import build_file
    from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

    common = Desired(options["app"], state="imported", archive=path, env_guard=options["env_guard"])
    if transfers.is_missing(path):
        return common
    inside = build_file.look(path, "archive")
    return common._replace(
        inside=inside,
        source=Text(inside.manifest),
        git_sha=inside.git_sha,
        same_log=inside.logs,
        reuse=options["reuse"] and bool(inside.git_sha or inside.logs),
    )


def no_archive(path: str) -> errors.ConvoxOptionError:
    """The error for an exported build that is not there."""
    from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

    missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return transfers.unreadable(path, missing, "archive")


def _built(options: dict[str, t.Any]) -> Desired:
    if not any(options.get(name) for name in SOURCES) and not options["external"]:
        raise errors.ConvoxOptionError(
            "path", "is missing, and so is any other source", f"give one of {', '.join(SOURCES)}"
        )
    for option, others in _OF_IMAGES.items():
        if options.get(option) is not None and not any(options.get(name) for name in others):
            raise errors.ConvoxOptionError(
                option, f"means nothing without {' or '.join(others)}", "take it out"
            )
    manifest = options["manifest"]
    source = _elsewhere(options) if options.get("image") or options["external"] else _source(options, manifest)
    description, git_sha = _commit_of(options.get("path"))
    return Desired(
        app=options["app"],
        source=source,
        url=options.get("url") or "",
        description=description if options.get("description") is None else options["description"],
        git_sha=options.get("git_sha") or git_sha,
        manifest=manifest if manifest != builds.MANIFEST else None,
        build_args=pairs(options.get("build_args")),
        no_cache=options["no_cache"],
        development=options["development"],
        wildcard_domain=options["wildcard_domain"],
        # A commit that we found ourselves says nothing of files that git does not know.
        reuse=options["reuse"] and bool(options.get("git_sha")) and not options["external"],
        env_guard=options["env_guard"],
        image=options.get("image") or "",
        login=(options.get("image_username"), options.get("image_password")),
        external=options["external"],
        reveal=options["reveal"],
    )


def _elsewhere(options: dict[str, t.Any]) -> Text:
    """The manifest for an image that is made elsewhere."""
    image = options.get("image")
    if options["external"]:
        others = [name for name in SOURCES if options.get(name)]
        if others:
            raise errors.ConvoxOptionError(
                "external", f"has no source, and {others[0]} is one", "take one of them out"
            )
    elif not _IMAGE.fullmatch(image or ""):
        raise errors.ConvoxOptionError(
            "image", "is no name of an image", "write REGISTRY/NAME:TAG, without https://"
        )
    text = options.get("manifest_content") or ""
    if options.get("manifest_src"):
        text = _text_of(options["manifest_src"])
    if image and not text.strip():
        raise errors.ConvoxOptionError(
            "manifest_src",
            "is missing: a rack does not find a convox.yml in an image",
            "name the file, or give its text in manifest_content",
        )
    return Text(text)


def read_manifest(options: dict[str, t.Any], name: str, text: str) -> None:
    """Put the text of ``manifest_src``, a file of the controller, in its place."""
    if options.get("manifest_content"):
        raise errors.ConvoxOptionError(
            "manifest_src", "contradicts manifest_content", "give one of them"
        )
    options["manifest_content"] = text
    del options["manifest_src"]


def _text_of(path: str) -> str:
    from ansible_collections.convox.rack.plugins.module_utils._api import local_files

    try:
        return local_files.read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise errors.ConvoxOptionError(
            "manifest_src", f"{ascii(path)} cannot be read: {reason}", "name a convox.yml"
        ) from None


def _source(options: dict[str, t.Any], manifest: str) -> Source | None:
    if _NO_NAME.search(manifest):
        raise errors.ConvoxOptionError(
            "manifest",
            f"{ascii(manifest)} is no name of a file in the source",
            "write its path as plain text",
        )
    # Here, because a module compiles what it imports each time it runs, and a url needs none of it.
    from ansible_collections.convox.rack.plugins.module_utils._build_context import archive

    ignore_file = options["ignore_file"]
    if options.get("path"):
        if _NO_NAME.search(ignore_file) or not ignore_file:
            raise errors.ConvoxOptionError(
                "ignore_file", "is no name of a file in the source", "write its path as plain text"
            )
        if ignore_file == IGNORE_FILE:
            return archive.pack(options["path"], manifest)
        if not os.path.isfile(os.path.join(options["path"], ignore_file)):
            # Without it, what it keeps out would be packed.
            raise errors.ConvoxOptionError(
                "ignore_file", f"{ascii(ignore_file)} is no file in the source", "write its path there"
            )
        return archive.pack(options["path"], manifest, ignore_file)
    if options.get("archive"):
        return archive.check_archive(options["archive"], manifest)
    if "://" not in (options.get("url") or ""):
        raise errors.ConvoxOptionError("url", "is no url", "give the address of a .tgz, such as https://…")
    return None


def _commit_of(folder: str | None) -> tuple[str, str]:
    """What git knows of a folder: a description and the commit's id, each "" for none."""
    if not folder:
        return "", ""
    from ansible_collections.convox.rack.plugins.module_utils._build_context import git

    commit = git.commit_of(folder)
    return commit.description, commit.sha
