"""Bouncers in the enumeration, and what has become of machines of five states that were hard to decide."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from seeds import long

from noisytm import enumerate_machines, parse
from noisytm.discrete import Configuration
from noisytm.discrete.endless import bouncer
from noisytm.enumeration.late import stages
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import HOLDOUT, RECOGNISERS, recognise

GOLDEN = json.loads((Path(__file__).resolve().parents[2] / "data" / "five_state_holdouts.json").read_text())["machines"]
SLOW = ("closed", "cycles", "translated", "bouncer")


def table_of(text):
    """Return a table of two symbols in the form of the readable search."""
    rows = text.split("_")
    cells = {(f, b): row[3 * b : 3 * b + 3] for f, row in enumerate(rows) for b in (0, 1)}
    return {
        place: (int(cell[0]), 1 if cell[1] == "R" else -1, ord(cell[2]) - ord("A"))
        for place, cell in cells.items()
        if cell != "---"
    }


def row_of(text, kind):
    entries = [-1] * 10
    for (f, b), (write, move, following) in table_of(text).items():
        entries[2 * f + b] = (following * 2 << 8) + (write << 1) + (move > 0)
    return [*entries, -1, kind, 0]


@pytest.mark.slow
def test_machines_that_were_hard_are_decided_as_they_are_known_to_be():
    options = EnumerationOptions(5, 2)
    kind = options.classes.index(HOLDOUT)
    texts = [text for group in GOLDEN.values() for text in group]
    rows = np.array([row_of(text, kind) for text in texts], np.int64)
    counts = np.zeros((len(options.classes), 11, 5, 2), np.int64)
    recognise(options, rows, counts)
    found = {
        name: [t for t, row in zip(texts, rows, strict=True) if options.classes[row[-2]] == name] for name in GOLDEN
    }
    assert found == GOLDEN


@pytest.mark.parametrize("text", GOLDEN["bouncer"][::9])
def test_proofs_are_those_of_single_runs_and_are_checked(text):
    recogniser, table = RECOGNISERS["bouncer"], table_of(text)
    proof = recogniser.prove(table, 2, {"bouncer_steps": 1 << 14})
    assert proof == bouncer(Configuration.initial(parse(text)))
    assert recogniser.proves(table, proof)
    for place in table:  # each of its cells is used
        assert not recogniser.proves({key: value for key, value in table.items() if key != place}, proof)
    assert recogniser.prove(table, 2, {"bouncer_steps": (1 << 11) - 1}) is None


def test_bouncers_are_counted_by_themselves_where_the_runs_are_long_enough():
    few = enumerate_machines(3, 2, recognisers=SLOW, max_steps=2047)
    more = enumerate_machines(3, 2, recognisers=SLOW, max_steps=2048)
    assert few.counts["bouncer"] == 0 < more.counts["bouncer"] == few.holdouts - more.holdouts
    assert more.counts["halted"] == 1772
    assert [s.recognisers for s in stages(EnumerationOptions(3, 2, max_steps=2047, recognisers=SLOW), 200)] == [
        (),
        (),
        (),
    ]
    assert not enumerate_machines(3, 2, recognisers=SLOW, max_steps=2048, bouncer_steps=0).counts["bouncer"]


@pytest.mark.slow
def test_bouncers_of_four_states():
    found = enumerate_machines(4, 2, ngrams=(), words=(), automata=0, max_steps=20000)
    assert (found.counts["bouncer"], found.holdouts) == (13302, 1707)


@long
def test_all_of_five_states():
    """The whole tree, as many machines as those by which S(5) was proved, in a minute and a half."""
    found = enumerate_machines(5, 2, max_steps=50_000_000)
    assert (found.machines, found.halting, found.steps, found.score) == (181_385_789, 48_379_894, 47_176_870, 4098)
    assert found.holdouts == len(GOLDEN["holdout"]) == 95
