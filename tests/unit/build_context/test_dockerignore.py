# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ignore files, by docker's rules. The tables hold the cases of docker's documentation and moby's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import dockerignore

NAMES = st.sampled_from(["a", "b", "ab", "a.py", ".a", "a b", "ü", "[x]"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PATTERNS = st.lists(
    st.sampled_from(["a", "b", "ab", "*", "**", "?", "a*", "*.py", "[ab]", "[^a]", "ü"]),
    min_size=1,
    max_size=4,
).map("/".join)
LINES = st.lists(st.tuples(st.sampled_from(["", "!"]), PATTERNS).map("".join), max_size=5)


def excludes(lines: str | list[str], path: str) -> bool:
    text = lines if isinstance(lines, str) else "\n".join(lines)
    return dockerignore.read(text).excludes(path)


@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("**", "file", True),
        ("**/", "file", True),
        ("**", "dir/file", True),
        ("**/", "dir/file", True),
        ("**/**", "dir/file", True),
        ("dir/**", "dir/file", True),
        ("dir/**", "dir/dir2/file", True),
        ("dir/**", "dir", False),
        ("dir/**", "dirx/file", False),
        ("**/dir", "dir", True),
        ("**/dir", "dir/file", True),
        ("**/dir", "a/b/dir/file", True),
        ("**/dir2/*", "dir/dir2/file", True),
        ("**/dir2/**", "dir/dir2/dir3/file", True),
        ("**file", "file", True),
        ("**file", "dir/file", True),
        ("**file", "dir/dir/afile", True),
        ("**file*", "afile", False),
        ("**/file", "dir/dir/file", True),
        ("**/file", "dir/dir/afile", False),
        ("**/file*", "dir/dir/file.txt", True),
        ("**/file*txt", "dir/dir/file.txt", True),
        ("**/file*.txt*", "dir/dir/file.txt", True),
        ("**/**/*.txt", "dir/dir/file.txt", True),
        ("**/**/*.txt2", "dir/dir/file.txt", False),
        ("**/*.txt", "file.txt", True),
        ("**/**/*.txt", "file.txt", True),
        ("a**/*.txt", "a/file.txt", True),
        ("a**/*.txt", "a/dir/file.txt", True),
        ("a**/*.txt", "a/dir/dir/file.txt", True),
        ("a**", "abc/d", True),
        ("a/*.txt", "a/dir/file.txt", False),
        ("a/*.txt", "a/file.txt", True),
        ("a/*.txt**", "a/file.txt", True),
        ("a[b-d]e", "ae", False),
        ("a[b-d]e", "ace", True),
        ("a[b-d]e", "aae", False),
        ("a[^b-d]e", "aze", True),
        (".*", ".foo", True),
        (".*", "foo", False),
        ("abc.def", "abcdef", False),
        ("abc.def", "abc.def", True),
        ("abc.def", "abcZdef", False),
        ("abc?def", "abcZdef", True),
        ("abc?def", "abcdef", False),
        ("**/foo/bar", "foo/bar", True),
        ("**/foo/bar", "dir/foo/bar", True),
        ("**/foo/bar", "dir/dir2/foo/bar", True),
        ("**/.foo", ".foo", True),
        ("**/.foo", "bar.foo", False),
        ("a(b)c/def", "a(b)c/def", True),
        ("a(b)c/def", "a(b)c/xyz", False),
        ("a.|)$(}+{bc", "a.|)$(}+{bc", True),
        ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "ab", False),
        # Go's own table
        ("*", "abc", True),
        ("*c", "abc", True),
        ("a*", "a", True),
        ("a*", "ab/c", True),
        ("a*/b", "abc/b", True),
        ("a*/b", "a/c/b", False),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("ab[c]", "abc", True),
        ("ab[e-g]", "abc", False),
        ("ab[^c]", "abc", False),
        ("ab[^e-g]", "abc", True),
        ("a?b", "a☺b", True),
        ("a[^a]b", "a☺b", True),
        ("a???b", "a☺b", False),
        ("[a-ζ]*", "α", True),
        ("*[a-ζ]", "A", False),
        ("a?b", "a/b", False),
        ("a*b", "a/b", False),
        ("[\\]a]", "]", True),
        ("[\\-]", "-", True),
        ("[x\\-]", "-", True),
        ("[x\\-]", "z", False),
        ("[\\-x]", "x", True),
        ("[\\-x]", "a", False),
        ("[!a]", "b", False),
        ("[!a]", "!", True),
        ("[z-a]", "m", False),
        ("[^z-a]", "m", True),
        ("[*]", "*", True),
        ("[*]", "a", False),
        ("*x", "xxx", True),
    ],
)
def test_one_pattern(pattern: str, path: str, excluded: bool) -> None:
    assert excludes(pattern, path) is excluded


@pytest.mark.parametrize(
    ("lines", "path", "excluded"),
    [
        # docker's documentation
        (["*/temp*"], "somedir/temporary.txt", True),
        (["*/temp*"], "somedir/temp/file", True),
        (["*/temp*"], "somedir/subdir/temporary.txt", False),
        (["*/*/temp*"], "somedir/subdir/temporary.txt", True),
        (["temp?"], "tempa", True),
        (["temp?"], "temp", False),
        (["*.md", "!README.md"], "README.md", False),
        (["*.md", "!README.md"], "OTHER.md", True),
        (["*.md", "!README*.md", "README-secret.md"], "README.md", False),
        (["*.md", "!README*.md", "README-secret.md"], "README-secret.md", True),
        (["*.md", "README-secret.md", "!README*.md"], "README-secret.md", False),
        # moby's table
        (["!fileutils.go", "*.go"], "fileutils.go", True),
        (["*.go", "!fileutils.go"], "fileutils.go", False),
        (["docs", "!docs/README.md"], "docs/README.md", False),
        (["docs/", "!docs/README.md"], "docs/README.md", False),
        (["docs/*", "!docs/README.md"], "docs/README.md", False),
        (["docs", "!docs/README.md"], "docs/other.md", True),
        (["**", "!util/docker/web"], "util/docker/web/foo", False),
        (["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", True),
        (["**", "!dist/*.whl"], "dist/a.whl", False),
        # a folder and what lies deep in it
        (["node_modules"], "node_modules/a/b/c.js", True),
        (["node_modules"], "packages/node_modules/a.js", False),
        (["**/node_modules"], "packages/node_modules/a.js", True),
        (["**", "!**/*.py"], "src/deep/a.py", False),
        (["**", "!**/*.py"], "src/deep/a.js", True),
        # how lines are read
        (["# a", "a"], "a", True),
        (["#a"], "#a", False),
        ([" #a"], "#a", True),
        (["  a  "], "a", True),
        (["a\r"], "a", True),
        (["\ufeffa"], "a", True),
        (["/a"], "a", True),
        (["//a"], "a", True),
        (["./a//b/"], "a/b", True),
        (["b/../a"], "a", True),
        (["", "   ", "."], "a", False),
        (["a", "! a"], "a", False),
        (["a", "!/a"], "a", False),
        (["/"], "a", False),
        (["../a"], "a", False),
        (["\\#a"], "#a", True),
        (["\\!a"], "!a", True),
        # nothing is special
        (["*"], "convox.yml", True),
        (["*"], "Dockerfile", True),
        (["*"], ".dockerignore", True),
        (["*", "!convox.yml"], "convox.yml", False),
    ],
)
def test_several_patterns(lines: list[str], path: str, excluded: bool) -> None:
    assert excludes(lines, path) is excluded


@pytest.mark.parametrize(
    "pattern",
    [
        "!",
        "[",
        "a[",
        "[^",
        "[^bc",
        "[]a]",
        "[-]",
        "[x-]",
        "[-x]",
        "[a-b-c]",
        "[]",
        "a\\",
        "![",
        "a/[b",
        "**/[",
        "[a-\\",
    ],
)
def test_a_malformed_pattern_is_named_by_its_line(pattern: str) -> None:
    with pytest.raises(errors.ConvoxOptionError, match=r"line 3 of \.dockerignore"):
        dockerignore.read(f"a\n# b\n{pattern}\n")


@given(LINES, PATHS)
def test_what_comes_last_decides(lines: list[str], path: str) -> None:
    quoted = "".join(f"\\{letter}" for letter in path)
    assert excludes([*lines, quoted], path)
    assert not excludes([*lines, f"!{quoted}"], path)


@given(LINES, PATHS)
def test_the_last_matching_pattern_decides(lines: list[str], path: str) -> None:
    wanted = False
    for line in lines:
        if excludes(line.removeprefix("!"), path):
            wanted = not line.startswith("!")
    assert excludes(lines, path) is wanted


@given(LINES, PATHS, NAMES)
def test_what_need_not_be_walked_holds_nothing(lines: list[str], folder: str, name: str) -> None:
    rules = dockerignore.read("\n".join(lines))
    if rules.excludes(folder) and rules.excludes_all_below(folder):
        assert rules.excludes(f"{folder}/{name}")
        assert rules.excludes(f"{folder}/{name}/{name}")


def test_a_big_folder_is_not_walked_for_nothing() -> None:
    assert dockerignore.read("node_modules\n*.md\n!README.md").excludes_all_below("node_modules")
    assert not dockerignore.read("node_modules\n!node_modules/ours/*").excludes_all_below("node_modules")
    assert dockerignore.read("node_modules\n!node_modules/ours").excludes_all_below("node_modules/theirs")
    assert not dockerignore.read("node_modules\n!**/*.md").excludes_all_below("node_modules")


@given(st.text(max_size=40), PATHS)
def test_any_text_is_read_or_refused(text: str, path: str) -> None:
    try:
        rules = dockerignore.read(text)
    except errors.ConvoxOptionError:
        return
    assert rules.excludes(path) in (True, False)
