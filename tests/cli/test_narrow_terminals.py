"""Tables and lines on a narrow terminal: no line is wider, no word is lost; in a pipe nothing is folded."""

import io
import sys

import pytest
from seeds import slow_where

from noisytm._layout import aligned, fitted
from noisytm.cli import main

COMMANDS = [
    "library", "library detectA", "library bb5", "bound detectA", "bound detectA --padding 1 --quiet", "run bb4",
    "run 1RB---_0RB---", "universal bb2", "beaver 2", "encode bb3", "syndromes bb2 --max-weight 1",
    "bound detectA --explain --steps 3", "syndromes detectA --explain --steps 3 --max-weight 2",
]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(command, monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    main(command.split())
    return stream.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
@slow_where("bound detectA --padding 1 --quiet", "syndromes detectA --explain --steps 3 --max-weight 2")
def test_nothing_is_wider_and_nothing_is_lost(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "500")
    wide = printed(command, monkeypatch, Terminal())
    for columns in (60, 40):
        monkeypatch.setenv("COLUMNS", str(columns))
        narrow = printed(command, monkeypatch, Terminal())
        assert max(map(len, narrow.splitlines())) <= columns
        timeless = [word for word in wide.split() if not word.startswith("(0.")]
        assert set(timeless) <= set(narrow.split())
        assert printed(command, monkeypatch, io.StringIO()).splitlines()[:9] == wide.splitlines()[:9]


def test_a_survey_becomes_blocks_and_the_last_column_of_a_list_is_folded():
    rows = [("semantics", "loss", "value"), ("mean-field", "log", "125/16"), ("pseudo-utm", "brier", "4")]
    with fitted(20):
        assert aligned(rows) == [
            "semantics   mean-field", "loss        log", "value       125/16", "",
            "semantics   pseudo-utm", "loss        brier", "value       4",
        ]  # fmt: skip
    rows = [("bb2", "a busy beaver with two states"), ("copy", "writes what it reads")]
    with fitted(26):
        assert aligned(rows, indent=2, gap=2, headed=False) == [
            "  bb2   a busy beaver with", "        two states", "  copy  writes what it", "        reads",
        ]  # fmt: skip
    assert aligned(rows, headed=False)[0] == "bb2    a busy beaver with two states"
