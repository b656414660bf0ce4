# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup, found and run as a template does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

import yaml
from ansible import constants as C
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.plugin_docs import add_fragments
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.doc_fragments import rack as rack_fragment
from ansible_collections.convox.rack.plugins.lookup import convox_env
from tests.fuzz import connections, nouns, worlds
from tests.practice_rack.memory import MemoryRack

NAME = "convox.rack.convox_env"
TERMS = st.lists(st.sampled_from(("A", "TOKEN", "OLD", "NOTHING", *nouns.NASTY)), max_size=2)
_MEANING: dict[str, tuple[Any, ...]] = {
    "app": ("web", "web", "web", "gone", *nouns.NASTY),
    "release": ("active", "latest", "RAAAAAAAAAB", "RNOTHERE", *nouns.NASTY),
    "default": ("none", *nouns.NASTY),
    "on_missing": ("error", "skip", "warn", "x", "\ud800"),
}
# By these variables options may come, too; templates in them are templated.
VARIABLES = st.dictionaries(
    st.sampled_from(("convox_host", "convox_actor", "convox_proxy", "awx_user_name", "other")),
    st.sampled_from(("{{ 1 + 1 }}", "{{ undefined_one }}", "http://rack.test", *nouns.NASTY)),
    max_size=1,
)


@cache
def options() -> st.SearchStrategy[dict[str, Any]]:
    """Options of the lookup, and a few of the connection."""
    own = st.fixed_dictionaries(
        {"app": st.sampled_from(_MEANING["app"])},
        optional={name: st.sampled_from(values) for name, values in _MEANING.items() if name != "app"},
    )
    some = st.just({}) | st.just({}) | connections.options()
    return st.tuples(some, own).map(lambda both: {"timeout": 5.0, "max_retries": 1, **both[0], **both[1]})


class _Fragments:
    """The documentation fragments of the collection, as core's loader gives them."""

    def get(self, name: str) -> object:
        if name != "convox.rack.rack":
            return None
        fragment = rack_fragment.ModuleDocFragment()
        fragment.ansible_name = name
        return fragment


@cache
def loader() -> DataLoader:
    """Ansible's own, for all tries; the options of the lookup are known from now on.

    Core's loader of plugins would not take a collection that Python has found by itself.
    """
    documented = yaml.safe_load(convox_env.DOCUMENTATION)
    add_fragments(documented, convox_env.__file__, _Fragments())
    C.config.initialize_plugin_configuration_definitions("lookup", NAME, documented["options"])
    return DataLoader()


@dataclass
class Looked:
    """What a lookup gave: values, or the error that ends the task; and its warnings."""

    values: list[Any] | None = None
    error: Exception | None = None
    warnings: list[str] = field(default_factory=list)


def look(terms: list[Any], variables: dict[str, Any], given: dict[str, Any], rack: MemoryRack) -> Looked:
    """Run it on this rack."""
    looked = Looked()
    with _environment(rack), worlds.served(rack):
        plugin = convox_env.LookupModule(loader(), Templar(loader(), variables=variables))
        plugin._load_name = NAME
        warn = mock.patch.object(convox_env.display, "warning", lambda text, *_: looked.warnings.append(text))
        with warn:
            try:
                looked.values = plugin.run(terms, variables, **given)
            except Exception as error:
                looked.error = error
    return looked


@contextmanager
def _environment(rack: MemoryRack) -> Iterator[None]:
    with mock.patch.dict("os.environ", worlds.login(rack)):
        yield
