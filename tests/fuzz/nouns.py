# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every noun that there is, and options for it: what means something, and what does not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _options

ROOT = Path(__file__).resolve().parents[2]
ENV_CANARY = "canary-of-the-env-7f3a"
BUILD_CANARY = "canary-of-a-build-arg-91cc"
# Values under which an option means something on the racks of worlds.py.
MEANING: dict[str, tuple[Any, ...]] = {
    "app": ("web", "web", "web", "gone"),
    "name": ("web", "worker", "active", "latest", "nothing"),
    "release": ("RAAAAAAAAAB", "RAAAAAAAAAC", "latest", "previous", "RNOTHERE"),
    "build": ("BAAAAAAAAAB", "B1", "BNOTHERE"),
    "build_from": ("active", "RAAAAAAAAAB"),
    "env_from": ("active", "RAAAAAAAAAB"),
    "variables": ({"A": "1"}, {"TOKEN": ENV_CANARY, "B": None}, {"LONG": "x" * 1000}, {}),
    "unset": (["A"], ["TOKEN", "NOTHING"]),
    "masked_keys": (["TOKEN"], []),
    "parameters": ({"BuildCpu": 512}, {"BuildMem": ""}, {"Other": "x"}),
    "build_args": ({"A": BUILD_CANARY}, ["B=1"]),
    "id": (["web-1"], ["RNOTHERE", "web-2"]),
    "content": ("hello", ENV_CANARY),
    "mode": ("0644", 0o600, "u+x"),
    "transfer_timeout": (5, 60),
    "command": ("echo hi", "sh -c 'exit 3'", "cat", "sh -c 'x"),
    "argv": (["echo", "hi"], [""]),
    "process": ("web", "web-1"),
    "env": ({"A": "1"}, {"TOKEN": ENV_CANARY}),
    "stdin": ("one\ntwo\n",),
    "run_timeout": (1, 30),
    "cpu_limit": (256,),
    "memory_limit": (512,),
    "volumes": ({"/data": "/mnt"},),
    "service": ("web", "worker", "nothing"),
    "status": (["running"], ["crashed", "failed"], ["dead"]),
    "older_than": ("0s", "1h", "soon"),
    "url": ("https://code.test/source.tgz", "https://code.test/fail.tgz", "https://code.test/crash.tgz"),
    "git_sha": ("0123456789abcdef0123456789abcdef01234567",),
    "count": (0, 1, 3),
    "min": (1, 2),
    "max": (2, 5),
    "cpu": (128,),
    "memory": (256,),
    "gpu": (0, 1),
    "gpu_vendor": ("nvidia",),
    "limit": (1, 20),
    "fail_fast_after": (0.0, 5.0),
    "wait_timeout": (5, 40),
    "poll_interval": (0.5, 2.0),
    "promote_timeout": (5, 60),
}
# Values of which nobody knows what they mean. None of them is a secret.
NASTY: tuple[Any, ...] = (
    "",
    " ",
    ".",
    "..",
    "a/b",
    "\ud800",
    "nul\x00",
    "line\nbreak",
    "\x1b[31m",
    "é" * 300,
    "{{ x }}",
    "x" * 5000,
    "none",
    0,
    -1,
    2**63,
    1e10,
    1.5,
    float("inf"),
    float("nan"),
    True,
    False,
    [],
    ["\ud800"],
    [None],
    {},
    {"": ""},
    {"A": None},
    {"A=B": "x"},
    {"\ud800": "x"},
    {"A": "\ud800"},
    {"A": {"b": 1}},
    {"A": [1]},
    {"A": 1.5},
    {"A": "line\nbreak"},
)


def _classes() -> dict[str, _options.NounClass]:
    found = {}
    for path in sorted((ROOT / "plugins" / "modules").glob("convox_*.py")):
        noun = path.stem.removeprefix("convox_")
        place = f"ansible_collections.convox.rack.plugins.module_utils._modules.{noun}.noun"
        name = "".join(word.capitalize() for word in noun.split("_")) + "Noun"
        found[noun] = getattr(importlib.import_module(place), name)
    return found


#: name of the noun -> its class
NOUNS = _classes()
# Files and folders of this machine are another test's business.
_LEFT_OUT = ("path", "archive", "src", "dest")


def _value(name: str, spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    meant: tuple[Any, ...] = MEANING.get(name, ())
    meant += tuple(spec.get("choices", ()))
    if spec.get("type") == "bool":
        meant += (True, False)
    if not meant:
        meant = ("text",)
    # One in eight is nonsense: with more, no task gets as far as the rack.
    return st.integers(0, 7).flatmap(lambda n: st.sampled_from(NASTY) if n == 7 else st.sampled_from(meant))


def options(noun: str) -> st.SearchStrategy[dict[str, Any]]:
    """Options of a noun's module, without those of the connection."""
    arguments = {k: v for k, v in NOUNS[noun].ARGUMENTS.items() if k not in _LEFT_OUT}
    required = {k: _value(k, v) for k, v in arguments.items() if v.get("required")}
    needed = {k for group in NOUNS[noun].CONSTRAINTS.get("required_one_of", ()) for k in group}
    required |= {"name": st.just("web")} if noun == "app" else {}
    if noun == "file":
        # Without src nothing comes from the rack to this machine.
        required["dest"] = st.sampled_from(["/tmp/a", "/tmp/a/", "tmp/a", "/", "/a,b"])
    optional = {k: _value(k, v) for k, v in arguments.items() if k not in required}
    few = st.lists(st.sampled_from(sorted(optional)), max_size=4, unique=True)
    one = st.sampled_from(sorted(needed & set(optional))) if needed & set(optional) else st.none()

    def drawn(chosen: tuple[list[str], str | None]) -> st.SearchStrategy[dict[str, Any]]:
        names = {*chosen[0], chosen[1]} & set(optional)
        return st.fixed_dictionaries({**required, **{name: optional[name] for name in sorted(names)}})

    return st.tuples(few, one).flatmap(drawn)
