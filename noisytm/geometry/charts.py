"""The charts by name, and the chart near a point; a new one is a file like ``sphere`` and its name in `CHARTS`."""

from __future__ import annotations

from typing import Any

from noisytm._checks import instance
from noisytm._registry import Registry
from noisytm.codespace import CodeSpace
from noisytm.geometry.bits import BitsChart
from noisytm.geometry.chart import Chart
from noisytm.geometry.faces import BitFace, Face
from noisytm.geometry.simplex import SimplexChart
from noisytm.geometry.sphere import SphereChart
from noisytm.machine import TuringMachine

CHARTS: Registry[type[Chart]] = Registry("chart", [SimplexChart, BitsChart, SphereChart])


def checked_chart(name: Any) -> str:
    """Return ``name`` if it is that of a chart, else raise `ProblemError`."""
    return CHARTS.named(name).name


def face_in(chart: str, space: CodeSpace, point: Any) -> Face | BitFace:
    """Return the face of a point as a chart takes it.

    Parameters
    ----------
    chart : {"simplex", "bits", "sphere"}
        The chart, or another name of `CHARTS`. The bits chart writes a machine, or a face of simplices, in standard
        binary.
    space : CodeSpace
        The code space.
    point : TuringMachine, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A machine, a face, or a noisy code.

    Raises
    ------
    MachineError, ProblemError
        If the point is not in the space, or no face of the bits chart.
    """
    instance("space", space, CodeSpace)
    face = point
    if isinstance(point, TuringMachine):
        face = Face(point)
    elif not isinstance(point, (Face, BitFace)):
        face = Face.of_code(space, point)
    space.require(face.machine)
    return CHARTS.named(chart).face_of(face)


def chart_at(chart: str, space: CodeSpace, point: Any) -> Chart:
    """Return a chart near a point; the parameters are those of `face_in`.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine)
    >>> [chart_at(name, space, machine).dimension for name in CHARTS]
    [30, 30, 30]
    """
    face: Any = face_in(chart, space, point)
    return CHARTS[chart](space, face)
