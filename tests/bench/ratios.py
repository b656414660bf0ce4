# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs beside `debug` and `uri`: the same playbooks, kinds in turn in every round."""

from __future__ import annotations

import statistics
import sys

from tests.bench.stage import APP, HERE, PASSWORD, Budget, Rack, Task

TASKS = 20
OURS = "in process"
ORDINARY = "ordinary"
# As on a machine whose tasks all go to other hosts.
SETTINGS = {ORDINARY: {"CONVOX_IN_PROCESS": "false"}}
Round = dict[str, float]


def kinds(rack: Rack) -> dict[str, Task]:
    """One task of each kind, all but debug reading the same app."""
    app = {"convox.rack.convox_app": {"name": APP}}
    request = {
        "url": f"{rack.url}/apps/{APP}",
        "url_username": "convox",
        "url_password": PASSWORD,
        "force_basic_auth": True,
        "return_content": True,
    }
    script = {"argv": [sys.executable, str(HERE / "sdk_app.py")]}
    return {
        "debug": {"ansible.builtin.debug": {"msg": "nothing"}},
        OURS: app,
        "uri": {"ansible.builtin.uri": request},
        ORDINARY: app,
        "sdk script": {"ansible.builtin.command": script},
    }


def separate(task: Task) -> list[Task]:
    """Twenty tasks."""
    return [{"name": f"Task {number}", **task} for number in range(TASKS)]


def loop(task: Task) -> list[Task]:
    """One task with twenty items."""
    return [{"name": "Loop", **task, "loop": list(range(TASKS))}]


SHAPES = {"separate": separate, "loop": loop}


def prove_the_short_way(rack: Rack) -> None:
    """With a Python that is not there only the controller itself can do a task; and without us it cannot."""
    nowhere = {"ansible_python_interpreter": "/no/such/python"}
    tasks = separate(kinds(rack)[OURS])[:2]
    if rack.play("proof", tasks, nowhere).status:
        sys.exit("a task needed the Python of its host: it did not run in process")
    if not rack.play("counter-proof", tasks, {**nowhere, "convox_in_process": False}).status:
        sys.exit("a task without a Python succeeded on the long way: the proof proves nothing")


def measure(rack: Rack, shape: str, rounds: int, names: tuple[str, ...] = ()) -> list[Round]:
    """Seconds of each kind, round by round."""
    found = []
    for number in range(rounds):
        seconds = {}
        for name, task in kinds(rack).items():
            if not names or name in names:
                book = f"{shape}-{name.replace(' ', '-')}"
                seconds[name] = rack.must_play(book, SHAPES[shape](task), **SETTINGS.get(name, {})).seconds
        words = ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
        print(f"  {shape}, round {number + 1}: {words}", flush=True)
        found.append(seconds)
    return found


def ratio(rounds: list[Round], over: str, under: str) -> float:
    """The median of the ratios within a round: what else the machine does falls on both alike."""
    return statistics.median(seconds[over] / seconds[under] for seconds in rounds)


def plain_http(rack: Rack, rounds: int) -> list[Budget]:
    """Both shapes over http."""
    loops, tasks = measure(rack, "loop", rounds), measure(rack, "separate", rounds)
    return [
        Budget("loop of 20 / debug", ratio(loops, OURS, "debug"), 1.5),
        Budget("20 separate / debug", ratio(tasks, OURS, "debug"), 1.7),
        Budget("uri / in process, separate", ratio(tasks, "uri", OURS), 5, least=True),
        Budget("uri / in process, loop", ratio(loops, "uri", OURS)),
        Budget("script on the SDK / in process, separate", ratio(tasks, "sdk script", OURS)),
        Budget("ordinary / uri, separate", ratio(tasks, ORDINARY, "uri"), 1.3),
        Budget("ordinary / uri, loop", ratio(loops, ORDINARY, "uri"), 1.3),
    ]


def over_tls(rack: Rack, rounds: int) -> list[Budget]:
    """Separate tasks over https, with as many roots as a machine has: no worker may load them again."""
    tasks = measure(rack, "separate", rounds, ("debug", OURS, "uri"))
    return [
        Budget("20 separate / debug, https with the default roots", ratio(tasks, OURS, "debug")),
        Budget("uri / in process, https with the default roots", ratio(tasks, "uri", OURS)),
    ]
