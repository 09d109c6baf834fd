"""The relaxation cell by cell: discrete at zero noise, a product written out, and mean-field on one tape."""

import itertools
import random
from fractions import Fraction

import flint
import pytest
from k_tape_machines import random_k_tape, random_start

from noisytm import KTapeMachine
from noisytm.algebra.semirings import MinPlus, Monomials, Numbers, Probabilities
from noisytm.codespace import CodeSpace
from noisytm.errors import MachineError
from noisytm.machine import MOVES, TuringMachine
from noisytm.relaxation.generic import readings as reference
from noisytm.universal.pseudo_utm.relaxed import RelaxedConfiguration, point, relaxed, run, step
from noisytm.universal.tapes.reference import trace

EXACT = Numbers(Fraction(0), Fraction(1))
BALLS = Numbers(flint.arb(0), flint.arb(1))
COSTS = MinPlus()
IDEALS = Monomials(4)


def fraction(rng, size):
    """Draw a distribution, some of it zero."""
    weights = [rng.choice((0, 1, 2, 5)) for _ in range(size)]
    weights[rng.randrange(size)] += 1
    return [Fraction(w, sum(weights)) for w in weights]


def cost(rng, size):
    """Draw costs, the least of them zero."""
    costs = [rng.choice((0, 1, 3, 10**20, COSTS.zero)) for _ in range(size)]
    costs[rng.randrange(size)] = 0
    return costs


def ideal(rng, size):
    """Draw ideals, one of them everything."""
    ideals = [rng.choice([IDEALS.zero, *map(IDEALS.variable, range(4))]) for _ in range(size)]
    ideals[rng.randrange(size)] = IDEALS.one
    return ideals


def random_marginals(rng, machine, draw):
    tapes = [{j: draw(rng, len(a)) for j in range(rng.randint(-2, 0), 3)} for a in machine.alphabets]
    return RelaxedConfiguration(draw(rng, len(machine.states)), tuple(tapes))


def same(algebra, machine, one, other):
    """Compare two configurations; cells that one of them does not list are blank."""
    for i, (a, b) in enumerate(zip(one.tapes, other.tapes, strict=True)):
        blank = point(algebra, machine.alphabets[i], machine.blanks[i])
        if any(a.get(j, blank) != b.get(j, blank) for j in {*a, *b}):
            return False
    return one.state == other.state


def step_written_out(algebra, machine, configuration):
    """Relax a step with every product and every sum written out, by the rules tried one by one."""

    def cell(i, j):
        return configuration.tapes[i].get(j, point(algebra, machine.alphabets[i], machine.blanks[i]))

    k = range(machine.tapes)
    state = [algebra.zero] * len(machine.states)
    written = [[algebra.zero] * len(alphabet) for alphabet in machine.alphabets]
    move = [[algebra.zero] * 3 for _ in k]
    for q, *symbols in itertools.product(machine.states, *machine.alphabets):
        here = [machine.alphabets[i].index(symbols[i]) for i in k]
        mass = algebra.product([configuration.state[machine.states.index(q)], *(cell(i, 0)[here[i]] for i in k)])
        rule = machine.rule_at(q, symbols)
        follow, writes, moves = (rule.next, rule.write, rule.moves) if rule else (q, symbols, "S" * machine.tapes)
        targets = [(state, machine.states.index(follow))]
        for i in k:
            symbol = symbols[i] if writes[i] is None else writes[i]
            targets += [(written[i], machine.alphabets[i].index(symbol)), (move[i], MOVES.index(moves[i]))]
        for masses, index in targets:
            masses[index] = algebra.plus(masses[index], mass)
    tapes = []
    for i in k:

        def before(j, i=i):
            return written[i] if j == 0 else cell(i, j)

        known = [*configuration.tapes[i], 0]
        tapes.append(
            {
                j: [
                    algebra.sum(algebra.times(move[i][m], before(j + m - 1)[s]) for m in range(3))
                    for s in range(len(written[i]))
                ]
                for j in range(min(known) - 1, max(known) + 2)
            }
        )
    return RelaxedConfiguration(state, tuple(tapes))


@pytest.mark.parametrize("algebra", [EXACT, Numbers(), Probabilities(), COSTS, Monomials(1), BALLS], ids="xrpcmb")
@pytest.mark.parametrize("tapes", [1, 2, 3])
def test_without_noise_it_is_the_discrete_run(tapes, algebra):
    rng = random.Random(tapes)
    for _ in range(12):
        machine = random_k_tape(rng, tapes)
        start = random_start(rng, machine)
        configuration = relaxed(algebra, start)
        for discrete in trace(start, 12):
            assert same(algebra, machine, configuration, relaxed(algebra, discrete))
            configuration = step(algebra, machine, configuration)


@pytest.mark.parametrize(("algebra", "draw"), [(EXACT, fraction), (COSTS, cost), (IDEALS, ideal)], ids=["p", "c", "i"])
@pytest.mark.parametrize("tapes", [1, 2, 3])
def test_it_is_the_product_written_out(tapes, algebra, draw):
    rng = random.Random(10 + tapes)
    for _ in range(15):
        machine = random_k_tape(rng, tapes)
        start = random_marginals(rng, machine, draw)
        one, other = step(algebra, machine, start), step_written_out(algebra, machine, start)
        assert same(algebra, machine, one, other)
        again = step_written_out(algebra, machine, other)
        assert same(algebra, machine, run(algebra, machine, start, 2), again)


def test_fractions_keep_mass_one_and_floats_stay_close():
    rng = random.Random(20)
    for tapes in (1, 2, 3):
        for _ in range(8):
            machine = random_k_tape(rng, tapes)
            exact = random_marginals(rng, machine, fraction)
            numbers = RelaxedConfiguration(
                [float(x) for x in exact.state],
                tuple({j: [float(x) for x in cell] for j, cell in tape.items()} for tape in exact.tapes),
            )
            exact, numbers = run(EXACT, machine, exact, 4), run(Probabilities(), machine, numbers, 4)
            pairs = [(exact.state, numbers.state)]
            pairs += [(a[j], b[j]) for a, b in zip(exact.tapes, numbers.tapes, strict=True) for j in a]
            for right, mine in pairs:
                assert sum(right) == 1
                assert mine == pytest.approx([float(x) for x in right], rel=1e-12, abs=0)


def test_balls_hold_the_fractions():
    rng = random.Random(25)
    for tapes in (1, 2, 3):
        for _ in range(8):
            machine = random_k_tape(rng, tapes)
            exact = random_marginals(rng, machine, fraction)
            balls = RelaxedConfiguration(
                [ball(x) for x in exact.state],
                tuple({j: [ball(x) for x in cell] for j, cell in tape.items()} for tape in exact.tapes),
            )
            exact, balls = run(EXACT, machine, exact, 3), run(BALLS, machine, balls, 3)
            pairs = [(exact.state, balls.state)]
            pairs += [(a[j], b[j]) for a, b in zip(exact.tapes, balls.tapes, strict=True) for j in a]
            for right, mine in pairs:
                assert all((m * x.denominator).contains(x.numerator) for x, m in zip(right, mine, strict=True))


def test_a_ball_that_contains_zero_is_not_skipped():
    wide = flint.arb(0.5, 0.5)
    machine = KTapeMachine(["_1"], "_", ["a", "b"], "a", [("b", [None], "b", ["1"], "S")])
    end = step(BALLS, machine, RelaxedConfiguration([wide, 1 - wide], ({},)))
    assert end.tapes[0][0][1].contains(0) and end.tapes[0][0][1].contains(1)


def ball(x):
    return flint.arb(x.numerator) / x.denominator


def random_one_tape(rng):
    symbols, states = "_12"[: rng.randint(1, 3)], ["a", "b", "H"]
    keys = [key for key in itertools.product(symbols, states[:2]) if rng.random() < 0.8]
    tuples = [(*key, rng.choice(symbols), rng.choice(states), rng.choice(MOVES)) for key in keys]
    return TuringMachine(list(symbols), "_", states, "a", tuples, halting=["H"])


@pytest.mark.parametrize(("algebra", "draw"), [(EXACT, fraction), (COSTS, cost), (IDEALS, ideal)], ids=["p", "c", "i"])
def test_on_one_tape_it_is_the_mean_field_step(algebra, draw):
    rng = random.Random(30)
    for _ in range(40):
        machine = random_one_tape(rng)
        rules = [(t.state, [t.read], t.next, [t.write], [t.move]) for t in machine.tuples]
        mine = KTapeMachine([machine.symbols], "_", machine.states, "a", rules, machine.halting)
        space = CodeSpace.of(machine)
        code = [[algebra.one if x else algebra.zero for x in row] for row in space.embed(machine)]
        one = other = random_marginals(rng, mine, draw)
        for _ in range(3):
            one = step(algebra, mine, one)
            tape, z = reference.step(algebra, space, code, "mean-field", other.tapes[0], other.state)
            other = RelaxedConfiguration(z, (tape,))
            assert same(algebra, mine, one, other)


def test_a_configuration_needs_all_tapes():
    machine = random_k_tape(random.Random(1), 2)
    with pytest.raises(MachineError, match="has 1 tapes, the machine 2"):
        step(EXACT, machine, RelaxedConfiguration([Fraction(1)], ({},)))
