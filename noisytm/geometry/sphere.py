"""The chart of amplitudes: square roots of the probabilities of wrong entries."""

from __future__ import annotations

from noisytm.geometry.chart import Codes
from noisytm.geometry.simplex import SimplexChart


class SphereChart(SimplexChart):
    """One coordinate θ for each entry outside the support: its amplitude, the square root of its probability.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import Face
    >>> machine = library.machine("detectA")
    >>> chart = SphereChart(CodeSpace.of(machine), Face(machine))
    >>> chart.codes([[0.1] + [0.0] * 29])[0, 0, :3].round(3).tolist()
    [0.99, 0.01, 0.0]
    """

    name = "sphere"
    description = "square roots of the probabilities of wrong entries"
    noun = "amplitude"
    exponent = 2
    own_measure = True
    no_weights = ""
    no_grid = (
        "hardly any amplitudes that are multiples of 2^-b have squares that sum to 1; use the simplex chart with the"
        " prior concentration 1/2, which has the same learning coefficient"
    )

    def _codes(self, u: Codes) -> Codes:
        return super()._codes(u * u)
