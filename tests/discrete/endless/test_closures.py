"""Closures of the beginning of a run: the same as those of the enumeration, and none for machines that halt."""

from __future__ import annotations

import random

import pytest
from random_machines import random_machine, random_word
from seeds import seeds, slow_where, sweep

from noisytm import enumerate_machines, parse, run
from noisytm.discrete import Configuration, check_endless
from noisytm.discrete.endless.ngrams import LADDER as NGRAMS
from noisytm.discrete.endless.ngrams import ngram_closure
from noisytm.discrete.endless.words import LADDER as WORDS
from noisytm.discrete.endless.words import word_closure
from noisytm.enumeration.recognisers import RECOGNISERS, closed_ngrams, closed_words

COUNTER = "1RB1LC_0LA0RB_1LA---"
TWO_MARKS = "1RB1LA_1LA0RC_1LD1RC_---0LA"


def table_of(machine):
    """Return the table in the form of the enumeration."""
    state, symbol = machine.states.index, machine.symbols.index
    moves = {"L": -1, "R": 1}
    return {(state(t.state), symbol(t.read)): (symbol(t.write), moves[t.move], state(t.next)) for t in machine.tuples}


@pytest.mark.parametrize("shape", [(3, 2), (2, 3)])
@slow_where("shape1")
def test_closures_are_those_of_the_enumeration(shape):
    for text in list(enumerate_machines(*shape, progress=False).texts("ngrams"))[::7]:
        machine = parse(text)
        start, table, count = Configuration.initial(machine), table_of(machine), shape[1]
        found = ngram_closure(start)
        twin = closed_ngrams(table, count, found.n, found.history, 4096)
        assert (found.contexts, found.left, found.right) == (len(twin.contexts), len(twin.left), len(twin.right))
        assert RECOGNISERS["ngrams"].proves(table, twin)
        before = NGRAMS[: min(4, NGRAMS.index((found.n, found.history)))]  # the twin is slow with longer ones
        assert all(closed_ngrams(table, count, *rung, 4096) is None for rung in before)
        words = word_closure(start)
        if words is not None:
            twin = closed_words(table, count, words.length, words.most, 2048)
            assert words.contexts == len(twin.contexts)
        else:
            assert all(closed_words(table, count, *rung, 2048) is None for rung in WORDS[:1])


def test_words_decide_what_n_grams_do_not():
    start = Configuration.initial(parse(TWO_MARKS))
    assert ngram_closure(start) is None
    found = word_closure(start)
    assert (found.length, found.most, found.contexts) == (2, 3, 564)


def test_machines_that_halt_are_not_closed():
    for machine in list(enumerate_machines(3, 2, progress=False).list_machines("halted"))[::9]:
        assert ngram_closure(Configuration.initial(machine)) is None
        assert word_closure(Configuration.initial(machine)) is None


@sweep
@pytest.mark.parametrize("seed", seeds(range(400), 60))
def test_any_machine_on_any_word(seed):
    """With moves S, halting states and a tape that is not blank: the run goes on, and the check agrees."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    word = random_word(rng, machine)
    ended = run(machine, word, max_steps=20000, cycles=0, prove_endless=True)
    start = Configuration.initial(machine, word)
    if ended.halted:
        assert ngram_closure(start) is None and word_closure(start) is None
        return
    for prove in (ngram_closure, word_closure):
        proof = prove(start)
        if proof is not None:
            said = type(ended)("budget", ended.configuration, "direct", endless=proof, options={"word": word})
            assert check_endless(said) == proof


def test_what_is_on_the_tape_matters():
    """The counter runs on from the blank tape, and stops where it comes to a 1 in state C."""
    machine = parse(COUNTER)
    assert ngram_closure(Configuration.initial(machine)).history == 2
    words = [format(k, "05b") for k in range(32)]
    stops = [run(machine, word, max_steps=10**4, cycles=0).halted for word in words]
    assert any(stops) and not all(stops)
    for word, stopped in zip(words, stops, strict=True):
        proved = ngram_closure(Configuration.initial(machine, word)) or word_closure(
            Configuration.initial(machine, word)
        )
        assert not (stopped and proved)


def test_long_tapes_are_left_alone():
    start = Configuration.initial(parse(COUNTER), "1" * 2000)
    assert ngram_closure(start) is None and word_closure(start) is None
