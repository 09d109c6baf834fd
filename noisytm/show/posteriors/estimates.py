"""Estimates of the learning coefficient as a table against n."""

from __future__ import annotations

import math
from collections.abc import Iterator

from noisytm._layout import aligned, fits
from noisytm._summary import count, number
from noisytm.posterior import ESTIMATORS, Estimate, Estimates

HEADS = {
    "mean": "E[nK]",
    "variance": "Var(nK)",
    "slope": "slope of F",
    "two-sizes": "two sizes",
    "wbic": "WBIC's λ",
    "wbic-free-energy": "WBIC (F)",
}


@fits
def describe_estimates(found: Estimates) -> str:
    """Return estimates as one table, a line for each n, with what each estimator is and what it is off by.

    Examples
    --------
    >>> import numpy as np
    >>> from noisytm import estimate
    >>> draws = np.random.default_rng(0).gamma(2, size=(4, 1000))
    >>> print(describe_estimates(estimate(draws, 1e6, learning_coefficient=2, multiplicity=1)).splitlines()[0])
    Learning coefficient from 4 chains (exact: λ = 2, m = 1), ± standard error over chains; λ has no unit, F is in nats
    """
    exact = ""
    if found.learning_coefficient is not None:
        m = "" if found.multiplicity is None else f", m = {found.multiplicity}"
        exact = f" (exact: λ = {number(found.learning_coefficient)}{m})"
    title = (
        f"Learning coefficient from {count(found.chains, 'chain')}{exact}, ± standard error over chains;"
        " λ has no unit, F is in nats"
    )
    names = [name for name in HEADS if found.of(name)]
    sizes = sorted({x.n_to for x in found.estimates})
    rows = [[f"{n:.6g}", *(_cell(found, name, n) for name in names)] for n in sizes]
    lines = [title, "", *aligned([["n", *(HEADS[name] for name in names)], *rows])]
    if found.multiplicity not in (None, 1):
        corrected = [[f"{n:.6g}", *(_corrected(found, name, n) for name in names)] for n in sizes]
        lines += ["", "less the leading term of the bias:", ""]
        lines += aligned([["n", *(HEADS[name] for name in names)], *corrected])
    return "\n".join([*lines, "", *aligned([("", "computed", "off by"), *_formulas(names)]), *_left_out(found)])


def _at(found: Estimates, name: str, n: float) -> Estimate | None:
    return next((x for x in found.of(name) if x.n_to == n), None)


def _cell(found: Estimates, name: str, n: float) -> str:
    one = _at(found, name, n)
    return "" if one is None else with_error(one.value, one.error)


def _corrected(found: Estimates, name: str, n: float) -> str:
    one = _at(found, name, n)
    return "" if one is None or one.corrected is None else with_error(one.corrected, one.error)


def with_error(value: float, error: float | None) -> str:
    """Return a value with two digits of its error.

    Examples
    --------
    >>> with_error(9.73421, 0.0712), with_error(1.5, None)
    ('9.734 ± 0.071', '1.5')
    """
    if error is None or not error:
        return f"{value:.6g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def _formulas(names: list[str]) -> Iterator[tuple[str, str, str]]:
    for name in names:
        yield HEADS[name], ESTIMATORS[name].formula, ESTIMATORS[name].bias


def _left_out(found: Estimates) -> list[str]:
    return ["", *(f"left out: {reason}" for reason in found.left_out)] if found.left_out else []
