# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the docsite from a copy of the project, with the pages of plugins in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx import addnodes

_GALAXY = yaml.safe_load((Path(__file__).parents[2] / "galaxy.yml").read_text(encoding="utf-8"))

project = "convox.rack"
author = copyright = "Convox"
html_title = f"{project} {_GALAXY['version']}"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
include_patterns = ["*.md", "docs/*.md", "plugins/*.rst"]
exclude_patterns = ["AGENTS.md", "README.md"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
# The colours of antsibull's tables come from site.css, for Furo has a light and a dark face.
antsibull_ext_color_scheme = "none"
html_use_index = False
html_copy_source = False
# The anchors that GitHub gives headings, so that a link works there and here.
myst_heading_anchors = 4

# Labels of Ansible's own documentation that the pages of plugins refer to. Sphinx would fetch a list of all
# labels from there; this way the site is made without the network, and a label that is not here is an error.
_ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"
_BUILTIN = f"{_ANSIBLE}/collections/ansible/builtin"
_LABELS = {
    "action_plugins": f"{_ANSIBLE}/plugins/action.html",
    "ansible_configuration_settings": f"{_ANSIBLE}/reference_appendices/config.html",
    "common_return_values": f"{_ANSIBLE}/reference_appendices/common_return_values.html",
    "ansible_collections.ansible.builtin.urlencode_filter": f"{_BUILTIN}/urlencode_filter.html",
}
# Galaxy and Automation Hub want whole links between pages. In the site they lead to the site's own.
_BLOB = "https://github.com/convox/convox.rack/blob/main/"
_RAW = "https://raw.githubusercontent.com/convox/convox.rack/main/"
_KINDS = "(module|lookup|inventory|connection|filter)"
_PLUGIN = re.compile(rf"^plugins/{_KINDS}s?/(\w+)\.py$")
# Antsibull's own lists: Furo has that of a page's sections beside it, and the start page lists all pages.
_LISTS = re.compile(r"^\.\. (?:contents|toctree)::.*\n(?:[ \t]+\S.*\n|\n)*", re.MULTILINE)


def _of_ansible(_app: Any, _env: Any, node: nodes.Element, shown: nodes.Element) -> nodes.reference | None:
    """The link for a label of Ansible's documentation; None for any other."""
    name = node.get("reftarget", "")
    # Variables of Ansible's own cache, which an inventory plugin documents, too.
    url = _LABELS["ansible_configuration_settings"] if name.startswith("ANSIBLE_") else _LABELS.get(name)
    return nodes.reference("", "", shown, refuri=url, internal=False) if url else None


def _arrange(app: Any, page: str, text: list[str]) -> None:
    """Take the lists out of antsibull's pages, and fill the marks in those of the start page."""
    if page.startswith("plugins/"):
        text[0] = _LISTS.sub("", text[0])
    elif page == "index":
        found = sorted(app.env.found_docs)
        guides = [name for name in found if name.startswith("docs/") and f"\n{name}\n" not in text[0]]
        plugins = [re.fullmatch(rf"plugins/(\w+)_{_KINDS}", name) for name in found]
        titled = [f"{one[1]}{f' ({one[2]})' * (one[2] != 'module')} <{one[0]}>" for one in plugins if one]
        for mark, lines in ("OTHER GUIDES\n", guides), ("PLUGINS\n", titled):
            text[0] = text[0].replace(mark, "".join(f"{line}\n" for line in lines))


def _lead_home(app: Any, page: nodes.document) -> None:
    """Turn whole links to files that have a page into references, which MyST resolves."""
    for image in page.findall(nodes.image):
        image["uri"] = image["uri"].replace(_RAW, "/")
    for link in list(page.findall(nodes.reference)):
        url, _mark, anchor = link.get("refuri", "").partition("#")
        name = _PLUGIN.sub(r"plugins/\2_\1", url.removeprefix(_BLOB)).removesuffix(".md")
        target = name.replace("README", "index")
        if not url.startswith(_BLOB) or target not in app.env.found_docs:
            continue
        where = {"refdomain": "doc", "reftarget": target, "reftargetid": anchor or None}
        found = addnodes.pending_xref(reftype="myst", refdoc=app.env.docname, refexplicit=True, **where)
        found += nodes.inline("", "", *link.children)
        link.replace_self(found)


def setup(app: Any) -> None:
    app.connect("missing-reference", _of_ansible)
    app.connect("source-read", _arrange)
    # Before Sphinx collects the images, which it does at 500.
    app.connect("doctree-read", _lead_home, priority=400)
