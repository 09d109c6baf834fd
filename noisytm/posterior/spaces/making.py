"""The state spaces by what is asked for: which factors make a code, and of which form they are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from noisytm._checks import positive_float, whole
from noisytm._text import shown
from noisytm.codespace import KEYS, CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, BitFace, Concentration, Concentrations, Face
from noisytm.machine import Description
from noisytm.posterior.spaces.factors import Block, Factor, Factors
from noisytm.posterior.spaces.grid import MOST_BITS, MOST_BITS_WEIGHTED, Grid
from noisytm.posterior.spaces.logits import Logits
from noisytm.posterior.spaces.weights import weights_near

# Between these there is neither an overflow, nor a pull that is none.
LEAST_PULL, GREATEST_PULL = 1e-6, 1e9


def checked_bits(bits: Any, chart: str, concentration: Concentration) -> int | None:
    """Return the number of bits of a grid, or ``None`` where there is none.

    Raises
    ------
    ProblemError
        If it is out of range, or there is no grid in the chart.
    """
    if bits is None:
        return None
    found = whole("bits", bits, 0, MOST_BITS)
    CHARTS.named(chart).require_grid()
    if concentration != 1 and found > MOST_BITS_WEIGHTED:
        raise ProblemError(
            f"bits is {found}, and the prior is not uniform; give at most {MOST_BITS_WEIGHTED}, or the prior"
            " concentration 1"
        )
    return found


def checked_localisation(localisation: Any, chart: str, local: bool) -> float | None:
    """Return γ of the pull of weights towards a machine, or ``None`` where there is none.

    Raises
    ------
    ProblemError
        If it is no positive number, there is no machine to be near, or the coordinates of the chart are no weights.
    """
    if localisation is None:
        return None
    found = positive_float("localisation", localisation)
    if not LEAST_PULL <= found <= GREATEST_PULL:
        raise ProblemError(f"localisation is {shown(localisation)}; give one from {LEAST_PULL:g} to {GREATEST_PULL:g}")
    if not local:
        raise ProblemError(
            f"localisation is {shown(localisation)}, but the region is all of code space; add local (--local)"
        )
    CHARTS.named(chart).require_weights()
    return found


def factors_of(
    space: CodeSpace,
    machine: Description | None,
    chart: str,
    concentration: Concentration,
    bits: int | None = None,
    localisation: float | None = None,
) -> Factors:
    """Return the factors of a code space; near a machine if one is given.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    machine : TuringMachine or Description, optional
        Its right entries (in the bits chart, its right digits in standard binary) are at least ½.
    chart : str
        A name of `CHARTS`. The coordinates of the sphere are square roots: a uniform measure there is a Dirichlet
        distribution of concentration ½.
    concentration : Fraction or Concentrations
        Of the prior, by distributions or by digits.
    bits : int, optional
        b, if all entries (in the bits chart those of digits) are multiples of 2^−b.
    localisation : float, optional
        γ, if the weights of a network are pulled towards the machine.
    """
    kind = CHARTS.named(chart)
    kind.require_sampling()
    if kind.near_codes:
        assert machine is not None
        return weights_near(space, machine, chart, concentration)
    near = None if machine is None or not kind.binary else Face(machine, keys=KEYS[space.noisy_keys])
    digits = None if near is None else BitFace.of_face(near).digits
    rights = None if machine is None else space.right_entries(machine)
    factors: list[Factor] = []
    blocks: list[Block] = []
    start = 0
    for i in range(space.tuples):
        for k, (name, column, values) in enumerate(space.blocks):
            gamma = positive_float("prior_concentration", _of(concentration, space, i, name) / kind.exponent)
            right = -1 if rights is None else int(rights[i, k]) - column
            if kind.binary:
                count = (len(values) - 1).bit_length()
                right_ones = [-1] * count if digits is None else [int(x) for x in digits[i][k]]
                sizes = [2] * count
            else:
                count = int(len(values) > 1)
                right_ones, sizes = [right] * count, [len(values)] * count
            blocks.append(Block(i * space.shape[1] + column, len(values), len(factors), count))
            for size, place in zip(sizes, right_ones, strict=True):
                factors.append(Factor(start, size, gamma, place, localisation or 0.0))
                start += size
    assert len(blocks) == space.tuples * len(space.blocks)
    made = space, kind.binary, tuple(factors), tuple(blocks)
    return Logits(*made) if bits is None else Grid(*made, bits)


def _of(concentration: Concentration, space: CodeSpace, i: int, kind: str) -> Fraction:
    """Return the concentration of a distribution of tuple number ``i``."""
    if not isinstance(concentration, Concentrations):
        return concentration
    return concentration.of_number(i, kind) if space.by_number else concentration.of(*space.keys[i], kind)
