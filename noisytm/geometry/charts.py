"""The charts by name, and the chart near a point; a new one is a file like ``sphere`` and its name in `CHARTS`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from noisytm._checks import instance, one_of
from noisytm._registry import Registry
from noisytm.codespace import KEYS, CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry.bits import BitsChart
from noisytm.geometry.chart import Chart
from noisytm.geometry.digits import BitFace
from noisytm.geometry.faces import Face
from noisytm.geometry.parametrised import Family, Powers, Products, Rectified, Shared, Softmax
from noisytm.geometry.simplex import SimplexChart
from noisytm.geometry.sphere import SphereChart
from noisytm.machine import Description


class Charts(Registry[Any]):
    """The charts by name: those with parameters too, of which there are as many as there are parameters.

    Iterating gives the names of the charts without parameters, which are those of surveys; `named` takes all.

    Examples
    --------
    >>> list(CHARTS), CHARTS.named("product:next=3").name
    (['simplex', 'bits', 'sphere'], 'product:1,next=3')
    """

    def named(self, name: Any) -> type[Chart]:
        """Return the chart of a name, with its parameters; see `Registry.named`."""
        entries = self._entries
        if isinstance(name, str):
            first, colon, text = name.partition(":")
            entry = entries.get(first)
            if isinstance(entry, Family):
                return entry.chart(text if colon else None)
        return self._plain()[one_of(self.what, name, self.descriptions(), self.error)]

    def _plain(self) -> dict[str, type[Chart]]:
        return {name: entry for name, entry in self._entries.items() if not isinstance(entry, Family)}

    def __getitem__(self, name: str) -> type[Chart]:
        if not isinstance(self._entries.get(name.partition(":")[0]), Family):
            return self._plain()[name]
        try:
            return self.named(name)
        except ProblemError as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain())

    def __len__(self) -> int:
        return len(self._plain())

    def descriptions(self) -> dict[str, str]:
        """Return the names, and the forms of those with parameters, each with its line."""
        forms = {e.form: e.description for e in self._entries.values() if isinstance(e, Family)}
        return {name: chart.description for name, chart in self._plain().items()} | forms


CHARTS = Charts("chart", [SimplexChart, BitsChart, SphereChart, Products(), Powers(), Shared(), Rectified(), Softmax()])


def checked_chart(name: Any) -> str:
    """Return ``name`` if it is that of a chart, else raise `ProblemError`."""
    return CHARTS.named(name).name


def face_in(chart: str, space: CodeSpace, point: Any) -> Face | BitFace:
    """Return the face of a point as a chart takes it.

    Parameters
    ----------
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The chart, or another name of `CHARTS`. The bits chart writes a machine, or a face of simplices, in standard
        binary.
    space : CodeSpace
        The code space.
    point : TuringMachine, Description, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A machine, a face, or a noisy code.

    Raises
    ------
    MachineError, ProblemError
        If the point is not in the space, or no face of the bits chart.
    """
    instance("space", space, CodeSpace)
    face = point
    keys = KEYS[space.noisy_keys]
    if isinstance(point, Description):
        face = Face(point, keys=keys)
    elif isinstance(point, Face) and point.is_code and point.keys != keys:
        face = Face(point.machine, keys=keys)
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
    return CHARTS.named(chart)(space, face)
