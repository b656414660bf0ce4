# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and values that YAML has read as something else than text."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml

from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.noun import RackNoun
from ansible_collections.convox.rack.plugins.plugin_utils.names import check_names, check_values, misread

OPTIONS: dict[str, _options.NounClass] = {
    "variables": EnvNoun,
    "parameters": AppNoun,
    "build_args": BuildNoun,
}


class Text(str):
    """As Ansible's text is."""


def refusal(noun: _options.NounClass, **arguments: Any) -> str:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check_names(arguments, _options.argument_spec(noun))
    return errors.describe(caught.value)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{NO: "1"}', "false"),
        ('{ON: "1", NO: "2", A: "3"}', "false, true"),
        ('{2024: "1"}', "2024"),
        ('{3.10: "1"}', "3.1"),
        ('{2024-01-02: "1"}', "2024-01-02"),
        ('{~: "1"}', "null"),
        ('{12:30:00: "1"}', "45000"),
    ],
)
def test_a_name_that_is_not_text_is_named(option: str, written: str, shown: str) -> None:
    words = refusal(OPTIONS[option], **{option: yaml.safe_load(written)})
    assert words.startswith(f"{option}: has a name that is not text: {shown}. Quote it")


@pytest.mark.parametrize("option", ["unset", "masked_keys"])
@pytest.mark.parametrize(
    ("written", "shown"), [("[A, NO]", "false"), ("[3.10]", "3.1"), ("[2024-01-02]", "2024-01-02")]
)
def test_a_name_in_a_list_too(option: str, written: str, shown: str) -> None:
    assert f"{option}: has a name that is not text: {shown}." in refusal(
        EnvNoun, **{option: yaml.safe_load(written)}
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"variables": {"A": 1, Text("NO"): 2}, "unset": ["B", Text("C"), 7]},
        {"variables": "A=1", "unset": "A,B"},
        {"variables": None},
        {"variables": [1, 2]},
        {"purge": True, "wait_timeout": 1.5},
        {},
    ],
)
def test_text_and_what_is_no_dict_of_names_pass(arguments: dict[str, Any]) -> None:
    check_names(arguments, _options.argument_spec(EnvNoun))


@pytest.mark.parametrize("option", OPTIONS)
def test_values_that_were_read_as_something_else_are_named_once(option: str) -> None:
    spec = _options.argument_spec(OPTIONS[option])
    value = {
        "RUBY_VERSION": 3.10,
        "DAY": datetime.date(2026, 1, 2),
        "N": 7,
        "T": "3.10",
        "B": True,
        "Z": None,
    }
    (warning,) = misread({option: value}, spec)
    assert warning.startswith(f"{option}: DAY, RUBY_VERSION were read as a number with a fraction or a date")
    assert "3.10 becomes 3.1" in warning and "2026" not in warning
    (warning,) = misread({option: {"A=x": 0.5}}, spec)
    assert warning.startswith(f"{option}: A was read as")


@pytest.mark.parametrize("value", [{"A": "3.10", "B": 1}, ["A=1"], "A=1", None])
def test_no_warning_of_what_was_read_as_written(value: Any) -> None:
    assert misread({"build_args": value, "wait_timeout": 1.5}, _options.argument_spec(BuildNoun)) == []


@pytest.mark.parametrize(
    "value",
    [float("inf"), float("-inf"), float("nan"), "inf", "1e999999999", 10**400, "Infinity", 2 * 10**18],
)
@pytest.mark.parametrize("option", ["wait_timeout", "poll_interval", "timeout", "max_retries"])
def test_a_number_without_an_end_is_refused(option: str, value: Any) -> None:
    """Core cannot make a whole number of it (OverflowError), or works on it for minutes."""
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check_values({"app": "web", option: value}, _options.argument_spec(EnvNoun))
    assert caught.value.option == option


SPEC = {
    "status": {"type": "list", "elements": "int"},
    "days": {"type": "dict", "options": {"most": {"type": "float"}}},
    "steps": {"type": "list", "elements": "dict", "options": {"size": {"type": "int"}}},
}


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("status", [200, float("inf")], "status"),
        ("status", float("nan"), "status"),
        ("status", "200,inf", "status"),
        ("days", {"most": "1e999999999"}, "days.most"),
        ("steps", [{"size": 1}, {"size": float("inf")}], "steps.size"),
    ],
)
def test_a_number_without_an_end_is_refused_inside_too(option: str, value: Any, named: str) -> None:
    """Core would end with an OverflowError."""
    with pytest.raises(errors.ConvoxOptionError) as found:
        check_values({option: value}, SPEC)
    assert str(found.value) == f"{named}: is a number without an end. Give one that is smaller."


@pytest.mark.parametrize(
    ("option", "value"), [("status", [200, "x"]), ("status", None), ("days", "x"), ("steps", [{}])]
)
def test_numbers_inside_that_core_reads_or_words_are_left_to_it(option: str, value: Any) -> None:
    check_values({option: value}, {**SPEC, "steps": {"type": "raw"}, "days": {"type": "raw"}})


@pytest.mark.parametrize("value", [5, 1e10, "5", "1e10", 0.1, True, None, "x", [], -(10**9)])
def test_other_numbers_and_what_is_none_is_left_to_core(value: Any) -> None:
    assert check_values({"wait_timeout": value}, _options.argument_spec(EnvNoun)) is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("app", "\ud800"),
        ("masked_keys", ["A", "\udfff"]),
        ("variables", {"A": "x\ud800"}),
        ("variables", {"\ud800": "x"}),
        ("password", "\ud800"),
        ("wait", {"x": ["\ud800"]}),
    ],
)
def test_half_a_letter_is_refused(option: str, value: Any) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check_values({option: value}, _options.argument_spec(EnvNoun))
    assert caught.value.option == option
    assert "half a letter" in errors.describe(caught.value)


def test_the_name_of_a_file_may_be_no_text() -> None:
    assert check_values({"src": "caf\udce9.env", "app": "é"}, _options.argument_spec(EnvNoun)) is None


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (0, "letsencrypt"),
        ("text", "letsencrypt"),
        ([1], "letsencrypt"),
        ({"solvers": 1}, "letsencrypt.solvers"),
        ({"solvers": ["text"]}, "letsencrypt.solvers"),
        ({"solvers": [{"cloudflare": 7}]}, "letsencrypt.solvers.cloudflare"),
    ],
)
def test_what_should_be_options_inside_an_option(value: Any, where: str) -> None:
    """Core makes a TypeError of it."""
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check_values({"letsencrypt": value}, _options.argument_spec(RackNoun))
    assert caught.value.option == "letsencrypt"
    assert f" {where} " in caught.value.message


@pytest.mark.parametrize(
    "value",
    [None, {}, {"solvers": None}, {"solvers": [{"route53": {"role": "x"}}]}, '{"solvers": []}', "role=x"],
)
def test_options_inside_an_option_pass(value: Any) -> None:
    assert check_values({"letsencrypt": value}, _options.argument_spec(RackNoun)) is None


@pytest.mark.parametrize(
    ("value", "kind"), [({"log": "info"}, "dictionary"), (["canary"], "list"), ((), "list")]
)
def test_a_dictionary_is_no_text(value: Any, kind: str) -> None:
    """JSON that YAML, or a template before ansible-core 2.19, has read."""
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check_values({"name": value}, _options.argument_spec(AppNoun))
    words = errors.describe(caught.value)
    assert words.startswith(f"name: is a {kind}, not text. Quote it")
    assert "canary" not in words
