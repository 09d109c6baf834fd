"""Dirichlet concentrations of the prior: one number, or one for each kind of entry or for single distributions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._checks import MAX_NUMBER_BITS, positive
from noisytm._digits import fraction_text
from noisytm._summary import Described, number
from noisytm._text import did_you_mean, shown
from noisytm.codespace import KEY_KINDS, KINDS
from noisytm.errors import ProblemError
from noisytm.geometry.chart import Chart
from noisytm.geometry.parametrised import Group, require_group

FORMS = "write, next or move (read or in too, where keys err), (symbol, state, kind), or of a list (number, kind)"


@dataclass(frozen=True)
class Concentrations(Described):
    """Concentrations of some groups of distributions; the more specific group wins, and 1 is left for the others.

    Attributes
    ----------
    groups : tuple of (group, Fraction)
        A group is ``(kind,)`` or ``(symbol, state, kind)``, with kind ``write``, ``next`` or ``move``; where keys
        err or are repeated ``(number, kind)``, the number of the tuple from 0 on, the kind also ``read`` or ``in``.

    Examples
    --------
    >>> prior = checked_concentration({"next": "1/2", ("A", "reject", "next"): 3})
    >>> [str(prior.of(*x)) for x in (("A", "reject", "next"), ("B", "reject", "next"), ("B", "reject", "move"))]
    ['3', '1/2', '1']
    """

    groups: tuple[tuple[Group, Fraction], ...]

    def of(self, symbol: str, state: str, kind: str) -> Fraction:
        """Return the concentration of the distribution of one entry."""
        known = dict(self.groups)
        return known.get((symbol, state, kind), known.get((kind,), Fraction(1)))

    def of_number(self, number: int, kind: str) -> Fraction:
        """Return the concentration of the distribution of one entry of a tuple that is known by its number."""
        known = dict(self.groups)
        return known.get((number, kind), known.get((kind,), Fraction(1)))

    def to_json(self) -> list[dict[str, Any]]:
        """Return a list of objects with kind, symbol and state or the number if it has these, and concentration."""
        return [
            dict(zip(NAMES[len(group)], group, strict=True)) | {"concentration": fraction_text(value)}
            for group, value in self.groups
        ]

    def __str__(self) -> str:
        return ", ".join(f"{' '.join(map(str, group))} {value}" for group, value in self.groups)


Concentration = Fraction | Concentrations
NAMES = {1: ("kind",), 2: ("tuple", "kind"), 3: ("symbol", "state", "kind")}


def checked_concentration(concentration: Any) -> Concentration:
    """Return a concentration exactly.

    Parameters
    ----------
    concentration : number, str, mapping or sequence
        A positive number such as ``1`` or ``"1/2"``; or a mapping from a group (``"write"``, ``"next"``, ``"move"`` or
        (symbol, state, kind); of lists whose keys err or are repeated also ``"read"``, ``"in"`` and (number, kind)) to
        such numbers; or the list of objects of the JSON.

    Returns
    -------
    Fraction or Concentrations

    Raises
    ------
    ProblemError
        If it is none of these.

    Examples
    --------
    >>> checked_concentration("1/2"), checked_concentration(0.25)
    (Fraction(1, 2), Fraction(1, 4))
    """
    if isinstance(concentration, Concentrations):
        return concentration
    if isinstance(concentration, Mapping):
        pairs = [((key,) if isinstance(key, str) else key, value) for key, value in concentration.items()]
    elif isinstance(concentration, Sequence) and not isinstance(concentration, str):
        pairs = [_listed(entry) for entry in concentration]
    else:
        return _positive(concentration)
    groups = tuple((_checked_group(group), _positive(value)) for group, value in pairs)
    if not groups:
        raise ProblemError(f"prior concentration is {shown(concentration)}; name a group, or give one number")
    if math.lcm(*(value.denominator for _, value in groups)).bit_length() > MAX_NUMBER_BITS:
        raise ProblemError(
            f"prior concentration is {shown(concentration)}; its numbers have too many digits over one denominator:"
            " round them"
        )
    if len(dict(groups)) != len(groups):
        raise ProblemError(f"prior concentration {shown(concentration)} gives a group twice; give each one number")
    return Concentrations(groups)


def weights(concentration: Concentration, chart: Chart) -> tuple[Fraction, ...]:
    """Return the weight of each coordinate of a chart in the objective, given the concentration of its distribution.

    Raises
    ------
    ProblemError
        If a group is none of the code space, or a chart whose measure is fixed (the sphere) is to have another one.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry.charts import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("simplex", CodeSpace.of(machine), machine)
    >>> [str(x) for x in weights(checked_concentration({"next": "1/2"}), chart)[:5]]
    ['1', '1', '1/2', '1', '1']
    """
    chosen = concentrations_at(concentration, chart)
    if chart.own_measure and concentration != 1 and set(chosen) != {Fraction(1)}:
        raise ProblemError(
            f"prior concentration is {shown(str(concentration))}; the {chart.name} chart has the uniform measure of its"
            " own, so leave it out, or use the simplex chart"
        )
    return tuple(chart.weight_of(c, x) for c, x in zip(chart.coordinates, chosen, strict=True))


def concentrations_at(concentration: Concentration, chart: Chart) -> tuple[Fraction, ...]:
    """Return the concentration of the distribution that each coordinate of a chart is of.

    Raises
    ------
    ProblemError
        If a group is none of the code space.
    """
    if isinstance(concentration, Fraction):
        return (concentration,) * chart.dimension
    for group, _ in concentration.groups:
        require_group(group, chart.space, "prior concentration")
    return tuple(
        concentration.of_number(c.place, c.kind) if isinstance(c.place, int) else concentration.of(*c.place, c.kind)
        for c in chart.coordinates
    )


def concentration_within(concentration: Concentration, keys: Sequence[tuple[str, str]]) -> Concentration:
    """Return a concentration without the groups of tuples that are not listed.

    Examples
    --------
    >>> prior = checked_concentration({"move": 2, ("A", "reject", "next"): 3})
    >>> str(concentration_within(prior, [("B", "reject")]))
    'move 2'
    """
    if isinstance(concentration, Fraction):
        return concentration
    groups = tuple((group, value) for group, value in concentration.groups if len(group) == 1 or group[:2] in keys)
    return Concentrations(groups) if groups else Fraction(1)


def concentration_json(concentration: Concentration) -> str | list[dict[str, Any]]:
    """Return a concentration as JSON: a fraction as a string, or a list of objects."""
    return fraction_text(concentration) if isinstance(concentration, Fraction) else concentration.to_json()


def options_json(semantics: str, loss: str, chart: str, concentration: Concentration) -> dict[str, Any]:
    """Return in which units a learning coefficient is, as the header of a record has it.

    Examples
    --------
    >>> options_json("pseudo-utm", "log", "simplex", Fraction(1))
    {'semantics': 'pseudo-utm', 'loss': 'log', 'chart': 'simplex', 'prior_concentration': '1'}
    """
    named = {"semantics": semantics, "loss": loss, "chart": chart}
    return {**named, "prior_concentration": concentration_json(concentration)}


def asked(semantics: str, loss: str, chart: str, concentration: Concentration) -> dict[str, str]:
    """Return in which units a learning coefficient is, as what a person reads of it.

    Examples
    --------
    >>> asked("pseudo-utm", "log", "simplex", Fraction(1))
    {'semantics': 'pseudo-utm', 'loss': 'log', 'chart': 'simplex', 'prior concentration': '1'}
    """
    prior = number(concentration) if isinstance(concentration, Fraction) else str(concentration)
    return {"semantics": semantics, "loss": loss, "chart": chart, "prior concentration": prior}


def units(semantics: str, loss: str, chart: str, concentration: Concentration) -> str:
    """Return the same as a line; the prior only if it is not the usual one.

    Examples
    --------
    >>> units("pseudo-utm", "log", "simplex", Fraction(1, 2))
    'log loss, pseudo-utm, simplex chart, prior concentration 1/2'
    """
    known = asked(semantics, loss, chart, concentration)
    prior = "" if concentration == 1 else f", prior concentration {known['prior concentration']}"
    return f"{loss} loss, {semantics}, {chart} chart{prior}"


def _positive(concentration: Any) -> Fraction:
    return positive("prior concentration", concentration)


def _checked_group(group: Any) -> Group:
    known = isinstance(group, tuple) and len(group) in NAMES and isinstance(group[-1], str)
    if known and len(group) == 2:
        known = isinstance(group[0], int) and not isinstance(group[0], bool)
    elif known:
        known = all(isinstance(x, str) for x in group)
    if not known or group[-1] not in (KINDS if len(group) == 3 else KEY_KINDS + KINDS):
        near = did_you_mean(group[-1], KINDS) if known else ""
        raise ProblemError(f"prior concentration names {shown(_named(group))}; a group is {FORMS}{near}")
    return tuple(group)


def _named(group: Any) -> Any:
    return group[0] if isinstance(group, tuple) and len(group) == 1 else group


def _listed(entry: Any) -> tuple[Any, Any]:
    """Return the group and the number of an object of the JSON."""
    for names in NAMES.values():
        if isinstance(entry, Mapping) and set(entry) == {*names, "concentration"}:
            return tuple(entry[x] for x in names), entry["concentration"]
    raise ProblemError(
        f"prior concentration has the entry {shown(entry)}; it needs kind and concentration, or symbol and state, or"
        " tuple, too"
    )
