"""What parametrisations of one family have in common: a name with parameters, and the chart that it stands for."""

from __future__ import annotations

from typing import Any, ClassVar

from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry.chart import Chart
from noisytm.geometry.faces import Face
from noisytm.geometry.simplex import SimplexChart


class Family:
    """Charts that share a name and differ by parameters, ``name:parameters``.

    A new one is a class with a `read`, and its object in `CHARTS`.

    Attributes
    ----------
    name : str
        What stands before the colon.
    form : str
        The form of its names, for lists.
    description : str
        One line.
    """

    name: ClassVar[str]
    form: ClassVar[str]
    description: ClassVar[str]

    _charts: ClassVar[dict[str, type[Parametrised]]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._charts = {}

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the class of the chart that parameters stand for, its name in full, and its class attributes.

        Parameters
        ----------
        text : str or None
            What stands after the colon; ``None`` if there is none.

        Raises
        ------
        ProblemError
            If there is no such chart.
        """
        raise NotImplementedError

    def chart(self, text: str | None) -> type[Parametrised]:
        """Return the chart of some parameters: the same class for names that say the same."""
        base, name, attributes = self.read(text)
        if name not in self._charts:
            members = {"__doc__": base.__doc__, "__module__": base.__module__, "family": self, "name": name}
            self._charts[name] = type(base.__name__, (base,), members | attributes)
        return self._charts[name]

    def refused(self, text: str | None, why: str) -> ProblemError:
        """Return the error for parameters that there are no charts of."""
        given = self.name if text is None else f"{self.name}:{text}"
        return ProblemError(f"chart is {shown(given)}; {why}")

    def __reduce__(self) -> Any:
        return type(self), ()


class Parametrised(SimplexChart):
    """The probabilities of wrong entries as functions of parameters, which have a prior of their own.

    Attributes
    ----------
    family : Family
        Where it comes from. Of the class.
    """

    by_number = False
    family: ClassVar[Family]
    no_grid = "its parameters are not the probabilities; use the simplex chart"
    no_search = "ask noisytm bound for single codes, or search in the simplex chart"
    no_sampling = (
        "the posterior is sampled over probabilities, and over weights whose products they are; use the simplex chart"
    )

    def __reduce__(self) -> Any:
        text = self.name.partition(":")[2] or None
        return _again, (self.family, text, self.space, self.face)


def _again(family: Family, text: str | None, space: CodeSpace, face: Face) -> Chart:
    return family.chart(text)(space, face)
