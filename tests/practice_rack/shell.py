# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of a shell as tests need: echo, printf, exit, sleep, cat, head, wc, env, sh -c, sh -s, ``;``,
``>&2``, $NAME, bin/ANYTHING, and what ends an input: ``sh -c 'head -c COUNT | "$@" 2>&1' sh COMMAND``."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

FOREVER = None
_FED = re.compile(r'head -c (\d+) \| "\$@" 2>&1')


@dataclass
class Done:
    """What a command wrote, its exit code and how long it takes (None: until it is stopped)."""

    output: str = ""
    errors: str = ""
    code: int = 0
    seconds: float | None = 0.0
    unknown: str | None = None

    def add(self, other: Done) -> None:
        self.output += other.output
        self.errors += other.errors
        self.code = other.code
        self.unknown = self.unknown or other.unknown
        if self.seconds is not None:
            self.seconds = None if other.seconds is None else self.seconds + other.seconds


def wanted_input(command: str) -> int | None:
    """How many bytes of input a command reads before it begins; None for one that reads by itself."""
    words = shlex.split(command)
    found = _FED.fullmatch(words[2]) if words[:2] == ["sh", "-c"] and len(words) > 4 else None
    return int(found[1]) if found else None


def fed(command: str, env: dict[str, str], text: str) -> Done:
    """Run a command with an input that ends. Both outputs are one."""
    words = shlex.split(command)[4:]
    done = _with_input(words, env, text)
    if done is None:
        done = run(shlex.join(words), env)
    done.output, done.errors = done.output + done.errors, ""
    return done


def _with_input(words: list[str], env: dict[str, str], text: str) -> Done | None:
    """What a program that reads its input makes of this one; None for a program that does not read."""
    if words[:2] == ["sh", "-s"]:
        return _script(text.replace("\n", ";"), env)
    if words[:1] == ["cat"]:
        return Done(output=text)
    if words[:1] == ["head"]:
        count = int(words[-1]) if len(words) > 1 else 10
        return Done(output="".join(f"{line}\n" for line in text.split("\n")[:count] if line))
    if words[:2] == ["wc", "-c"]:
        return Done(output=f"{len(text.encode())}\n")
    return None


def run(command: str, env: dict[str, str]) -> Done:
    """Run one command; quotes are closed (the rack looks first)."""
    words = shlex.split(command)
    if words[:2] == ["sh", "-c"] or words[:2] == ["bash", "-c"]:
        return _script(words[2] if len(words) > 2 else "", env)
    if ";" in command:
        return _script(command, env)
    return _simple(words, env)


def _script(text: str, env: dict[str, str]) -> Done:
    done = Done()
    for part in text.split(";"):
        words = shlex.split(_expand(part, env))
        if not words:
            continue
        if words[0] == "exit":
            done.code = int(words[1]) if len(words) > 1 else done.code
            break
        done.add(_simple(words, env))
    return done


def _expand(text: str, env: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda m: env.get(m[1], ""), text)


def _simple(words: list[str], env: dict[str, str]) -> Done:
    name, args = (words[0], words[1:]) if words else ("", [])
    if name == "echo":
        to_errors = ">&2" in args
        text = " ".join(a for a in args if a != ">&2") + "\n"
        return Done(errors=text) if to_errors else Done(output=text)
    if name == "printf":
        return Done(output="".join(args).encode().decode("unicode_escape"))
    if name.startswith("bin/"):  # a program of the app
        return Done(output=f"{name} is done\n")
    if name == "sleep":
        return Done(seconds=float(args[0]) if args else 0.0)
    if name in ("true", ":"):
        return Done()
    if name == "false":
        return Done(code=1)
    if name == "env":
        return Done(output="".join(f"{k}={v}\n" for k, v in sorted(env.items())))
    if name == "printenv":
        return Done(output=f"{env[args[0]]}\n") if args and args[0] in env else Done(code=1)
    if name in ("cat", "head"):  # of its input: the caller feeds it
        return Done(seconds=FOREVER)
    return Done(code=126, unknown=name)
