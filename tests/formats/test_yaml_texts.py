"""What YAML allows around and in a machine: directives, marks of documents, tabs that separate."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import formats
from noisytm._yaml import yaml_values
from noisytm._yaml_tabs import separated_by_spaces
from noisytm.errors import FormatError

PATH = Path(__file__).parent.parent / "data" / "formats" / "cases" / "document-start.yaml"
S = PATH.read_text(encoding="utf-8").removeprefix("---\n")
DOCUMENTS = {
    "a document's start": f"---\n{S}",
    "with a comment": f"--- # a machine\n{S}",
    "after a comment": f"# a machine\n---\n{S}",
    "and its end": f"---\n{S}...\n",
    "only its end": f"{S}... # done\n",
    "version 1.2": f"%YAML 1.2\n---\n{S}",
    "version 1.1": f"%YAML 1.1\n---\n{S}",
    "a later version": f"%YAML 1.3\n---\n{S}",
    "a tag directive": f"%TAG ! tag:example.org,2000:\n---\n{S}",
    "a directive of another kind": f"%FOO bar\n---\n{S}",
    "a mark of byte order": f"\ufeff---\n{S}",
    "line ends of Windows": f"---\n{S}".replace("\n", "\r\n"),
    "quoted keys": S.replace("blank:", "'blank':").replace("start state:", '"start state" :'),
    "indented": "".join(f"  {line}\n" for line in S.splitlines()),
    "on one line": "--- {blank: ' ', start state: s, table: {s: {a: {write: b, R: t}}, t: {' ': {L: h}}, h: }}",
    "an exported document": "---\nsource code: |\n  ---\n" + "".join(f"  {line}\n" for line in S.splitlines()) + "...",
    "in braces": "{blank: ' ', start state: s, table: {s: {a: {write: b, R: t}}, t: {' ': {L: h}}, h: }}",
    "tags": S.replace("write: b", "write: !!str b"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_yaml(name):
    assert formats.detect(DOCUMENTS[name].removeprefix("\ufeff")) == "turingmachine.io"
    assert formats.parse(DOCUMENTS[name]) == formats.parse(S) == formats.read(PATH)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{S}---\n{S}", "another begins at line 9; split the text"),
        (f"---\n{S}...\n---\n{S}", "another begins at line 11; split the text"),
        (f"{S}---\n", "another begins at line 9"),
        (f"%YAML 2.0\n---\n{S}", "not YAML"),
        (f"%YAML x\n---\n{S}", "not YAML"),
        (f"%YAML 1.2\n{S}", "not YAML"),
        (f"%YAML 1.{'9' * 5000}\n---\n{S}"[:4000], "not YAML"),
    ],
)
def test_what_is_not_one_document(text, reason):
    with pytest.raises(FormatError) as caught:
        formats.parse(text, "turingmachine.io")
    assert reason in str(caught.value)


TABS = {
    "after a key": S.replace("blank: ", "blank:\t"),
    "in brackets": S.replace("{write: b, R: t}", "{\twrite:\tb\t,\tR\t:\tt\t}"),
    "at the ends of lines": S.replace("\n", "\t\n"),
    "at the ends of lines of Windows": S.replace("\n", " \t\r\n"),
    "before a comment": S.replace("  s:\n", "  s:\t# the start\n"),
    "in an empty line": S.replace("table:\n", "table:\n\t\n \t \n"),
    "before a comment on its own line": S.replace("table:\n", "table:\n\t# the table\n"),
    "after a key of the table": S.replace("a: {", "a:\t{"),
    "after a quoted key": S.replace("' ': {L", "' '\t:\t{L"),
    "after a question mark": S.replace("    a: {write: b, R: t}", "    ?\ta\n    :\t{write: b, R: t}"),
    "after a tag": S.replace("write: b", "write: !!str\tb"),
    "in front of lines in brackets": S.replace("{write: b, R: t}", "{\n\twrite: b,\n\t\tR: t\n\t}"),
    "after the mark of a document": f"---\t# it begins\n{S}",
    "in a text in the document": "source code: |\t# it follows\n" + "".join(f" {line}\t\n" for line in S.splitlines()),
}


@pytest.mark.parametrize("name", TABS)
def test_tabs_that_separate_are_read_in_yaml(name):
    assert "\t" in TABS[name]
    assert formats.parse(TABS[name]) == formats.parse(S)


@pytest.mark.parametrize(
    "text",
    [
        S.replace("    a", "\ta"),
        S.replace("  s:\n", "\ts:\n"),
        S.replace("  t:\n", "  t\tu:\n"),
        S.replace("start state: s", "start state: s\ts"),
        S.replace("start state: s", 'start state: "s\ts"'),
        S.replace("' ': {L", "'\t': {L"),
        S.replace("write: b", "write: 'b\t'"),
    ],
)
def test_tabs_that_indent_or_name_are_refused(text):
    with pytest.raises(FormatError):
        formats.parse(text, "turingmachine.io")


def test_a_tab_that_indents_is_said_to_be_one():
    with pytest.raises(FormatError, match=r"at line 5: found character .* cannot start any token; indent with spaces"):
        formats.parse(S.replace("    a", "\ta"))


@sweep
@settings(max_examples=examples(2000, 100), deadline=None)
@given(st.text(alphabet="ab01:\t '\"#[]{},-?|>!&%\\\r\n", max_size=40))
def test_only_tabs_become_spaces(text):
    spaced = separated_by_spaces(text)
    assert spaced.expandtabs(1).split() == text.expandtabs(1).split()
    for old, new in zip(text.split("\n"), spaced.split("\n"), strict=True):
        assert len(new) == len(old) or not old.strip()
        assert all(a == b or (a, b) == ("\t", " ") for a, b in zip(old, new, strict=False))
    assert "\t" in text or spaced == text


def test_a_problem_file_may_have_tabs_too():
    assert yaml_values("a:\t1\t# one\nb: 'x\ty'\n") == {"a": 1, "b": "x\ty"}


DEEP = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 50_000,
    "brackets that close": "[" * 50_000 + "]" * 50_000,
    "dashes": "- " * 100_000,
    "keys": "? " * 100_000,
    "lines": "\n".join(" " * k + "a:" for k in range(600)),
    "aliases": "- &a0 [x]\n" + "".join(f"- &a{k + 1} [*a{k}]\n" for k in range(1000)),
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_deeply_is_refused_at_once(name):
    begin = time.process_time()
    with pytest.raises(FormatError, match="nested more than 32 levels deep"):
        yaml_values(DEEP[name])
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("opening, closing", ["[]", ("{a: ", "}"), ("- ", "")])
def test_what_is_nested_less_is_read(opening, closing):
    value, levels = yaml_values(opening * 32 + "1" + closing * 32), 0
    while value != 1:
        (value,), levels = value.values() if isinstance(value, dict) else value, levels + 1
    assert levels == 32


@pytest.mark.parametrize("inside", ["[{0}, {0}, {0}]", "{{<<: [{0}, {0}, {0}]}}"])
def test_aliases_of_aliases_are_counted_as_if_they_were_written_out(inside):
    first = "{x: 1}" if "<<" in inside else "[x]"
    lines = [f"a0: &a0 {first}", *(f"a{k + 1}: &a{k + 1} {inside.format(f'*a{k}')}" for k in range(20))]
    assert list(yaml_values("\n".join(lines[:5]))) == ["a0", "a1", "a2", "a3", "a4"]
    begin = time.process_time()
    with pytest.raises(FormatError, match="with its aliases written out it has more than 250,000 parts"):
        yaml_values("\n".join(lines))
    assert time.process_time() - begin < 0.5


def test_a_value_cannot_hold_itself():
    with pytest.raises(FormatError, match="an alias stands in what it stands for"):
        yaml_values("a: &a [1, *a]")
    assert yaml_values("a: &a [1]\nb: *a") == {"a": [1], "b": [1]}
