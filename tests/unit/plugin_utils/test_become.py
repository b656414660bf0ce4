# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is answered to sudo and su, however their words come in pieces."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleAuthenticationFailure

from ansible_collections.convox.rack.plugins.plugin_utils.become import Conversation

PROMPT, WRONG, SUCCESS = b"Password: ", b"su: Authentication failure\n", b"BECOME-SUCCESS\n"
END = b"\nT:1\n\nT.\n"


class Become:
    name, success = "su", "BECOME-SUCCESS"

    def check_success(self, said: bytes) -> bool:
        return SUCCESS in said

    def check_password_prompt(self, said: bytes) -> bool:
        return PROMPT in said

    def check_incorrect_password(self, said: bytes) -> bool:
        return WRONG.strip() in said

    def get_option(self, name: str) -> str:
        return "canary"


def conversation() -> Conversation:
    return Conversation(Become(), b"data", 60.0)


@pytest.mark.parametrize(
    "pieces",
    [
        [PROMPT, PROMPT + WRONG, PROMPT + WRONG + END],
        [PROMPT, PROMPT + WRONG + END],
        [PROMPT, PROMPT + b"\n" + PROMPT],
    ],
)
def test_a_wrong_password_is_told_also_where_the_end_comes_with_it(pieces: list[bytes]) -> None:
    talk = conversation()
    with pytest.raises(AnsibleAuthenticationFailure, match=r"Incorrect su password\."):
        for said in pieces:
            talk.hear(said, said.endswith(END))


@pytest.mark.parametrize("pieces", [[PROMPT, PROMPT + SUCCESS], [PROMPT, PROMPT + SUCCESS + WRONG + END]])
def test_what_a_command_says_that_was_let_in_is_its_own(pieces: list[bytes]) -> None:
    talk = conversation()
    answers = [talk.hear(said, said.endswith(END)) for said in pieces]
    assert not talk.goes_on
    assert answers == [b"pcanary\n", b"data"]
    assert talk.rest(PROMPT + SUCCESS + b"x") == b"x"
