"""All methods give the same answer: random machines, words and stopping points against the readable loop."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import random

import numpy as np
import pytest
from random_machines import random_machine, random_word
from seeds import ALL_SEEDS, examples, seeds, slow_where, sweep

from noisytm.discrete import Configuration, reference, run
from noisytm.discrete.block import runs as blocks
from noisytm.discrete.chain import accelerated, prover, rules
from noisytm.discrete.chain.book import Book
from noisytm.discrete.configuration.packing import listed_counts, packed_table
from noisytm.discrete.configuration.runlength import RunLengthConfiguration, configuration_of_pieces, same_cells
from noisytm.discrete.direct import loop as direct
from noisytm.errors import BudgetError
from noisytm.formats import parse
from noisytm.machine import TuringMachine

METHODS = ("auto", "direct", "block", "chain")
SWEEPER = parse("1RB---_1LC1RB_1LA1LC")
COUNTER = parse("1RB---_0LB1RC_1LB0RC")
CHAMPION = parse("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")


@functools.cache
def plainly(steps=10**9):
    """Return where the plain loop takes the champion."""
    return run(CHAMPION, max_steps=steps, method="direct").configuration


@sweep
@pytest.mark.parametrize("seed", seeds(range(300), 20))
def test_methods_equal_the_reference(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    word, steps = random_word(rng, machine), rng.choice([rng.randint(0, 60), rng.randint(0, 800)])
    expected = reference.run(machine, word, steps)
    for method in METHODS:
        result = run(machine, word, steps, method, visited=True, counts=True, cycles=0)
        endless = expected.endless or result.endless  # chains find rules, too
        assert result == dataclasses.replace(expected, method=result.method, endless=endless)
        assert method in ("auto", result.method)
        assert run(machine, word, steps, method).configuration == expected.configuration


@sweep
@pytest.mark.parametrize("seed", seeds(range(300), 20))
def test_engines_equal_the_plain_loop_at_any_stopping_point(seed):
    """Runs of up to 100,000 steps, in two parts, on blocks of any width."""
    rng = random.Random(-seed - 1)
    machine = random_machine(rng)
    word, first, steps = random_word(rng, machine), rng.randint(0, 3000), rng.randint(3000, 100_000)
    start = Configuration.initial(machine, word)
    half, _ = direct.advance(start, first)
    for begin in (start, half):
        tally, other = (np.zeros(packed_table(machine).size, dtype=np.int64) for _ in range(2))
        expected, _ = direct.advance(begin, steps, tally)
        block, _ = blocks.advance(begin, steps, other)
        assert block == expected and np.array_equal(tally, other)
        chain = accelerated.ChainRun(begin, rng.randint(1, 6), counting=True)
        if not chain.go(steps, 3000):
            assert chain.configuration(steps) == expected
            assert accelerated.tallied(machine, chain.uses) == listed_counts(machine, tally)


@sweep
@pytest.mark.parametrize("machine", [SWEEPER, COUNTER, CHAMPION], ids=["sweeper", "counter", "champion"])
def test_stopping_inside_chains_and_rules(machine):
    """Each stopping point lies in what would otherwise be a single move."""
    rng = random.Random(0)
    most = 50_000 if machine is COUNTER else 2_000_000  # chains are slow on a counter
    for steps in [rng.randint(0, most) for _ in range(examples(30, 12))]:
        expected = run(machine, max_steps=steps, method="direct", counts=True)
        for method in ("block", "chain", "auto"):
            result = run(machine, max_steps=steps, method=method, counts=True)
            assert (result.configuration, result.counts) == (expected.configuration, expected.counts)


def test_rules_are_applied_many_times_at_once(monkeypatch):
    moves = []
    move = accelerated.ChainTape.move
    monkeypatch.setattr(accelerated.ChainTape, "move", lambda *a: moves.append(1) or move(*a))
    result = run(SWEEPER, max_steps=10**1000, method="chain", counts=True)
    assert result.steps == sum(result.counts) == 10**1000
    assert len(moves) < 5000
    # A sweeper's tape grows as the square root of its steps; the checkpoints of the golden file fix the constant.
    assert 10**498 < result.rightmost - result.leftmost < 10**502


def test_a_rule_says_what_its_moves_do():
    tape = accelerated.ChainRun(Configuration.initial(SWEEPER), 1, counting=True).tape
    found = prover.Prover()
    while not found.rules.entries:
        assert found.run(tape, 10**6, 1)
    (rule,) = found.rules.entries.values()
    assert max(rule.changes) > 0 and len(rule.steps.differences) == 2


def test_a_false_rule_is_not_proved():
    """A counter's tape comes back to the same shape, but no fixed number of moves repeats it."""
    chain = accelerated.ChainRun(Configuration.initial(COUNTER), 1, counting=False)
    assert chain.go(10**9, 200)
    assert all(rules.prove(chain.tape, moves, Book(2)) is None for moves in range(1, 8))


@pytest.mark.parametrize("start_method", ["direct", "block", "chain"])
def test_runs_taken_up_by_another_method(start_method):
    half = run(CHAMPION, max_steps=1_234_567, method=start_method).configuration
    for method in METHODS:
        result = run(CHAMPION, start=half, method=method)
        assert (result.steps, result.score, result.state) == (47_176_870, 4098, "Z")
        assert result.configuration == plainly()


def test_block_tapes_keep_to_the_limit():
    walker = TuringMachine(["0", "1"], "0", ["go"], "go", [("0", "go", "1", "go", "R")])
    with pytest.raises(BudgetError, match="max_cells = 3000 cells") as caught:
        run(walker, max_steps=10**6, method="block", max_cells=3000)
    partial = caught.value.partial
    assert partial.configuration == run(walker, max_steps=partial.steps, method="direct").configuration
    assert run(walker, max_steps=10**6, method="chain", max_cells=3000).steps == 10**6


@pytest.mark.parametrize("symbols", [2, 300, 70_000])
@slow_where("70000")
def test_large_alphabets(symbols):
    names = [f"s{i}" for i in range(symbols)]
    rows = [(names[i], "up", names[(i + 1) % symbols], "up", "S" if i % 2 else "R") for i in range(symbols)]
    machine = TuringMachine(names, names[-1], ["up"], "up", rows)
    word = [names[-2], names[symbols // 2], names[0]]
    expected = run(machine, word, 50, "direct").configuration
    assert all(run(machine, word, 50, method).configuration == expected for method in METHODS)


class TestRunLengthConfigurations:
    machine = parse("1RB0LB_0LA---")

    def pieces(self, rng):
        words = [tuple(rng.randint(0, 1) for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(1, 5))]
        return [(word, rng.choice([1, 2, 5, 40])) for word in words]

    @pytest.mark.parametrize("seed", range(60))
    def test_equal_plain_ones(self, seed, monkeypatch):
        rng = random.Random(seed)
        pieces = self.pieces(rng)
        size = sum(len(word) * count for word, count in pieces)
        leftmost = rng.randint(-2, size - 1)
        rightmost = rng.randint(max(leftmost, 0), size + 2)
        where = {"state": "A", "head": rng.randint(leftmost, rightmost), "steps": 9, "origin": 0}
        where |= {"leftmost": leftmost, "rightmost": rightmost}
        plain = configuration_of_pieces(self.machine, pieces, **where)
        monkeypatch.setattr("noisytm.discrete.configuration.runlength.MAX_PLAIN_CELLS", 0)
        long = configuration_of_pieces(self.machine, pieces, **where)
        assert isinstance(long, RunLengthConfiguration) and not isinstance(plain, RunLengthConfiguration)
        assert long == plain and plain == long and hash(long) == hash(plain)
        assert (long.score, long.size, long.origin) == (plain.score, plain.size, plain.origin)
        assert long.symbols_from_head(7) == plain.symbols_from_head(7) and long.resting == plain.resting
        assert "".join(word * n for word, n in long.tape) == "".join(x * n for x, n in plain.tape)

    @pytest.mark.parametrize("seed", range(100))
    def test_chains_go_on_from_any(self, seed, monkeypatch):
        """The head may be on the first cell or the last, and the pieces shorter or longer than the blocks."""
        rng = random.Random(seed)
        pieces = self.pieces(rng)
        size = sum(len(word) * count for word, count in pieces)
        where = {"state": rng.choice("AB"), "head": rng.choice([0, size - 1, rng.randrange(size)]), "steps": 9}
        where |= {"origin": 0, "leftmost": 0, "rightmost": size - 1}
        plain = configuration_of_pieces(self.machine, pieces, **where)
        monkeypatch.setattr("noisytm.discrete.configuration.runlength.MAX_PLAIN_CELLS", 0)
        long = configuration_of_pieces(self.machine, pieces, **where)
        for steps in (10, 11, 12, 30, 200):
            expected, _ = direct.advance(plain, steps)
            for width in (1, 2, 3):
                chain = accelerated.ChainRun(long, width, counting=False)
                while chain.go(steps, 100):
                    pass
                assert chain.configuration(steps) == expected

    @sweep
    def test_runs_go_on_from_them(self, monkeypatch):
        monkeypatch.setattr("noisytm.discrete.configuration.runlength.MAX_PLAIN_CELLS", 100)
        for first in range(5_000_000, 5_000_300, 7 if ALL_SEEDS else 41):
            half = run(CHAMPION, max_steps=first, method="chain").configuration
            assert isinstance(half, RunLengthConfiguration)
            for method in ("chain", "auto", "direct", "block"):
                assert run(CHAMPION, max_steps=6_000_000, start=half, method=method).configuration == plainly(6_000_000)

    @pytest.mark.parametrize("seed", range(60))
    def test_cut_into_blocks(self, seed):
        rng = random.Random(seed)
        pieces = self.pieces(rng)
        where = {"state": "A", "steps": 0, "origin": 0, "leftmost": 0, "rightmost": 0}
        for width in (1, 2, 3, 6):
            head = rng.randint(0, 40)
            long = RunLengthConfiguration(self.machine, pieces=tuple(pieces), head=head, **where)
            plain = Configuration(self.machine, cells=long.cells, head=head, **where)
            (found, before), (expected, before_plain) = (accelerated._runs(here, width) for here in (long, plain))
            assert before == before_plain and all(count > 0 for _, count in found)
            spelled_out = [[block for block, n in runs for _ in range(n)] for runs in (found, expected)]
            assert spelled_out[0] == spelled_out[1]

    @pytest.mark.parametrize("width", range(1, 7))
    def test_runs_go_on_from_them_on_blocks_of_any_width(self, width, monkeypatch):
        """On blocks of one cell there used to be a blank too many on the left."""
        monkeypatch.setattr("noisytm.discrete.configuration.runlength.MAX_PLAIN_CELLS", 0)
        for steps in range(20_000, 20_040, 3):
            chain = accelerated.ChainRun(Configuration.initial(SWEEPER), width, counting=False)
            chain.go(steps, 10_000)
            half = chain.configuration(steps)
            assert isinstance(half, RunLengthConfiguration)
            later = run(SWEEPER, max_steps=30_000, start=half, method="chain")
            assert later.configuration == run(SWEEPER, max_steps=30_000, method="direct").configuration

    @pytest.mark.parametrize("period", [1, 3])
    @slow_where("1", "3")
    def test_runs_go_on_from_a_cycle(self, period):
        """What came before the cycle is one long word, and the word that is repeated a short one."""
        going = [("0", f"q{i}", str(1 + i % 2), f"q{(i + 1) % period}", "R") for i in range(period)]
        passing = [("1", "q0", "2", "q0", "R"), ("2", "q0", "0", "q0", "R")]
        machine = TuringMachine(["0", "1", "2"], "0", [f"q{i}" for i in range(period)], "q0", going + passing)
        word, steps = "112" * 300, 10**20
        half = run(machine, word, steps, "direct").configuration
        assert max(len(piece) for piece, _ in half.pieces) > 800
        for method in ("auto", "chain"):
            result = run(machine, start=half, max_steps=7 * steps, method=method)
            expected = run(machine, word, 7 * steps)
            assert (result.steps, result.head, result.state, result.score) == (
                7 * steps, 7 * steps, expected.state, expected.score,
            )  # fmt: skip

    @pytest.mark.parametrize("seed", range(60))
    def test_cells_are_compared_without_spelling_them_out(self, seed):
        rng = random.Random(seed)
        word = tuple(rng.randint(0, 1) for _ in range(rng.randint(1, 4)))
        cells = word * 60
        cuts = [0, *sorted(rng.sample(range(1, len(cells)), 2)), len(cells)]
        cut = [cells[a:b] for a, b in itertools.pairwise(cuts)]
        others = [(piece[:k], len(piece) // k) for piece in cut if (k := self.period(piece))]
        assert same_cells([(word, 60)], others)
        i = rng.randrange(len(cells))
        wrong = (*cells[:i], 1 - cells[i], *cells[i + 1 :])
        assert not same_cells([(word, 60)], [(wrong, 1)]) and not same_cells([(wrong, 1)], others)
        assert not same_cells([(word, 60)], [*others, ((0,), 1)])

    def period(self, piece):
        return next(
            k for k in range(1, len(piece) + 1) if len(piece) % k == 0 and piece == piece[:k] * (len(piece) // k)
        )

    def test_a_tape_too_large_to_spell_out(self):
        long = run(SWEEPER, max_steps=10**40, method="chain")
        assert run(SWEEPER, max_steps=10**50, start=long.configuration).steps == 10**50
        assert hash(long.configuration) == hash(run(SWEEPER, max_steps=10**40).configuration)
        with pytest.raises(BudgetError, match="use the tape in run-length form"):
            _ = long.configuration.cells
        assert long.to_json()["steps"] == 10**40
        other = accelerated.ChainRun(Configuration.initial(SWEEPER), 2, counting=False)
        while other.go(10**40, 1000):
            pass
        wider = other.configuration(10**40)
        assert wider.pieces != long.configuration.pieces and wider == long.configuration
