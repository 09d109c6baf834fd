"""The state readout of all lanes at once: rejected probability, share of the loss, cotangents.

The same formulas as in `losses`, for one cell whose values are the states. ``values`` are numbers for every lane: five,
and one for each state, from MASK on, which is 1 where the state is accepted.
"""

from noisytm.relaxation.marginal.kernels.head import layout_of
from noisytm.relaxation.marginal.kernels.losses import LOG, log_loss
from noisytm.relaxation.marginal.kernels.real import LANES, accumulate, nothing
from noisytm.relaxation.marginal.kernels.scalars import get, pick, put

REJECTED, ACCEPTED, SQUARES, CONSTANT, SLOPE, MASK = 0, 1, 2, 3, 4, 5


def read_states(program, r, values):
    """Put every lane's rejected and accepted probability and the squares' sum over rejected states into ``values``."""
    at = layout_of(program)
    rejected, accepted, squares = nothing(), nothing(), nothing()
    for q in range(at.states):
        p = get(r, at.z + q)
        wrong = pick(values, MASK + q, nothing(), p)
        rejected = rejected + wrong
        squares = accumulate(squares, wrong, wrong)
        accepted = accepted + pick(values, MASK + q, p, nothing())
    put(values, REJECTED, rejected)
    put(values, ACCEPTED, accepted)
    put(values, SQUARES, squares)


def state_share(loss, weight, sole, lane, values):
    """Return a lane's share of the loss; the cotangent of its rejected states' p becomes CONSTANT + SLOPE·p.

    ``sole`` says whether one state is accepted, not several.
    """
    wrong, right = values[REJECTED * LANES + lane], values[ACCEPTED * LANES + lane]
    if loss == LOG:
        values[CONSTANT * LANES + lane] = weight * (1.0 / (1.0 - wrong) if wrong <= 0.5 else 1.0 / right)
        values[SLOPE * LANES + lane] = 0.0
        return weight * log_loss(wrong, right)
    if not sole:
        values[CONSTANT * LANES + lane] = 2.0 * weight * wrong
        values[SLOPE * LANES + lane] = 0.0
        return weight * wrong * wrong
    values[CONSTANT * LANES + lane] = weight * wrong
    values[SLOPE * LANES + lane] = weight
    return 0.5 * weight * (wrong * wrong + values[SQUARES * LANES + lane])


def state_cotangents(program, r, values, z_bar):
    """Put the cotangents of the final state into ``z_bar``."""
    at = layout_of(program)
    constant, slope = get(values, CONSTANT), get(values, SLOPE)
    for q in range(at.states):
        g = accumulate(constant, slope, get(r, at.z + q))
        put(z_bar, q, pick(values, MASK + q, nothing(), g))
