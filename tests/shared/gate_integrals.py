"""F(n) and E[nK] of the posterior's gates by quadrature of the polynomial f, on all of code space and near the code.

A distribution of two values has the error u with a uniform density; one of three the total t of its two wrong entries
with the density 2t, and the share y of one of them, uniform. Near the code errors and totals are at most ½.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Nodes = tuple[np.ndarray, np.ndarray]
AT_ONCE = 1 << 19


def panels(*edges: float, of: int) -> Nodes:
    """Return the nodes and weights of Gauss's rule, of so many nodes, on neighbouring intervals."""
    x, w = np.polynomial.legendre.leggauss(of)
    halves = np.diff(edges)[:, None] / 2
    return (np.array(edges[:-1])[:, None] + halves * (1 + x)).ravel(), (halves * w).ravel()


def amounts(top: float, power: int, of: int) -> Nodes:
    """Return nodes and weights of ∫ g(u) (power + 1) u^power du up to ``top``, as fine for small u as it takes.

    The edges ½ and 2/3 are where the largest of three entries may become another.
    """
    places = [math.log(top), *(math.log(x) for x in (2 / 3, 1 / 2) if x < top), -2.0, -5.0, -10.0, -16.0, -30.0]
    logs, weights = panels(*places[::-1], of=of)
    u = np.exp(logs)
    return u, weights * (power + 1) * u ** (power + 1)


def shares(of: int) -> Nodes:
    """Return nodes and weights of ∫ g(y) dy from 0 to 1, fine at both ends."""
    y, weights = amounts(0.5, 0, of)
    return np.concatenate([y, 1 - y]), np.concatenate([weights, weights])


def products(local: bool, of: int) -> Nodes:
    """Return nodes and weights for r = (1 − u)(1 − s), u an error and s a total, by the density of such a product."""
    if not local:
        r, weights = shares(of)
        return r, weights * 2 * (r - 1 - np.log(r))
    x, weights = amounts(0.75, 0, of)
    r = 1 - x
    return r, weights * np.where(x > 0.5, 2 * np.log(4 * r) - 4 * r + 1, 2 * (r - 1 - np.log(r)))


class Integral(NamedTuple):
    """f of a gate in its coordinates: e an error, t a total, y a share, r a product."""

    coordinates: str
    wrong: Callable[..., np.ndarray]
    loss: Callable[[np.ndarray], np.ndarray] = lambda f: -np.log1p(-f)
    inputs: int = 1  # each with such an f of its own, in coordinates of its own


def three_steps(s, x, t, y):
    a, b, c, e = s * x, s * (1 - x), t * y, t * (1 - y)
    return a**3 + a * a * b + 2 * a * b * c + a * b * e + b * b * c + b * c * e + b * e * e


INTEGRALS = {
    "G1": Integral("e", lambda u: u),
    "G2": Integral("e", lambda u: u * u),
    "GB": Integral("e", lambda u: u, np.square),
    "G3": Integral("t", lambda s: s),
    "G4": Integral("tyt", lambda s, y, t: s * y * s + s * (1 - y) * t),
    "G4q": Integral("tyt", lambda s, y, t: s * y + s * (1 - y) * t),
    "G5": Integral("eer", lambda u, v, r: u * ((1 - r) * u + r * v)),
    "G6": Integral("tyty", three_steps),
    "G7": Integral("e", lambda u: u, inputs=2),
}


def sums(name: str, n: float, local: bool, of: Callable[..., np.ndarray] | None = None) -> tuple[float, float, float]:
    """Return ∫ e^(−nK), ∫ nK e^(−nK) and ∫ g e^(−nK), g = ``of`` its coordinates."""
    gate, top = INTEGRALS[name], 0.5 if local else 1.0
    nodes = 20 if len(gate.coordinates) < 4 else 16
    kinds = {"e": amounts(top, 0, nodes), "t": amounts(top, 1, nodes), "y": shares(nodes), "r": products(local, nodes)}
    rules = [kinds[kind] for kind in gate.coordinates]
    found = np.zeros(3)
    part = max(1, AT_ONCE // math.prod(len(nodes) for nodes, _ in rules[1:]))
    for k in range(0, len(rules[0][0]), part):
        cut = [(rules[0][0][k : k + part], rules[0][1][k : k + part]), *rules[1:]]
        grid = np.meshgrid(*(nodes for nodes, _ in cut), indexing="ij", sparse=True)
        weights = math.prod(np.meshgrid(*(w for _, w in cut), indexing="ij", sparse=True))
        level = np.broadcast_to(n * gate.loss(np.minimum(gate.wrong(*grid), 1 - 1e-15)), weights.shape)
        mass = weights * np.exp(-level)
        observed = 0.0 if of is None else float((mass * of(*grid)).sum())
        found += [float(mass.sum()), float((mass * level).sum()), observed]
    return tuple(found.tolist())


def expected(name: str, n: float, local: bool = False) -> tuple[float, float]:
    """Return F and E[nK]; near the code F is that over the coordinates of f, with the prior of all code space."""
    inputs = INTEGRALS[name].inputs
    mass, mean, _ = sums(name, n / inputs, local)
    return -inputs * math.log(mass), inputs * mean / mass


def second_tuple_right(s, y, t):
    """Return what part of the shares leaves 1 − t the largest of three entries, t the total of two others (G4)."""
    return np.clip(2 * (1 - t) / t - 1, 0, 1) + 0 * s * y


def phase_share(n: float) -> float:
    """Return the share of G4's posterior whose second tuple rounds to H."""
    mass, _, right = sums("G4", n, False, second_tuple_right)
    return right / mass
