"""What is written is what the program of the format reads: readers of their own, random machines with odd names."""

import itertools
import re

import independent_readers as readers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from independent_readers import Rejected
from seeds import examples, sweep
from stepping import run

from noisytm import formats, library
from noisytm.errors import FormatError
from noisytm.machine import TuringMachine


def morphett(text):
    named = re.match(r"; enter (.*) in the box of the initial state\n", text)
    return readers.morphett(text, named[1] if named else "0")


READERS = {
    "bbchallenge": readers.bbchallenge,
    "turingmachine.io": readers.turingmachine_io,
    "jflap": readers.jflap,
    "morphett": morphett,
    "json": readers.project_json,
}

SYMBOLS = [*"_01ab□ ,'\"#:N~!}*;<>&-|[]{}%@`?=.\\/é", "null", "true", "<<", "ab", "🂡", "−", "İ"]
STATES = [
    *("A", "B", "C", "Z", "H", "0", "1", "halt", "halt-x", "Halted", "q 0", "010", "1e3", "0x1F", "1_0", "1:30"),
    *("~", "null", "Null", "true", "False", "yes", "N", "L", "write", "<<", "=", "2001-01-01", "- a", "? b", "a: b"),
    *("*", "&a", "!x", "%d", "@", "`", "#", "a #b", "'", '"', "\\", "<", "]]>", "&amp;", "{", "[", ",", "a;b", " a "),
    *(".inf", "nan", "!", "__proto__", "constructor", "toString", "🂡", "é", "ﬁ", "ſ", "İ", "K", "hALT"),
]  # fmt: skip


@st.composite
def machines(draw):
    """Machines in the standard order, which every format can express but for names, moves and what is unlisted."""
    blank = draw(st.sampled_from(SYMBOLS))
    others = sorted(draw(st.sets(st.sampled_from(SYMBOLS), max_size=3)) - {blank})
    names = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=4, unique=True))
    halting = names[len(names) - draw(st.integers(0, len(names) - 1)) :]
    rule = st.tuples(st.sampled_from([blank, *others]), st.sampled_from(names), st.sampled_from("LLRRS"))
    tuples = [
        (s, q, *draw(rule))
        for s, q in itertools.product([blank, *others], names)
        if q not in halting and (draw(st.integers(0, 5)) > 0 or s != blank)
    ]
    symbols = [blank, *others]
    undefined = draw(st.sampled_from(["stop", "write-1"])) if "1" in symbols else "stop"
    return TuringMachine(symbols, blank, names, names[0], tuples, halting, undefined)


def assert_its_own_program_runs_it(machine, target):
    """Write a machine, if it can be, and run both; return whether it could be."""
    try:
        text = formats.write(machine, target)
    except FormatError:
        return False
    program = READERS[target](text)
    for word in itertools.chain.from_iterable(itertools.product(machine.symbols, repeat=n) for n in range(3)):
        assert program.run(word, 40) == run(machine, word, 40)
    return True


@pytest.mark.parametrize("target", READERS)
@sweep
@settings(max_examples=examples(2000, 15), deadline=None)
@given(machine=machines())
def test_random_machines(target, machine):
    assert_its_own_program_runs_it(machine, target)
    renamed = formats.renamed_for(machine, target)
    written = assert_its_own_program_runs_it(renamed, target)
    if target in ("jflap", "json"):  # these name anything, and say where they start
        assert written or machine.undefined == "write-1" or not mentions_all(renamed)


def mentions_all(machine):
    return {s for t in machine.tuples for s in (t.read, t.write)} | {machine.blank} == set(machine.symbols)


@pytest.mark.parametrize("target", READERS)
def test_enough_machines_are_written(target):
    """The library's machines, renamed, and those that stay nowhere, are written to all of them."""
    written = [name for name in library.names() if assert_its_own_program_runs_it(
        formats.renamed_for(library.machine(name), target), target)]  # fmt: skip
    assert len(written) >= 4
    assert "bb4" in written


def test_the_readers_reject_what_their_programs_reject():
    with pytest.raises(Rejected):
        readers.turingmachine_io("blank: 0\nstart state: a\ntable:\n  a: {0: {N: a}}")
    with pytest.raises(Rejected):
        readers.turingmachine_io("blank: 0\nstart state: a\ntable:\n  a: {0: {R: b}}")
    with pytest.raises(Rejected):
        readers.morphett("0 a b r 0\n0 a c r 0", "0")
    with pytest.raises(Rejected):
        readers.bbchallenge("1RB1SB_1LA1RZ")
    assert readers.turingmachine_io("blank: 0\nstart state: 010\ntable: {010: {1: R}}").start == "10"
