"""Susceptibilities and shares of λ as a table."""

from __future__ import annotations

from noisytm._layout import aligned, fits
from noisytm._summary import count
from noisytm.posterior import Susceptibilities
from noisytm.show.posteriors.ladders import ended_or_warned


@fits
def describe_susceptibilities(found: Susceptibilities) -> str:
    """Return each input's share of λ, and the susceptibilities to its weight, as a table.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, susceptibilities
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A", "B"], 3)
    >>> near = problem.space.sample(60).reshape(2, 30, 6, 8)
    >>> print(describe_susceptibilities(susceptibilities(problem, near, 1.0)).splitlines()[2].split()[:2])
    ['input', 'share']
    """
    over = count(found.replicas, "replica")
    title = (
        f"n = {found.n:g}, {found.semantics}, {found.loss}, ± standard error over {over} of"
        f" {count(found.samples, 'sample')}"
    )
    heads = ("input", "share of λ", *(f"χ of {name}" for name in found.observables))
    rows = [
        (name, f"{found.shares[i]:.3f} ± {found.share_errors[i]:.3f}")
        + tuple(f"{v:.3g} ± {e:.1g}" for v, e in zip(found.values[:, i], found.errors[:, i], strict=True))
        for i, name in enumerate(found.input_names)
    ]
    note = (
        "share of λ: q(x)·n·E[loss on x], which add up to E[nK]; χ = −n·Cov(Φ, loss on x − K): what E[Φ] changes by,"
        " for each unit of weight that goes to x; weighted by q(x) they add up to 0."
    )
    led = [] if found.sampled is None else [found.sampled.in_words]
    return "\n".join([title, *led, "", *aligned([heads, *rows]), "", note, *ended_or_warned(found)])
