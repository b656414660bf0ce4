# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the docsite; scripts/site.py lays its source out and calls it."""

from __future__ import annotations

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
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
# The colours of antsibull's tables come from site.css, for Furo has a light and a dark face.
antsibull_ext_color_scheme = "none"
html_use_index = False
html_copy_source = False
html_show_sphinx = False
nitpicky = True
# The anchors that GitHub gives headings, so that a link works there and here.
myst_heading_anchors = 4

# Labels of Ansible's own documentation that the pages of plugins refer to. Sphinx would fetch a list of all
# labels from there; this way the site is made without the network, and a label that is not here is an error.
_ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"
_LABELS = {
    "action_plugins": f"{_ANSIBLE}/plugins/action.html",
    "ansible_configuration_settings": f"{_ANSIBLE}/reference_appendices/config.html",
    "common_return_values": f"{_ANSIBLE}/reference_appendices/common_return_values.html",
}


def _of_ansible(_app: Any, _env: Any, node: nodes.Element, shown: nodes.Element) -> nodes.reference | None:
    """The link for a label of Ansible's documentation; None for any other."""
    url = _LABELS.get(node.get("reftarget", ""))
    return nodes.reference("", "", shown, refuri=url, internal=False) if url else None


def _without_lists(app: Any, page: nodes.document) -> None:
    """Take antsibull's own lists out of its pages.

    Furo has the list of a page's sections beside it and complains about a second; all pages are listed by the
    start page, with shorter titles.
    """
    if not app.env.docname.startswith("plugins/"):
        return
    lists = [topic for topic in page.findall(nodes.topic) if "contents" in topic["classes"]]
    for each in [*lists, *page.findall(addnodes.toctree)]:
        each.parent.remove(each)
    for title in page.findall(nodes.title):
        # Where the heading's link led: its line in the list of sections.
        title.attributes.pop("refid", None)


def setup(app: Any) -> None:
    app.connect("missing-reference", _of_ansible)
    # Before Sphinx reads the lists, which it does at 500.
    app.connect("doctree-read", _without_lists, priority=400)
