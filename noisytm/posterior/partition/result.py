"""Which codes share the posterior, at each n."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._checks import one_of, whole
from noisytm._digits import fraction_text
from noisytm._records import Kind, Record, provenance
from noisytm._summary import Described, Grid, Summary, count, number
from noisytm._version import __version__
from noisytm.geometry import checked_concentration, concentration_json, units
from noisytm.machine import Description, listed_from_json
from noisytm.posterior.partition.form import GROUPINGS, PHASES
from noisytm.posterior.partition.shares import Share
from noisytm.show.curves import Curve, Curves, caption_of_key, save_curves
from noisytm.show.tables import Tabled

COLUMNS = {
    "n": "float64",
    "by": "string",
    "name": "string",
    "solves": "bool",
    "codes": "int64",
    "weight": "float64",
    "weight_error": "float64",
}
# The most curves of a picture: the groups that have the most at some n.
MOST_CURVES = 6
TITLES = {"learning_coefficient": "by exact λ", "used_tuples": "by used tuples", "cube": "by cube"}


@dataclass(frozen=True)
class Phase(Described):
    """The samples that round to one code.

    Attributes
    ----------
    machine : TuringMachine or Description
        The code; a list of tuples where keys err or are repeated.
    share : Share
        What part of the posterior they are, with its error.
    solves : bool
        Whether the code solves the problem.
    used_tuples : int
        How many tuples it uses on the inputs.
    learning_coefficient : Fraction or None
        Its exact λ; ``None`` where it does not solve the problem, or λ was not computed.
    multiplicity : int or None
        Its m, likewise.
    """

    machine: Description
    share: Share
    solves: bool
    used_tuples: int
    learning_coefficient: Fraction | None = None
    multiplicity: int | None = None

    def _summary(self) -> Summary:
        how = f"λ = {number(self.learning_coefficient)}, m = {number(self.multiplicity)}"
        how = how if self.solves else "does not solve"
        return Summary(f"share {self.share.value:.3g}; {how}; {count(self.used_tuples, 'used tuple')}")

    def to_json(self) -> dict[str, Any]:
        """Return the phase as a JSON object."""
        value = self.learning_coefficient
        return {
            "machine": self.machine.to_json(),
            "weight": self.share.value,
            "weight_error": self.share.error,
            "solves": self.solves,
            "used_tuples": self.used_tuples,
            "learning_coefficient": None if value is None else fraction_text(value),
            "multiplicity": self.multiplicity,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Phase:
        """Return the phase of a JSON object."""
        value = record["learning_coefficient"]
        return cls(
            listed_from_json(record["machine"]),
            Share(record["weight"], record["weight_error"]),
            record["solves"],
            record["used_tuples"],
            None if value is None else Fraction(value),
            record["multiplicity"],
        )


@dataclass(frozen=True)
class PhaseGroup(Described):
    """Phases that have something in common.

    Attributes
    ----------
    by : {"learning_coefficient", "used_tuples", "cube"}
        What they have in common; codes that do not solve the problem are a group of their own in the first.
    name : str
        What it is: λ, a number of tuples, or the tuples that are used with what they do.
    solves : bool
        Whether they solve the problem.
    codes : int
        How many different codes the samples of it round to: at most the number there are.
    share : Share
        Their part of the posterior.
    """

    by: str
    name: str
    solves: bool
    codes: int
    share: Share

    def to_json(self) -> dict[str, Any]:
        """Return the group as a JSON object."""
        share = {"weight": self.share.value, "weight_error": self.share.error}
        return {"by": self.by, "name": self.name, "solves": self.solves, "codes": self.codes, **share}


@dataclass(frozen=True)
class PhasesAt(Described):
    """The phases at one n.

    Attributes
    ----------
    n : float
        The n.
    samples : int
        How many samples there are, of all replicas.
    ties : int
        How many of them have a distribution whose largest entry is there twice: the first of equals was taken.
    solving : Share
        The share of samples that round to a code that solves the problem.
    codes : int
        How many different codes they round to.
    effective_codes : float
        exp of the entropy of the shares: how many equal phases would be as spread. Of few samples it is too small.
    not_computed : float
        The share of solving codes whose λ was not computed.
    phases : tuple of Phase
        The largest phases, in order of their share.
    groups : tuple of PhaseGroup
        All groups, by what they have in common, in order of their share.
    """

    n: float
    samples: int
    ties: int
    solving: Share
    codes: int
    effective_codes: float
    not_computed: float
    phases: tuple[Phase, ...]
    groups: tuple[PhaseGroup, ...]

    def by(self, grouping: str) -> tuple[PhaseGroup, ...]:
        """Return the groups of one grouping, in order of their share."""
        return tuple(group for group in self.groups if group.by == grouping)

    def to_json(self) -> dict[str, Any]:
        """Return the phases as a JSON object."""
        return {
            "n": self.n,
            "samples": self.samples,
            "ties": self.ties,
            "solving": self.solving.value,
            "solving_error": self.solving.error,
            "codes": self.codes,
            "effective_codes": self.effective_codes,
            "not_computed": self.not_computed,
            "phases": [phase.to_json() for phase in self.phases],
            "groups": [group.to_json() for group in self.groups],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> PhasesAt:
        """Return the phases of a JSON object."""
        groups = (
            PhaseGroup(g["by"], g["name"], g["solves"], g["codes"], Share(g["weight"], g["weight_error"]))
            for g in record["groups"]
        )
        solving = Share(record["solving"], record["solving_error"])
        return cls(
            record["n"], record["samples"], record["ties"], solving, record["codes"], record["effective_codes"],
            record["not_computed"], tuple(map(Phase.of_record, record["phases"])), tuple(groups),
        )  # fmt: skip


@dataclass(frozen=True)
class Overtaking(Described):
    """One group overtakes another.

    Attributes
    ----------
    by : str
        The grouping.
    first, second : str
        The names of the groups: from n on the second has more of the posterior.
    n : float
        Where their shares are equal.
    error : float
        The standard error of log n over replicas.
    replicas : int
        How many these are.
    """

    by: str
    first: str
    second: str
    n: float
    error: float
    replicas: int

    def _summary(self) -> Summary:
        return Summary(f"{self.second} overtakes {self.first} at n = {self.n:.3g}, log n ± {self.error:.2g}")


@dataclass(frozen=True)
class Phases(Record, Tabled):
    """Which codes share the posterior at each n: what `phases` returns.

    Attributes
    ----------
    problem_key : str
        `SynthesisProblem.key` of the problem.
    options : dict
        Semantics, loss, chart and prior concentration: the units of λ.
    replicas : int
        How many replicas the errors are over.
    sizes : tuple of PhasesAt
        By growing n.
    crossings : tuple of Overtaking
        Where one group overtakes another, of those that have the most at some n.
    about : tuple of str
        What its pictures say of the problem; empty in records that have its key alone.
    """

    problem_key: str
    options: dict[str, Any]
    replicas: int
    sizes: tuple[PhasesAt, ...]
    crossings: tuple[Overtaking, ...] = ()
    about: tuple[str, ...] = ()
    version: str = __version__
    kind: ClassVar[Kind] = PHASES
    columns: ClassVar[dict[str, str]] = COLUMNS

    def _summary(self) -> Summary:
        last = self.sizes[-1]
        rows = (
            (f"{at.n:g}", f"{at.solving.value:.3g}", f"{at.codes:,}", f"{at.effective_codes:.3g}", at.groups[0].name)
            for at in self.sizes
        )
        return Summary(
            f"{count(last.codes, 'code')} at n = {last.n:g}, of which {last.solving.value:.0%} of the posterior solves",
            {"replicas": self.replicas},
            Grid(("n", "solving", "codes", "effective", "largest λ group"), rows, len(self.sizes), "sizes"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the phases as a JSON object."""
        options = self.options | {"prior_concentration": concentration_json(self.options["prior_concentration"])}
        head = provenance(problem_key=self.problem_key, options=options, version=self.version)
        crossings = [dict(vars(found)) for found in self.crossings]
        sizes = [at.to_json() for at in self.sizes]
        body = {"replicas": self.replicas, "sizes": sizes, "crossings": crossings}
        return self.kind.tagged(head, body, {"about": list(self.about)} if self.about else {})

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Phases:
        options = dict(record["options"])
        options["prior_concentration"] = checked_concentration(options["prior_concentration"])
        return cls(
            record["problem_key"],
            options,
            record["replicas"],
            tuple(map(PhasesAt.of_record, record["sizes"])),
            tuple(Overtaking(**found) for found in record["crossings"]),
            tuple(record.get("about", ())),
            record["version"],
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each group at each n: what `write` writes."""
        for at in self.sizes:
            for group in at.groups:
                yield {"n": at.n, **group.to_json()}

    def plot(self, path: str | os.PathLike[str] | None = None, by: str | None = None) -> Any:
        """Draw the shares of the largest groups against n, ``.svg`` or ``.png``.

        Return the figure; it is written to a file where there is a path.

        Parameters
        ----------
        path : path, optional
            The file.
        by : {"learning_coefficient", "used_tuples", "cube"}, optional
            The groups that are drawn; by default all three, one below the other.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves([self.curves(one) for one in (GROUPINGS if by is None else (by,))], path)

    def curves(self, by: str = "learning_coefficient") -> Curves:
        """Return what the picture of the shares of some groups shows: those that have the most at some n."""
        one_of("by", by, GROUPINGS)
        shares = self.shares(by, MOST_CURVES)
        drawn = [
            Curve(name, tuple((at.n, share.value, share.error) for at, share in zip(self.sizes, along, strict=True)))
            for name, along in shares.items()
        ]
        title = f"Shares of the posterior {TITLES[by]}, with standard errors"
        known = units(*(self.options[name] for name in ("semantics", "loss", "chart", "prior_concentration")))
        about = (*(self.about or caption_of_key(self.problem_key)), f"λ: {known}; {count(self.replicas, 'replica')}")
        return Curves(title, "observations n", "share of the posterior", tuple(drawn), log_x=True, about=about)

    def shares(self, by: str, most: int | None = None) -> dict[str, tuple[Share, ...]]:
        """Return the shares of groups at each n, of the group that has the most at some n first.

        Parameters
        ----------
        by : {"learning_coefficient", "used_tuples", "cube"}
            Which groups.
        most : int, optional
            How many groups at most; by default all.

        Returns
        -------
        dict of str to tuple of Share
            By the names of the groups, a share for each of ``sizes``: 0 where no sample is in the group.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library, phases, words
        >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 1), 2)
        >>> draws = problem.space.sample(40, seed=1).reshape(2, 20, *problem.space.shape)
        >>> shares = phases(problem, {1.0: draws, 2.0: draws}).shares("used_tuples")
        >>> [len(along) for along in shares.values()][:2], round(sum(along[0].value for along in shares.values()), 9)
        ([2, 2], 1.0)
        """
        one_of("by", by, GROUPINGS)
        most = None if most is None else whole("most", most, 1)
        found: dict[str, list[Share]] = {}
        for i, at in enumerate(self.sizes):
            nothing = Share(0.0, None if at.solving.error is None else 0.0)
            for group in at.by(by):
                found.setdefault(group.name, [nothing] * len(self.sizes))[i] = group.share
        order = sorted(found, key=lambda name: -max(share.value for share in found[name]))
        return {name: tuple(found[name]) for name in order[:most]}
