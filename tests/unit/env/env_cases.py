# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What convox_env sends and tells, case by case."""

from __future__ import annotations

from typing import Any

from tests.unit.release.release_world import R1, R2, R3, R4

ONE = [("A=1 B=1", "B1")]
STAGED = [("A=1 B=1", "B1"), ("A=1 B=2", "B1")]
PENDING = [("A=1 B=1", "B1"), ("A=1 B=1 C=1", "B2")]
SET_A = {"variables": {"A": "2"}}

CASES: dict[str, tuple[Any, int, dict[str, Any], list[Any], dict[str, Any]]] = {
    # story, active, options, requests, result
    "nothing differs": (ONE, 0, {"variables": {"A": "1"}}, [], {"release": R1, "promoted": True}),
    "newest is active": (
        ONE,
        0,
        SET_A,
        [("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2, "promoted": True, "set": ["A"], "unset": [], "unchanged": []},
    ),
    "some differ": (
        ONE,
        0,
        {"variables": {"A": "1", "B": 2, "C": True}, "unset": ["D"]},
        [("make", "A=1 B=2 C=true", None), ("promote", R2)],
        {"set": ["B", "C"], "unset": [], "unchanged": ["A", "D"]},
    ),
    "null unsets": (
        ONE,
        0,
        {"variables": {"A": None}, "unset": ["B"]},
        [("make", "", None), ("promote", R2)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "staged env, both lack it": (
        STAGED,
        0,
        SET_A,
        [("make", "A=2 B=2", None), ("promote", R3)],
        {"release": R3, "promoted": True},
    ),
    "staged env holds it": (
        STAGED,
        0,
        {"variables": {"B": "2"}},
        [("promote", R2)],
        {"release": R2, "promoted": True, "set": ["B"]},
    ),
    "staged env lacks it, the active one holds it": (
        STAGED,
        0,
        {"variables": {"B": "1"}},
        [("make", "A=1 B=1", None)],
        {"release": R1, "promoted": True, "set": ["B"]},
    ),
    "pending build, both lack it": (
        PENDING,
        0,
        SET_A,
        [("make", "A=2 B=1", R1), ("make", "A=2 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": R4},
    ),
    "pending build holds it": (
        PENDING,
        0,
        {"variables": {"C": "1"}},
        [("make", "A=1 B=1 C=1", R1), ("make", "A=1 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": R4},
    ),
    "pending build lacks it, the active one holds it": (
        [("A=2 B=1", "B1"), ("A=1 B=1", "B2")],
        0,
        SET_A,
        [("make", "A=2 B=1", "B2")],
        {"release": R1, "promoted": True, "pending_release": R3},
    ),
    "pending build, both hold it": (
        PENDING,
        0,
        {"variables": {"A": "1"}},
        [],
        {"release": R1, "promoted": True, "pending_release": R2},
    ),
    "promote_pending": (
        PENDING,
        0,
        {**SET_A, "promote_pending": True},
        [("make", "A=2 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": None},
    ),
    "promote_pending, it holds it": (
        PENDING,
        0,
        {"variables": {"C": "1"}, "promote_pending": True},
        [("promote", R2)],
        {"release": R2, "promoted": True},
    ),
    "pending build, not to be promoted": (
        PENDING,
        0,
        {**SET_A, "promote": False},
        [("make", "A=2 B=1 C=1", "B2")],
        {"release": R3, "promoted": False, "pending_release": None},
    ),
    "never promoted": (
        ONE,
        -1,
        SET_A,
        [("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2, "promoted": True},
    ),
    "no build yet": (
        [("A=1", "")],
        -1,
        SET_A,
        [("make", "A=2", None)],
        {"release": R2, "promoted": False},
    ),
    "no releases": ([], -1, SET_A, [("make", "A=2", None)], {"release": R1, "promoted": False}),
    "no releases, nothing to unset": ([], -1, {"unset": ["A"]}, [], {"release": None, "promoted": False}),
    "staged only": (
        ONE,
        0,
        {**SET_A, "promote": False},
        [("make", "A=2 B=1", None)],
        {"release": R2, "promoted": False},
    ),
    "staged only, already active": (
        ONE,
        0,
        {"variables": {"A": "1"}, "promote": False},
        [],
        {"release": R1, "promoted": True},
    ),
    "purge": (
        STAGED,
        0,
        {"variables": {"A": "1", "X": ""}, "purge": True},
        [("make", "A=1 X=", None), ("promote", R3)],
        {"set": ["X"], "unset": ["B"], "unchanged": ["A"]},
    ),
    "purge of everything": (
        ONE,
        0,
        {"variables": {}, "purge": True},
        [("make", "", None), ("promote", R2)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "purge beside a pending build that lacks what the active one has": (
        [("A=1 B=1", "B1"), ("B=1", "B2")],
        0,
        {"variables": {}, "purge": True},
        [("make", "", R1), ("make", "", "B2"), ("promote", R3)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "purge, nothing differs": (ONE, 0, {"variables": {"A": "1", "B": "1"}, "purge": True}, [], {}),
    "fork": (
        PENDING,
        1,
        {"variables": {"A": "2"}, "release": R1},
        [("make", "A=2 B=1", R1), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": None},
    ),
    "fork of the active one, nothing differs": (
        PENDING,
        0,
        {"variables": {"A": "1"}, "release": R1},
        [],
        {"release": R1, "promoted": True},
    ),
    "fork, staged only": (
        PENDING,
        0,
        {"variables": {"A": "2"}, "release": R1, "promote": False},
        [("make", "A=2 B=1", R1)],
        {"release": R3, "promoted": False},
    ),
    "fork of the active one, staged only, nothing differs": (
        PENDING,
        0,
        {"variables": {"A": "1"}, "release": R1, "promote": False},
        [],
        {"release": R1, "promoted": True},
    ),
    "fork with purge": (
        PENDING,
        0,
        {"variables": {"X": "1"}, "release": R2, "purge": True},
        [("make", "X=1", R2), ("promote", R3)],
        {"set": ["X"], "unset": ["A", "B", "C"]},
    ),
    "masked keys alone": (ONE, 0, {"masked_keys": ["B", "A", "B"]}, [("mask", "A,B")], {"set": []}),
    "masked keys, none": (ONE, 0, {"masked_keys": []}, [], {}),
    "masked keys and a change": (
        ONE,
        0,
        {**SET_A, "masked_keys": ["A"]},
        [("mask", "A"), ("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2},
    ),
}
