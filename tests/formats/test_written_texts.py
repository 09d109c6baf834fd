"""Every written text is taken for its own format only, reads back equal, and runs in a reader of the specification."""

import dataclasses
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, slow_where, sweep
from stepping import run
from table_readers import READERS, run_by

from noisytm import FormatError, TuringMachine, formats, library
from noisytm.formats import FORMATS

SYMBOLS = [*"_01ab#/,;*{}|\"'\\=-$<é□ ", "→x", "ab", "x (blank)", "🂡"]
STATES = [
    *"ABqh01*-|#_",
    *("q 0", "a,b", "a/b", "x;y", "→A", "#!start", "halt", "init: A", "blank:", "#Q = {A}", "1RB", "machine", "0x"),
    *('"q"', "`q`", "q\\", "__q__", "**q**", "tape_symbols", "алфавит", "---", "|---|"),
]


@st.composite
def machines(draw):
    """Machines in an order that most formats have, with plain names or odd ones."""
    odd = draw(st.booleans())
    letters = SYMBOLS if odd else ["_", *"01ab#$"]
    names = STATES if odd else ["q0", "q1", "A", "halt", "x_2"]
    symbols = draw(st.lists(st.sampled_from(letters), min_size=1, max_size=3, unique=True))
    symbols = [symbols[0], *sorted(symbols[1:])] if draw(st.booleans()) else symbols
    states = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True))
    halting = states[-draw(st.integers(0, len(states) - 1)) :] if draw(st.booleans()) else states[-1:]
    moves = draw(st.sampled_from(["LR", "LSR"]))
    rule = st.tuples(st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(moves))
    cells = [(s, q) for s in symbols for q in states if q not in halting and draw(st.integers(0, 5)) > 0]
    return TuringMachine(
        symbols=symbols,
        blank=symbols[0] if draw(st.integers(0, 3)) else draw(st.sampled_from(symbols)),
        states=states,
        start=states[0] if draw(st.integers(0, 3)) else draw(st.sampled_from(states)),
        tuples=[(*cell, *draw(rule)) for cell in cells],
        halting=halting,
        undefined=draw(st.sampled_from(["stop", "write-1"])) if "1" in symbols else "stop",
        name=draw(st.sampled_from(["", "a name", "init: x // y", "| a |\n|---|"])),
    )


def written(machine, target):
    try:
        return formats.write(machine, target)
    except FormatError as error:
        assert "\n" not in str(error) and len(str(error)) < 600
        return None


@pytest.mark.parametrize("target", formats.formats())
@sweep
@settings(max_examples=examples(400, 25), deadline=None)
@given(machine=machines())
def test_what_is_written_is_its_own_formats_and_runs_in_a_reader_of_its_own(target, machine):
    for candidate in (machine, formats.renamed_for(machine, target)):
        text = written(candidate, target)
        if text is None:
            continue
        assert formats.detect(text) == target
        back = formats.parse(text)
        assert back.canonical == formats.parse(text, target).canonical
        assert formats.write(back, target) == text
        for word in itertools.chain.from_iterable(itertools.product(candidate.symbols, repeat=n) for n in range(3)):
            expected = run(candidate, word, 20)
            assert run(back, word, 20) == expected
            if target in READERS:
                assert run_by(READERS[target](text), word, 20) == expected


@pytest.mark.parametrize("target", READERS)
def test_the_readers_of_their_own_notice_a_slip(target):
    """A changed move or a rule that is left out is seen: the comparison above can fail."""
    machine = formats.renamed_for(library.machine("bb2"), target)
    text = formats.write(machine, target)
    words = ["", machine.symbols[1]]
    assert [run_by(READERS[target](text), w, 40) for w in words] == [run(machine, w, 40) for w in words]
    moved = TuringMachine.from_json(
        {**machine.to_json(), "tuples": [[*t[:4], "L" if t.move == "R" else "R"] for t in machine.tuples]}
    )
    other = READERS[target](formats.write(moved, target))
    assert [run_by(other, w, 40) for w in words] != [run(machine, w, 40) for w in words]


@pytest.mark.parametrize("target", formats.formats())
def test_plain_machines_are_written_after_renaming(target):
    """Refusing everything would pass the tests above."""
    for name in ("bb2", "bb3"):
        machine = formats.renamed_for(library.machine(name), target)
        assert formats.detect(formats.write(machine, target)) == target


def test_a_text_that_would_be_taken_for_another_is_not_written():
    greedy = dataclasses.replace(FORMATS["csv"], name="greedy", looks_like=lambda text: "blank" in text)
    machine = library.machine("bb2")
    with (
        FORMATS.also(greedy),
        pytest.raises(FormatError, match="text would be taken for greedy"),
    ):
        formats.write(machine, "turingmachine.io")
    with FORMATS.also(greedy), pytest.raises(FormatError, match="the greedy text would be taken for csv"):
        formats.write(machine, "greedy")
    assert formats.write(machine, "turingmachine.io")


@pytest.mark.parametrize("target", READERS)
@slow_where("markdown", "csv")
def test_work_grows_with_the_number_of_states_not_with_its_square(target):
    def seconds(n):
        states, ends = [f"q{i}" for i in range(n)], [f"halt{i}" for i in range(n)]
        tuples = [("_", q, "_", h, "R") for q, h in zip(states, ends, strict=True)]
        machine = TuringMachine(["_"], "_", states + ends, "q0", tuples, halting=ends)
        before = time.process_time()
        assert formats.parse(formats.write(machine, target)) == machine
        return time.process_time() - before

    few = min(seconds(300) for _ in range(2))
    assert min(seconds(2400) for _ in range(2)) < 30 * few + 0.05  # eight times as many states; their square is 64
