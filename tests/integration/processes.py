# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes on a practice rack, with a Python and programs such as sudo and su in them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.practice_rack.server import PracticeRack

SERVICES = {"web": {"image": "i", "port": 3000}, "worker": {"image": "i"}}
BECOME_PASSWORD = "canary become ü 'pass' \\n $HOME"
PYTHON = f'#!/bin/sh\nexec {sys.executable} -I "$@"\n'
# As much of each as matters: where it asks, what it reads, and that the user has become another one.
SUDO = f"""#!{sys.executable} -I
import os, sys
words, asks, prompt = sys.argv[1:], True, ""
while words and words[0].startswith("-"):
    flag = words.pop(0)
    if flag == "-n":
        asks = False
    elif flag in ("-p", "-u"):
        value = words.pop(0)
        prompt = value if flag == "-p" else prompt
def line():
    # byte by byte, as sudo does
    got = b""
    while (each := os.read(0, 1)) not in (b"", b"\\n"):
        got += each
    return got
if not os.path.exists(os.path.join(os.environ["FAKE_ROOT"], "nopasswd")):
    if not asks:
        sys.exit("sudo: a password is required")
    for _ in range(3):
        os.write(2, prompt.encode())
        if line() == open(os.path.join(os.environ["FAKE_ROOT"], "password"), "rb").read():
            break
        os.write(2, b"Sorry, try again.\\n")
    else:
        sys.exit("sudo: 3 incorrect password attempts")
os.environ["BECAME"] = "root"
os.execvp(words[0], words)
"""
SU = f"""#!{sys.executable} -I
import os, sys
os.write(2, b"Password: ")
got = b""
while (each := os.read(0, 1)) not in (b"", b"\\n"):
    got += each
if got != open(os.path.join(os.environ["FAKE_ROOT"], "password"), "rb").read():
    sys.exit("su: Authentication failure")
os.environ["BECAME"] = sys.argv[1] if sys.argv[1:2] != ["-c"] else "root"
os.execvp("/bin/sh", ["/bin/sh", "-c", sys.argv[sys.argv.index("-c") + 1]])
"""


def furnish(rack: PracticeRack) -> Path:
    """The app web on a rack with ``real_root``; the folder of its processes."""
    root = Path(rack.settings.real_root)
    (root / "bin").mkdir(parents=True)
    for name, text in {"python3": PYTHON, "sudo": SUDO, "su": SU}.items():
        path = root / "bin" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    (root / "password").write_text(BECOME_PASSWORD, encoding="utf-8")
    rack.add_app("web", services=SERVICES)
    for pod in rack.state.apps["web"].pods.values():
        pod.env["FAKE_ROOT"] = str(root)
    return root
