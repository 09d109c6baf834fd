"""A cycle of the staged pseudo-UTM whose description cells are all noisy is the step where keys err."""

import itertools
import random
from fractions import Fraction

import pytest
from seeds import examples, sweep

from noisytm import CodeSpace, TuringMachine
from noisytm.algebra.semirings import MinPlus, Monomials, Numbers
from noisytm.errors import MachineError
from noisytm.machine import MOVES, Description
from noisytm.relaxation.generic.readings import step
from noisytm.universal.pseudo_utm.cycle import relaxed_cycles
from noisytm.universal.pseudo_utm.relaxed import point

EXACT = Numbers(Fraction(0), Fraction(1))


def random_space(rng, most):
    """Draw a list that may repeat keys, with halting states anywhere, and its space."""
    names, here = ["_", *"AB"[: rng.randint(0, 2)]], ["p", "q", "A"][: rng.randint(1, 3)]
    halting = [rng.choice(here)] if rng.random() < 0.5 and len(here) > 1 else []
    keys = list(itertools.product(names, [q for q in here if q not in halting]))
    rows = [
        (*rng.choice(keys), rng.choice(names), rng.choice(here), rng.choice(MOVES)) for _ in range(rng.randint(1, most))
    ]
    listed = Description(names, "_", here, here[0], rows, halting)
    return listed, CodeSpace.of(listed, keys="noisy")


def drawn(rng, space, draw):
    code = [[x for _, _, values in space.blocks for x in draw(rng, len(values))] for _ in range(space.tuples)]
    tape = {j: draw(rng, len(space.symbols)) for j in range(rng.randint(-2, 0), rng.randint(1, 3))}
    return code, tape, draw(rng, len(space.states))


def same(algebra, space, code, tape, z, cycles):
    """Return whether cycles and steps come to the same, in every cell."""
    mine, direct = relaxed_cycles(algebra, space, code, tape, z, cycles), (tape, z)
    for _ in range(cycles):
        direct = step(algebra, space, code, "pseudo-utm", *direct)
    blank = point(algebra, space.symbols, space.blank)
    cells = range(min(*mine[0], *direct[0]), max(*mine[0], *direct[0]) + 1)
    return list(mine[1]) == list(direct[1]) and all(
        list(mine[0].get(j, blank)) == list(direct[0].get(j, blank)) for j in cells
    )


def fraction(rng, size):
    weights = [rng.choice((0, 1, 2, 5)) for _ in range(size)]
    weights[rng.randrange(size)] += 1
    return [Fraction(w, sum(weights)) for w in weights]


def cost(rng, size):
    costs = [rng.choice((1, 2, 3, 7)) for _ in range(size)]
    costs[rng.randrange(size)] = 0
    return costs


@sweep
def test_over_fractions_and_costs_it_is_the_step():
    rng = random.Random(1)
    for number in range(examples(120, 20)):
        _, space = random_space(rng, 3)
        cycles = 1 + number % 2
        assert same(EXACT, space, *drawn(rng, space, fraction), cycles)
        assert same(MinPlus(), space, *drawn(rng, space, cost), cycles)


def test_over_monomials_it_is_the_step():
    rng = random.Random(2)
    for _ in range(6):
        listed, space = random_space(rng, 2)
        ideals, right = Monomials(space.dimension), space.embed(listed)
        wrong = iter(range(space.dimension))
        code = [[ideals.one if x else ideals.variable(next(wrong)) for x in row] for row in right.tolist()]
        z = point(ideals, space.states, space.start)
        tape = {0: point(ideals, space.symbols, space.symbols[-1])}
        assert same(ideals, space, code, tape, z, 1)


def test_with_exact_keys_in_their_place_it_is_another_step():
    rng, differ = random.Random(3), 0
    for _ in range(10):
        listed, space = random_space(rng, 2)
        code, tape, z = drawn(rng, space, fraction)
        exact = CodeSpace.of(listed)
        rest = [row[space.blocks[2][1] :] for row in code]
        differ += relaxed_cycles(EXACT, space, code, tape, z) != relaxed_cycles(EXACT, exact, rest, tape, z)
    assert differ >= 5


def test_a_code_of_another_shape_is_refused():
    machine = TuringMachine(["_"], "_", ["p", "H"], "p", [("_", "p", "_", "H", "S")], halting=["H"])
    space = CodeSpace.of(machine, keys="noisy")
    exact = CodeSpace.of(machine).embed(machine).tolist()
    with pytest.raises(MachineError, match="needs 1 rows of 8 values"):
        relaxed_cycles(EXACT, space, exact, {}, [1, 0])
