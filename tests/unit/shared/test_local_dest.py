# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task may write a file, and what a signal leaves of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest

# Whoever runs the tests may ignore signals (nohup, a shell's background), and children inherit that.
_WAITING = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest
with Dest(sys.argv[1]).replacing() as file:
    print("ready", flush=True)
    time.sleep(30)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_trace(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", _WAITING, str(tmp_path / "dump")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(os.listdir(tmp_path)) == 1
        process.send_signal(number)
        assert process.wait(10) == -number
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no/dump", "there is no folder"),
        ("file/dump", "is no folder"),
        (".", "is a folder"),
        ("new/", "there is no folder|is a folder"),
        ("pipe", "is a pipe"),
        ("nul\x00", "is no name"),
        ("\ud800", "is no name"),
    ],
)
def test_places_that_are_none(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(errors.ConvoxOptionError, match=words):
        Dest(f"{tmp_path}/{name}").check()


def test_a_folder_that_a_play_has_yet_to_make(tmp_path: Path) -> None:
    Dest(str(tmp_path / "no" / "dump")).check(folder_may_come=True)
