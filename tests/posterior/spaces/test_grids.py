"""Weights of b bits: draws, moves and free energies against sums over all codes of a grid."""

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from posterior_gates import GATES, ONE
from seeds import long

from noisytm import SynthesisProblem, TuringMachine, fatal_syndromes, free_energy, library, words, zero_mass
from noisytm.errors import EstimateError, ProblemError
from noisytm.geometry import checked_concentration
from noisytm.posterior.populations import FastMoves, ReadableMoves, climbed, losses_of, started
from noisytm.posterior.spaces import Grid, factors_of

SIZES = (1.0, 10.0, 1e3)


def compositions(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def all_rows(grid):
    """Every particle of a grid, and its prior mass on the grid of all code space."""
    n = grid.divisions
    every = [list(compositions(n // 2 if f.right >= 0 else n, f.size)) for f in grid.factors]
    rows = np.array([sum(chosen, ()) for chosen in itertools.product(*every)], dtype=float)
    mass = np.ones(len(rows))
    for f in grid.factors:
        counts = rows[:, f.part] + np.where(np.arange(f.size) == f.right, n - n // 2, 0)
        mass *= [math.prod(weight(k, f.concentration) for k in row) for row in counts.tolist()]
        mass /= weight(n, f.size * f.concentration)
    return rows, mass


def weight(k, gamma):
    return math.exp(math.lgamma(k + gamma) - math.lgamma(gamma) - math.lgamma(k + 1))


def grid_of(gate, bits, *, local, gamma=1, chart="simplex"):
    problem, machine = GATES[gate].problem, GATES[gate].machine if local else None
    grid = factors_of(problem.space, machine, chart, checked_concentration(gamma), bits)
    return problem, grid, losses_of(problem, grid, GATES[gate].semantics, "log")


def exact(grid, losses):
    rows, mass = all_rows(grid)
    assert mass.sum() == pytest.approx(math.exp(grid.log_volume))
    loss = losses(rows)
    with np.errstate(invalid="ignore"):
        return {n: -math.log(float(mass @ np.exp(-n * loss))) for n in SIZES}


def climbs(grid, losses, move, seeds, sweeps):
    found = []
    for seed in seeds:
        begun = started(grid, losses, 1024, (seed,))
        rungs = [rung for rung, _ in climbed(grid, begun, move, SIZES[-1], sweeps, (seed,))]
        found.append([next(rung.free_energy for rung in rungs if rung.n == n) for n in SIZES])
    return np.array(found)


CASES = [("G4", 2, True, 1, "simplex"), ("G7", 2, True, 3, "simplex"), ("G1", 3, False, Fraction(1, 2), "bits")]


@pytest.mark.parametrize(("gate", "bits", "local", "gamma", "chart"), CASES)
def test_free_energies_are_sums_over_the_grid(gate, bits, local, gamma, chart):
    problem, grid, losses = grid_of(gate, bits, local=local, gamma=gamma, chart=chart)
    wanted = list(exact(grid, losses).values())
    fast = FastMoves(problem, grid, GATES[gate].semantics, "log", 1, "interpreted")
    for move in (fast, ReadableMoves(grid, losses)) if gate == "G1" else (fast,):
        found = climbs(grid, losses, move, range(4), 1)
        assert found.mean(axis=0) == pytest.approx(wanted, abs=0.08), move


class WithoutLengths(Grid):
    """The control: cells of all lengths taken for equal."""

    def proposed(self, rows, factor, scales, rng):
        proposed, favour = super().proposed(rows, factor, scales, rng)
        return proposed, 0 * favour


@dataclass(frozen=True)
class AsIfUniform(ReadableMoves):
    """The control: another prior than that of the draws."""

    def log_density(self, rows, factor):
        return np.zeros(len(rows))


def misfit(grid, rows):
    """By how many standard deviations χ² of the rows' distributions is off, at worst, from that of the prior."""
    worst = 0.0
    for f in grid.factors:
        held = np.where(np.arange(f.size) == f.right, grid.divisions - grid.divisions // 2, 0)
        cells = [c for c in compositions(grid.divisions, f.size) if (np.array(c) >= held).all()]
        expected = np.array([math.prod(weight(k, f.concentration) for k in c) for c in cells])
        expected *= len(rows) / expected.sum()
        counts = (rows[:, f.part] + held).astype(int)
        seen = np.array([(counts == c).all(axis=1).sum() for c in cells])
        assert seen.sum() == len(rows)
        freedom = len(cells) - 1
        worst = max(worst, (((seen - expected) ** 2 / expected).sum() - freedom) / math.sqrt(2 * freedom))
    return worst


@pytest.mark.parametrize(("local", "gamma"), [(True, 1), (False, 1), (True, Fraction(1, 2)), (False, 3)])
def test_draws_have_the_prior_and_moves_keep_it(local, gamma):
    """At n = 0, where every loss is as good as any other; moves with an error do not."""
    problem, grid, _ = grid_of("G5", 2, local=local, gamma=gamma)
    drawn = grid.draw(np.random.default_rng(2), 4000)
    assert misfit(grid, drawn) < 5

    def moved(move):
        found = move(drawn.copy(), np.zeros(len(drawn)), 0.0, 3, (1,), {}).logs
        assert not np.array_equal(drawn, found)
        return misfit(grid, found)

    def no_loss(rows):
        return np.zeros(len(rows))

    assert moved(ReadableMoves(grid, no_loss)) < 5
    if local:  # elsewhere some losses are infinite
        assert moved(FastMoves(problem, grid, "mean-field", "log", 1, "interpreted")) < 5
    wrong = WithoutLengths(grid.space, grid.binary, grid.factors, grid.blocks, grid.bits)
    assert moved(ReadableMoves(wrong, no_loss)) > 10
    assert gamma == 1 or moved(AsIfUniform(grid, no_loss)) > 10


def test_the_end_is_the_mass_of_no_mistake_at_all():
    gate = GATES["G6"]
    listed = fatal_syndromes(gate.problem, gate.machine, semantics=gate.semantics, max_weight=None)
    for bits in (1, 6):
        options = {"semantics": gate.semantics, "bits": bits, "particles": 512, "seed": 1}
        found = free_energy(gate.problem, gate.machine, True, n=1e9, sweeps=2, **options).ladder[-1]
        assert found.mean_nK == 0  # exactly: errors are 0 on the grid
        assert found.free_energy == pytest.approx(zero_mass(listed, bits).nats, abs=0.2)
        assert free_energy(gate.problem, bits=bits, n=10, sweeps=1, **FEW).to_json()["options"]["bits"] == bits


STANDING = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "0", "S")], halting=["H"])
FEW = {"particles": 64, "replicas": 2}


def test_tables_are_the_grid_of_no_bits():
    """Most tables never say what is right: their loss is infinite, and what is drawn is drawn again."""
    found = free_energy(GATES["G7"].problem, bits=0, n=10, particles=256, sweeps=1).ladder[-1]
    assert found.free_energy == pytest.approx(math.log(4), abs=0.15)  # two of two tables' tuples halt, of two states
    assert found.mean_nK == 0
    with pytest.raises(EstimateError, match="of 16000 draws from the prior 0 have a finite loss"):
        free_energy(SynthesisProblem.of_machine(STANDING, [""], 1, targets={"": "0"}), ONE, True, bits=0, particles=16)


@long
@pytest.mark.parametrize(("bits", "n", "nats"), [(4, 1e6, 38.6249), (8, 1e8, 67.1661), (16, 1e12, 122.6868)])
def test_detect_a_makes_no_mistake_in_the_end(bits, n, nats):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    found = free_energy(problem, machine, True, bits=bits, n=n, seed=1, sweeps=4).ladder[-1]
    assert found.mean_nK == 0 and found.free_energy == pytest.approx(nats, abs=max(0.3, 4 * found.free_energy_error))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bits": -1}, "bits is -1"),
        ({"bits": 41}, "bits is 41"),
        ({"bits": 2.5}, "bits is 2.5"),
        ({"bits": True}, "bits is True"),
        ({"bits": 8, "chart": "sphere"}, "finite precision has no meaning in the sphere chart"),
        ({"bits": 21, "prior_concentration": 2}, "bits is 21, and the prior is not uniform; give at most 20"),
    ],
)
def test_grids_that_are_none(options, message):
    with pytest.raises(ProblemError, match=message):
        free_energy(GATES["G1"].problem, **options)
