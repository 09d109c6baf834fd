"""Closed sets of n-grams and of words: the kernels against the readable closures, the proofs against plain runs."""

import functools
import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import ALL_SEEDS, examples, sweep

from noisytm import enumerate_machines
from noisytm._timed import TIMES
from noisytm.enumeration import reference, tree
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import classes
from noisytm.enumeration.recognisers.holdouts import recognise
from noisytm.enumeration.recognisers.ngrams import BLANK, ClosedNgrams, closed_ngrams, moved, proves_ngrams
from noisytm.enumeration.recognisers.repeated_words import ClosedWords, closed_words, proves_words

CLASSES = classes()

SIZES = [(2, 2), (3, 2), (2, 3)]
FEW = {"ngrams": [(1, 0), (2, 0), (3, 0), (2, 2)], "words": [(2, 3), (3, 2)]}
CLOSURES = {"ngrams": closed_ngrams, "words": closed_words}


@functools.cache
def machines(states, symbols, kinds=CLASSES, recognisers=()):
    """Return the rows of the machines of some classes of a whole tree."""
    options = EnumerationOptions(states, symbols, recognisers=recognisers)
    ends, rows = tree.search(options, tree.root_table(options), trunk=True, classes=("halted",))[1], []
    rows.append(tree.search(options, tree.root_table(options), trunk=True, classes=kinds)[1])
    rows += [tree.search(options, row[: options.cells], classes=kinds)[1] for row in ends if row[-1]]
    return np.concatenate(rows)


def holdouts(states, symbols):
    return machines(states, symbols, ("holdout",), ("closed", "cycles", "translated"))


def sample(rows, number):
    return rows[np.random.default_rng(5).permutation(len(rows))[:number]]


def table_of(symbols, row):
    return {
        divmod(place, symbols): (entry >> 1 & 127, 2 * (entry & 1) - 1, (entry >> 8) // symbols)
        for place, entry in enumerate(row[:-3].tolist())
        if entry >= 0
    }


def decided(size, rows, kind, rungs, max_contexts=300):
    """Return which machines the kernel proves never to halt."""
    options = EnumerationOptions(*size, recognisers=(kind,), max_contexts=max_contexts, **{kind: rungs})
    rows = rows.copy()
    rows[:, -2] = CLASSES.index("holdout")
    counts = np.zeros((len(CLASSES), options.cells + 1, *size), np.int64)
    recognise(options, rows, counts)
    assert counts.sum() == 0 and counts[CLASSES.index(kind)].sum() == (rows[:, -2] == CLASSES.index(kind)).sum()
    return rows[:, -2] == CLASSES.index(kind)


def agree(size, rows, kind, rung, max_contexts=300):
    found = decided(size, rows, kind, (rung,), max_contexts)
    closed = CLOSURES[kind]
    expected = [bool(closed(table_of(size[1], row), size[1], *rung, max_contexts)) for row in rows]
    assert found.tolist() == expected
    return sum(expected)


@sweep
@pytest.mark.parametrize("size", SIZES if ALL_SEEDS else SIZES[:1])
@pytest.mark.parametrize(
    ("kind", "rung"),
    [
        ("ngrams", (1, 0)),
        ("ngrams", (2, 2)),
        ("ngrams", (2, -1)),
        ("words", (1, 2)),
        ("words", (2, 3)),
        ("words", (6, 2)),
    ],
)
def test_all_machines_of_small_trees(size, kind, rung):
    rows = machines(*size)
    assert 0.3 * len(rows) < agree(size, rows, kind, rung) < 0.8 * len(rows)


@sweep
@pytest.mark.parametrize(
    ("kind", "rung"),
    [
        *(("ngrams", rung) for rung in [(2, 0), (3, 0), (4, 0), (2, 1), (3, 4), (1, 15), (6, 4), (2, -1), (4, -1)]),
        *(("words", rung) for rung in [(1, 1), (2, 1), (3, 2), (4, 7), (8, 2), (12, 1)]),
    ],
)
@pytest.mark.parametrize("max_contexts", [30, 150] if ALL_SEEDS else [30])
def test_samples_of_larger_trees(kind, rung, max_contexts):
    """Rungs at which the bits for letters, entries of a side or contexts run out are among these."""
    assert agree((4, 2), sample(holdouts(4, 2), 80), kind, rung, max_contexts) < 80
    agree((2, 3), sample(machines(2, 3), 60), kind, rung, max_contexts)


@sweep
def test_no_machine_that_halts_is_said_not_to():
    """All machines of the trees that halt, those with the most steps among them."""
    for size in [*SIZES, (4, 2)] if ALL_SEEDS else SIZES:
        rows = machines(*size, ("halted",))
        options = EnumerationOptions(*size)
        assert len(rows) == enumerate_machines(*size).halting
        for kind in CLOSURES:
            assert not decided(size, rows, kind, getattr(options, kind), options.max_contexts).any()


def test_a_machine_that_halts_late_is_a_holdout_before():
    """The recognisers see a machine that has not halted yet, and all others that never do."""
    early, late = (enumerate_machines(4, 2, max_steps=steps) for steps in (60, 107))
    assert late.holdouts == 0 and early.holdouts == late.halting - early.halting == 41


def configurations(table, steps):
    """Yield state, head and tape of a plain run, with the cells of the table last used at each place."""
    tape, state, head = {}, 0, 0
    for _ in range(steps):
        yield state, head, dict(tape)
        symbol, past = tape.get(head, BLANK)
        if (state, symbol) not in table:
            return
        write, move, following = table[state, symbol]
        tape[head] = (write, ((state, symbol), *past))
        state, head = following, head + move


def local(proof, configuration):
    """Return the context of a configuration, and the n-grams further out on the left and on the right."""
    state, head, tape = configuration

    def letter(x):
        symbol, past = tape.get(x, BLANK)
        return symbol, past[: proof.history]

    def gram(x, side):
        return tuple(letter(x + side * k) for k in range(proof.n))

    reach = 2 + max((abs(x - head) for x in tape), default=0)
    further = [{gram(head + side * k, side) for k in range(2, reach)} for side in (-1, 1)]
    return (gram(head - 1, -1), state, letter(head), gram(head + 1, 1)), *further


def proofs(kind, number):
    """Return tables and proofs of machines with four states."""
    rows = sample(holdouts(4, 2), number)
    options = EnumerationOptions(4, 2, recognisers=(kind,), max_contexts=300, **FEW)
    found = [(table, reference.closed_set(options, table)) for table in (table_of(2, row) for row in rows)]
    return [(table, proof) for table, proof in found if proof is not None]


@pytest.mark.slow
def test_a_run_stays_in_its_closed_set_of_ngrams():
    found = proofs("ngrams", 60)
    assert len(found) > 50 and {proof.history for _, proof in found} == {0, 2}
    for table, proof in found:
        assert isinstance(proof, ClosedNgrams) and proves_ngrams(table, proof)
        for configuration in configurations(table, 300):
            context, left, right = local(proof, configuration)
            assert context in proof.contexts and left <= proof.left and right <= proof.right


def in_words(proof, tape, edge, side):
    """Return a side of the tape, from an edge between words outwards, as words with counts, without the last blanks."""
    number = 2 + max((abs(x - edge) for x in tape), default=0) // proof.length
    starts = [edge + side * k * proof.length - (proof.length if side < 0 else 0) for k in range(number)]
    words = [tuple(tape.get(x + i, BLANK)[0] for i in range(proof.length)) for x in starts]
    while words and not any(words[-1]):
        words.pop()
    return tuple((word, min(len(list(run)), proof.most)) for word, run in itertools.groupby(words))


def test_a_run_stays_in_its_closed_set_of_words():
    found = proofs("words", 60)
    assert len(found) > 40 and {(proof.length, proof.most) for _, proof in found} == {(2, 3), (3, 2)}
    for table, proof in found:
        assert isinstance(proof, ClosedWords) and proves_words(table, proof)
        entered, last = 0, -1
        for state, head, tape in configurations(table, 400):
            if head // proof.length != last // proof.length:
                facing, edge = (1, head) if head > last else (-1, head + 1)
                left, right = in_words(proof, tape, edge, -1), in_words(proof, tape, edge, 1)
                assert (left, state, facing, right) in proof.contexts
                entered += 1
            last = head
        assert entered > 10


def test_what_is_left_out_breaks_a_proof():
    table, proof = next((t, p) for t, p in proofs("ngrams", 20) if p.n == 2 and not p.history)
    for context in proof.contexts:
        parts = {"left": proof.left, "right": proof.right, "contexts": proof.contexts - {context}}
        assert not proves_ngrams(table, ClosedNgrams(2, 0, **parts))
    for side in ("left", "right"):
        for gram in getattr(proof, side):
            parts = {"left": proof.left, "right": proof.right} | {side: getattr(proof, side) - {gram}}
            assert not proves_ngrams(table, ClosedNgrams(2, 0, contexts=proof.contexts, **parts))
    table, proof = proofs("words", 5)[0]
    for context in proof.contexts:
        assert not proves_words(table, ClosedWords(proof.length, proof.most, proof.contexts - {context}))


def champion():
    """Return the table of the champion of four states."""
    row = enumerate_machines(4, 2).tally.longest.first[0]
    return table_of(2, np.array([*row, 0, 0]))


def test_closures_by_a_wrong_rule_are_no_proofs():
    """If n-grams that leave the context were forgotten, the champion would be said never to halt."""
    table, gram = champion(), (BLANK,)
    contexts, further = {(gram, 0, BLANK, gram)}, {gram}
    for _ in range(100):
        contexts |= {new for context in contexts for new in moved(table, 0, context).contexts(further)}
    assert not proves_ngrams(table, ClosedNgrams(1, 0, frozenset(further), frozenset(further), frozenset(contexts)))
    assert closed_ngrams(table, 2, 1, 0, 1000) is None


@pytest.mark.parametrize(
    ("closed", "proves", "rung"), [(closed_ngrams, proves_ngrams, (2, 2)), (closed_words, proves_words, (2, 3))]
)
def test_a_proof_for_a_filled_cell_is_none_for_the_machine_that_halts_there(closed, proves, rung):
    proved = 0
    for row in sample(machines(4, 2, ("halted",)), 60):
        halting, (state, symbol) = table_of(2, row), divmod(int(row[-3]), 2)
        filled = halting | {(state, symbol): (1, 1, state)}
        assert closed(halting, 2, *rung, 300) is None
        if proof := closed(filled, 2, *rung, 300):
            assert proves(filled, proof) and not proves(halting, proof)
            proved += 1
    assert proved > 30


def test_the_least_budget():
    for kind in CLOSURES:
        for row in sample(holdouts(4, 2), 40):
            options = EnumerationOptions(4, 2, recognisers=(kind,), max_contexts=300, **FEW)
            proof = reference.closed_set(options, table_of(2, row))
            if proof is None:
                continue
            rung = (proof.n, proof.history) if kind == "ngrams" else (proof.length, proof.most)
            size = len(proof.contexts)
            for budget, proved in ((size, True), (size - 1, False)):
                assert decided((4, 2), row[None], kind, (rung,), budget).tolist() == [proved]


ENTRIES = st.none() | st.tuples(st.integers(0, 2), st.sampled_from([-1, 1]), st.integers(0, 2))


@sweep
@settings(max_examples=examples(150, 50), deadline=None)
@given(
    cells=st.lists(ENTRIES, min_size=9, max_size=9),
    ngram=st.tuples(st.integers(1, 3), st.integers(0, 4)),
    word=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_any_machine(cells, ngram, word):
    """A proof holds, the kernel finds the same, and the machine does not halt."""
    table = {divmod(place, 3): entry for place, entry in enumerate(cells) if entry is not None}
    options = EnumerationOptions(3, 3)
    row = [-1 if c is None else tree.entry_of(options, c[2], c[0], (c[1] + 1) // 2) for c in cells]
    rows = np.array([[*row, -1, 0, 0]])
    for kind, rung, proves in (("ngrams", ngram, proves_ngrams), ("words", word, proves_words)):
        proof = CLOSURES[kind](table, 3, *rung, 200)
        assert decided((3, 3), rows, kind, (rung,), 200).tolist() == [proof is not None]
        if proof is not None:
            assert proves(table, proof)
            halts = reference.run(table, 200, cycles=False, translated=False)
            assert halts is None


@pytest.mark.slow
def test_classes_and_listings_do_not_depend_on_the_chunks(monkeypatch):
    whole = enumerate_machines(3, 2, recognisers=("closed", "words", "ngrams"))
    listed = {kind: list(whole.texts(kind)) for kind in CLASSES}
    monkeypatch.setattr(tree, "CHUNK", 3)
    again = enumerate_machines(3, 2, recognisers=("closed", "words", "ngrams"))
    one, other = ({k: v for k, v in found.to_json().items() if k not in TIMES} for found in (again, whole))
    assert one == other and (again.tally.counts == whole.tally.counts).all()
    assert {kind: list(again.texts(kind)) for kind in CLASSES} == listed
    assert {kind: len(texts) for kind, texts in listed.items()} == whole.counts


@sweep
@pytest.mark.parametrize("size", [(2, 2), (2, 3)] if ALL_SEEDS else [(2, 2)])
def test_nothing_depends_on_where_the_search_pauses(monkeypatch, size):
    """In the middle of runs, too: with one step at a time, and with a few holdouts."""
    whole = enumerate_machines(*size, root="1RB", max_steps=100)
    monkeypatch.setattr("noisytm.enumeration.recognisers.holdouts.AT_ONCE", 5)
    for work in (1, 7):
        monkeypatch.setattr(tree, "WORK_AT_ONCE", work + 32)  # 32 is what a machine counts beside its steps
        again = enumerate_machines(*size, root="1RB", max_steps=100)
        assert (again.tally.counts == whole.tally.counts).all()
        assert again.to_json()["tally"] == whole.to_json()["tally"]


@pytest.mark.slow
def test_each_recogniser_alone_and_no_rungs():
    counts = {
        kinds: Counter(enumerate_machines(3, 2, recognisers=kinds).counts)
        for kinds in [("ngrams",), ("words",), ("ngrams", "words")]
    }
    assert counts["ngrams",]["words"] == counts["words",]["ngrams"] == 0
    assert counts["ngrams", "words"]["ngrams"] == counts["ngrams",]["ngrams"] > counts["words",]["words"] > 3600
    none = enumerate_machines(3, 2, ngrams=(), words=(), automata=0)
    assert (none.counts["ngrams"], none.counts["words"]) == (0, 0) and none.holdouts > 0
