"""Output distributions against machines counted one by one, published tables, and the weights of the tree."""

import itertools
import math
import random
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from lazy_machines import as_they_are_read, entries, every_machine, output, shares
from seeds import ALL_SEEDS, long, seeds, slow_where, sweep

from noisytm import enumerate_machines, output_distribution
from noisytm.enumeration import multiplicity
from noisytm.enumeration.outputs import collecting, words
from noisytm.enumeration.outputs.collecting import entries_of_a_cell, trunk

# Most steps of a run that halts: with these limits nothing is cut off.
MOST_STEPS = {(1, 2): 1, (1, 3): 1, (2, 2): 6, (3, 2): 21, (2, 3): 38}


@pytest.mark.parametrize("size", [(1, 2), (1, 3), (2, 2)])
def test_all_machines_one_by_one(size):
    found, counted = output_distribution(*size), every_machine(*size, MOST_STEPS[size])
    assert found.counts == counted and found.undecided == 0
    assert (found.halting, found.different) == (counted.total(), len(counted))
    assert {word: found.share(word) for word in counted} == shares(counted)
    assert as_they_are_read(*size, MOST_STEPS[size]) == counted


# Sizes, and most steps: with these some runs are cut off, but for the first two sizes.
LIMITS = [((3, 2), 21), ((2, 3), 38), ((4, 2), 5), ((5, 2), 5), ((2, 4), 4), ((3, 3), 4), ((2, 5), 3), ((2, 6), 3)]
BRIEF = [((3, 2), 8), *LIMITS[4:]]


@sweep
@pytest.mark.parametrize(("size", "limit"), LIMITS if ALL_SEEDS else BRIEF)
@slow_where("size0-8")
def test_all_machines_with_cells_filled_as_they_are_read(size, limit):
    """The runs that halt within some steps, however many names of symbols and blanks there are."""
    assert output_distribution(*size, max_steps=limit).counts == as_they_are_read(*size, limit)


@sweep
@pytest.mark.parametrize("seed", seeds(range(40), 2))
@pytest.mark.parametrize("size", [(3, 2), (2, 3)])
def test_random_machines_leave_words_that_are_counted(size, seed):
    """Of some thousands, each on each blank, about as many leave a word as its share of all runs says."""
    rng, found, runs = random.Random(seed), output_distribution(*size), 4000
    cells, all_entries = list(itertools.product(*map(range, size))), entries(*size)
    left = Counter()
    for _ in range(runs // size[1]):
        table = {cell: rng.choice(all_entries) for cell in cells}
        left.update(output(table, blank, MOST_STEPS[size]) for blank in range(size[1]))
    left.pop(None)
    assert set(left) <= set(found.counts)
    for word in [*found.counts][:20]:
        mean = runs * found.count(word) / found.machines
        assert abs(left[word] - mean) < 6 * math.sqrt(size[1] * mean) + 4, word


# Machines, halting runs and different words of the published tables D(1), D(2), D(3), D(4) (Delahaye, Zenil, Applied
# Mathematics and Computation 219 (2012) 63), and their first shares.
PUBLISHED = [
    (1, 36, 24, 2, {"0": 0.5}),
    (2, 10_000, 6_088, 22, {"0": 0.328, "1": 0.328, "00": 0.0834, "001": 0.00098, "000": 0.00065}),
    (3, 7_529_536, 4_294_368, 128, {"0": 0.250, "1": 0.250, "00": 0.101, "000": 0.0112, "001": 0.0108}),
    (4, 11_019_960_576, 5_970_768_960, 1832, {"0": 0.205, "00": 0.102, "000": 0.0188}),
]


@pytest.mark.parametrize(("states", "machines", "halting", "different", "first"), PUBLISHED)
def test_published_tables(states, machines, halting, different, first):
    found = output_distribution(states, 2)
    assert (found.machines, found.halting, found.undecided, found.different) == (2 * machines, halting, 0, different)
    for word, share in first.items():
        digits = -math.floor(math.log10(share)) + (2 if share > 0.01 else 1)
        assert abs(float(found.share(word)) - share) < 10.0**-digits, word
    assert list(found.counts)[:2] == ["0", "1"] and sum(found.counts.values()) == halting


# K of D(5) as it is published (runs of at most 500 steps), in the table of pybdm 0.1.0.
K_OF_FIVE = {
    "0": 2.5142767361233522, "00": 3.3274392037713696, "010": 5.505382835204287, "0110": 8.406713544643704,
    "01110": 11.834019495714655, "001110": 15.36633169778009, "0001011": 18.98916236378915,
    "00010111": 22.6797522967967, "001111001": 26.343527016312315, "0011110001": 29.427574182594224,
}  # fmt: skip


@long
def test_published_complexities_of_five_states():
    found = output_distribution(5, 2, max_steps=500)
    for word, bits in K_OF_FIVE.items():
        low, high = found.complexity_bounds(word)
        assert abs(found.complexity(word) - bits) < 1e-9 and low <= bits <= high
    assert found.covered == 11 and found.different == 99_608


@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((2, 2), {"max_steps": 4}), ((3, 2), {"max_steps": 7, "recognisers": ["closed"]}), ((3, 2), {}),
        ((2, 3), {"max_steps": 20}), ((2, 3), {"recognisers": []}), ((1, 4), {}),
        ((2, 4), {"max_steps": 12, "recognisers": ["closed"]}),
    ],
)  # fmt: skip
def test_the_weights_of_all_nodes_are_all_runs(size, options):
    """What is undecided is counted from the rest: it must be what the holdouts stand for."""
    found, tree = output_distribution(*size, **options), enumerate_machines(*size, **options)
    base, holdouts = entries_of_a_cell(found.options), 0
    halted, kind = 0, tree.options.classes.index("holdout")
    counts = tree.tally.counts
    for undefined, state, symbol in np.argwhere(counts[kind]).tolist():
        number = int(counts[kind, undefined, state, symbol])
        holdouts += number * multiplicity(tree.options, undefined, state, symbol) * base**undefined
    for undefined, state, symbol in np.argwhere(counts[0]).tolist():
        number = int(counts[0, undefined, state, symbol]) * size[1]
        halted += number * multiplicity(tree.options, undefined, state, symbol) * base ** (undefined - 1)
    assert found.undecided == size[1] * holdouts and found.halting == size[1] * halted
    assert collecting.halting_tables(found.options, tree.tally) == halted
    assert found.machines == size[1] * (size[1] * (2 * size[0] + 1)) ** (size[0] * size[1])
    assert sum(found.counts.values()) == found.halting and min(found.counts.values()) > 0


@pytest.mark.parametrize("size", [(3, 2), (2, 3)])
def test_the_bounds_hold_whatever_the_undecided_runs_do(size):
    exact = output_distribution(*size)
    for steps in (2, 5, 9, 15):
        part = output_distribution(*size, max_steps=steps, recognisers=["closed"])
        for word in exact.counts:
            low, high = part.share_bounds(word)
            assert low <= exact.share(word) <= high and part.count(word) <= exact.count(word)
            least, greatest = part.complexity_bounds(word)
            assert least <= exact.complexity(word) + 1e-12 and exact.complexity(word) <= greatest + 1e-12


TABLE_ROW = re.compile(r"\| (\d), (\d) \|" + r" ([\d,]+) \|" * 5 + r" `noisytm beaver [^`]*` \|$", re.MULTILINE)
PAGE = Path(__file__).parents[3] / "docs" / "outputs.md"


def test_the_table_of_the_document():
    rows = [[int(x.replace(",", "")) for x in row] for row in TABLE_ROW.findall(PAGE.read_text(encoding="utf-8"))]
    small = [row for row in rows if row[0] * row[1] <= 6]
    assert len(rows) == 10 and len(small) == 5
    for states, symbols, *numbers in small:
        d = output_distribution(states, symbols)
        assert numbers == [d.machines, d.halting, d.undecided, d.different, d.covered]


@long
def test_outputs_take_at_most_three_times_as_long():
    def seconds(call):
        times = []
        for _ in range(5):
            begin = time.process_time()
            call(4, 2, progress=False)
            times.append(time.process_time() - begin)
        return min(times)

    assert seconds(output_distribution) < 3 * seconds(enumerate_machines)


@pytest.mark.parametrize("work", [1, 40])
def test_slices_and_a_small_book_make_no_difference(work, monkeypatch):
    """Also where a run is broken off, and where the book is emptied after every machine."""
    wanted = output_distribution(2, 3).classes
    monkeypatch.setattr(collecting, "WORK_AT_ONCE", work)
    monkeypatch.setattr(collecting, "ENTRIES", 4)
    monkeypatch.setattr(collecting, "POOL_CELLS", 8)
    assert output_distribution(2, 3).classes == wanted


def test_the_words_of_the_trunk_are_those_of_its_machines():
    """A tally is that of one direction, on zeros: two cells, of which the last halts, leave at most two symbols."""
    found, ends = trunk(output_distribution(2, 2).options)
    assert set(found.words.total()) <= {"00", "01", "10", "11", "000", "001", "010", "011", "100", "101", "110", "111"}
    assert all((table >= 0).sum() == 2 for table in ends)


@pytest.mark.parametrize("symbols", [2, 3, 4])
def test_words_that_differ_in_names_or_direction(symbols):
    rng = random.Random(symbols)
    for _ in range(40):
        word = "".join(rng.choices("0123"[:symbols], k=rng.randint(1, 7)))
        alike = list(words.all_alike(words.least(word), symbols))
        assert len(set(alike)) == len(alike) == words.number_alike(word, symbols) and word in alike
        assert {words.least(other) for other in alike} == {words.least(word)}
        assert word[::-1] in alike and word.translate(str.maketrans("01", "10")) in alike


def test_weighted_words_add_up():
    rng, total, plain = random.Random(0), words.WeightedWords(), {}
    for _ in range(60):
        part = {str(rng.randrange(300)): rng.randrange(1, 9) for _ in range(rng.randrange(1, 60))}
        total = total.merged(words.WeightedWords((part,)))
        for word, weight in part.items():
            plain[word] = plain.get(word, 0) + weight
        assert total.total() == plain
        sizes = [len(p) for p in total.parts]
        assert all(2 * b < a for a, b in itertools.pairwise(sizes))
