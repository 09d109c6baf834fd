"""The prior mass of {K = 0} on a grid: every grid point counted, and the values of an independent program."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from seeds import long

from noisytm import (
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    fatal_syndromes,
    library,
    precision,
    words,
    wrong_probability,
    zero_mass,
)

TWO = TuringMachine(["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], ["H"])
WRITER = TuringMachine(["_", "A"], "_", ["0", "H"], "0", [("_", "0", "A", "H", "S"), ("A", "0", "A", "H", "S")], ["H"])


def compositions(total, parts):
    for cuts in itertools.combinations(range(total + parts - 1), parts - 1):
        yield [b - a - 1 for a, b in itertools.pairwise((-1, *cuts, total + parts - 1))]


def counted(problem, machine, bits, semantics, over):
    """Count the codes of the grid that are never wrong, over the distributions ``over``, the others right."""
    n, space = 2**bits, problem.space
    code = np.array(space.embed(machine))
    places = [(i, start, len(values)) for i in range(len(space.keys)) for _, start, values in space.blocks]
    places = [place for k, place in enumerate(places) if k in over]
    good = every = 0
    for choice in itertools.product(*(list(compositions(n, k)) for _, _, k in places)):
        every += 1
        if all(2 * part[int(code[i, s : s + k].argmax())] >= n for part, (i, s, k) in zip(choice, places, strict=True)):
            w = code.copy()
            for part, (i, start, k) in zip(choice, places, strict=True):
                w[i, start : start + k] = np.array(part) / n
            good += not wrong_probability(problem, w, semantics=semantics).any()
    return good, every


@pytest.mark.parametrize(
    ("machine", "steps", "semantics", "bits", "over"),
    [(TWO, 2, "mean-field", 2, (1, 4)), (TWO, 3, "annealed", 1, (1, 4)), (WRITER, 2, "mean-field", 2, (0, 1, 2, 4))],
)
def test_every_point_of_a_grid(machine, steps, semantics, bits, over):
    problem = SynthesisProblem.of_machine(machine, [""], steps)
    listed = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
    good, every = counted(problem, machine, bits, semantics, over)
    # in no syndrome are errors of the other distributions: each is at least right with probability ½ or not
    others, n = Fraction(1), 2**bits
    for k, (_, _, values) in enumerate(problem.space.blocks * len(problem.space.keys)):
        if k not in over:
            m = len(values) - 1
            others *= Fraction(sum(math.comb(m, a) * math.comb(n // 2, a) for a in range(m + 1)), math.comb(n + m, m))
    assert zero_mass(listed, bits).mass == Fraction(good, every) * others


@long
def test_detect_a():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    found = fatal_syndromes(problem, machine, max_weight=None)
    assert len(found.syndromes) == 318
    masses = [zero_mass(found, bits) for bits in (4, 8, 12, 16)]
    assert [round(x.nats, 4) for x in masses] == [38.6249, 67.1661, 94.9568, 122.6868]
    tau = precision(problem, machine).transversal
    for bits in (64, 256):  # increments are τ log 2 a bit
        step = zero_mass(found, bits + 1).nats - zero_mass(found, bits).nats
        assert abs(step / math.log(2) - tau) < 1e-9


def test_digits():
    problem = SynthesisProblem.of_machine(TWO, [""], 1)
    found = fatal_syndromes(problem, TWO, max_weight=None, chart="bits")
    fatal, harmless = Fraction(1, 2**3 + 1), Fraction(2**2 + 1, 2**3 + 1)
    used = len(precision(problem, TWO, chart="bits").lines[-1].pinned)
    assert zero_mass(found, 3).mass == fatal**used * harmless ** (len(found.coordinates) - used)


@pytest.mark.parametrize("bits", [-1, 4097, 1.5, True, "x"])
def test_wrong_bits(bits):
    problem = SynthesisProblem.of_machine(TWO, [""], 1)
    with pytest.raises(ProblemError):
        zero_mass(fatal_syndromes(problem, TWO, max_weight=None), bits)


def test_other_lists():
    problem = SynthesisProblem.of_machine(TWO, [""], 1)
    with pytest.raises(ProblemError, match="max_weight=None"):
        zero_mass(fatal_syndromes(problem, TWO), 3)
    with pytest.raises(ProblemError, match="sphere"):
        zero_mass(fatal_syndromes(problem, TWO, max_weight=None, chart="sphere"), 3)
    with pytest.raises(ProblemError, match="fatal_syndromes"):
        zero_mass([((0, 1),)], 3)
