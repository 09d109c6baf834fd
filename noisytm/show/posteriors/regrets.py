"""Regret of learners as one table."""

from __future__ import annotations

import math

from noisytm._layout import aligned, fits
from noisytm.posterior import Regret
from noisytm.posterior.prediction import RegretCurve
from noisytm.show.posteriors.ladders import ended_or_warned


@fits
def describe_regret(found: Regret) -> str:
    """Return the regret of all learners as one table: a line for each learner, a column for each n.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, regret
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1)
    >>> print(describe_regret(regret(problem, {10.0: [3.0, 3.2]}, progress=False)).splitlines()[3])
    tables, uniform               exact         0.693         1.00
    """
    sizes = sorted({n for curve in found.curves for n in curve.n})
    rows = [
        (curve.learner, curve.status, *(_at(curve, n) for n in sizes), f"{curve.nats[-1] / math.log(2):.2f}")
        for curve in found.curves
    ]
    heads = ("learner", "is", *(f"n = {n:g}" for n in sizes), "bits, last")
    share = f"{found.programs} that solve the problem: {found.mass}"
    title = f"Cumulative regret in nats, log loss, {found.semantics}; {share}"
    note = "Upper bounds, and what is exact, hold for every n (once all inputs were seen)."
    led = [] if found.sampled is None else [found.sampled.in_words]
    return "\n".join([title, *led, "", *aligned([heads, *rows]), "", note, *ended_or_warned(found)])


def _at(curve: RegretCurve, n: float) -> str:
    if n not in curve.n:
        return ""
    i = curve.n.index(n)
    error = curve.error[i]
    return f"{curve.nats[i]:.3f}" + ("" if error is None else f" ± {error:.2g}")
