# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which Dockerfile each service of a manifest is built from, as a rack's builder finds it.

Private to the collection. Pure, but for the library PyYAML, which need not be there: then nothing is known.
Facts (convox/convox, pkg/manifest and pkg/build): a service with an ``image`` needs none; ``build`` is a
folder, or has ``path`` and ``manifest``; the defaults are the root and ``Dockerfile``.
"""

from __future__ import annotations

import posixpath

from ansible_collections.convox.rack.plugins.module_utils._api import manifests


def of_services(manifest: str) -> dict[str, str]:
    """The path of each service's Dockerfile, relative to the source's root; without those of services whose
    path is only known to the rack (``${NAME}``) or leads out of the source. Empty for a manifest that cannot
    be read."""
    found: dict[str, str] = {}
    for name, service in manifests.services(manifest):
        if manifests.text(manifests.get(service, "image")):
            continue
        build = manifests.get(service, "build")
        path = manifests.text(build) or manifests.text(manifests.get(build, "path")) or "."
        file = manifests.text(manifests.get(build, "manifest")) or "Dockerfile"
        whole = posixpath.normpath(f"{path}/{file}").lstrip("/")
        if "$" not in whole and whole.split("/")[0] != "..":
            found[name] = whole
    return found
