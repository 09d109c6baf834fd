"""What a certificate claims: the least λ over all codes, the largest m there, and a code that has both; or that no code
solves the problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._digits import fraction_text
from noisytm._records import Kind
from noisytm._schema import ANYTHING, BOOLEAN, COUNT, FRACTION, STRING, choice, either, entries, many, nullable
from noisytm._version import __version__
from noisytm.degeneracy.certificate import Certificate, check_record
from noisytm.degeneracy.counting import loss_factor
from noisytm.errors import CertificateError, FormatError, NoisytmError
from noisytm.geometry import Concentration
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import SEMANTICS, Semantics, checked_semantics
from noisytm.search.fixed import Choices
from noisytm.search.tables import TableSpace
from noisytm.search.tree.precisions import LEAST, CheckedPrecision, checked_least

FULL, LISTED = "full", "listed"
_TREE = {"version": STRING, "space": choice(FULL), "nodes": COUNT}
_LENGTH = entries(learning_coefficient=nullable(FRACTION), multiplicity=nullable(COUNT), bound=ANYTHING)
_OF_LISTS = entries(
    {"repeat": BOOLEAN, "keys": choice("noisy")},
    version=STRING,
    space=choice(LISTED),
    nodes=COUNT,
    problem=ANYTHING,
    semantics=STRING,
    loss=STRING,
    chart=STRING,
    prior_concentration=ANYTHING,
    unsolved=many(many(COUNT)),
    lengths=many(_LENGTH),
)
HEADER: Kind = Kind(
    "search-certificate",
    {
        1: either(
            entries({"precision": LEAST}, **_TREE, learning_coefficient=FRACTION, multiplicity=COUNT, bound=ANYTHING),
            entries(**_TREE, learning_coefficient={"type": "null"}, problem=ANYTHING),
            _OF_LISTS,
        )
    },
)


def header_of(bound: Mapping[str, Any], nodes: int, precision: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the header of the certificate of a minimum.

    Parameters
    ----------
    bound : mapping
        The record of the code that attains the minimum, as `LearningCoefficient.to_json` makes it; the problem, and
        what is asked, are those of this record.
    nodes : int
        Number of nodes of the tree; of all trees, where there are more.
    precision : mapping, optional
        What is claimed of the least Λ(s), as `precisions.least_of` makes it.
    """
    claimed = {name: bound[name] for name in ("learning_coefficient", "multiplicity")}
    head = {"version": __version__, "space": FULL, "nodes": nodes}
    least = {} if precision is None else {"precision": precision}
    return HEADER.tagged(head, claimed, {"bound": dict(bound)}, least)


def header_of_none(problem: SynthesisProblem, nodes: int) -> dict[str, Any]:
    """Return the header of the certificate that no code solves a problem; see `header_of`."""
    return HEADER.tagged(
        {"version": __version__, "space": FULL, "nodes": nodes, "learning_coefficient": None},
        {"problem": problem.to_json()},
    )


def header_of_lists(asked: Mapping[str, Any], unsolved: Sequence[Any], lengths: Sequence[Any], nodes: int) -> Any:
    """Return the header of the certificate of the least λ of lists, length by length.

    Parameters
    ----------
    asked : mapping
        The problem, over full tables, and the options, as JSON: ``problem``, ``semantics``, ``loss``, ``chart`` and
        ``prior_concentration``, and ``repeat`` and ``keys`` unless they are as usual.
    unsolved : sequence of sequence of int
        Sets of keys, by their numbers, with which no list solves the problem.
    lengths : sequence of mapping
        For each length ``learning_coefficient``, ``multiplicity``, and ``bound``, the record of a list that attains it.
    nodes : int
        Number of nodes of all trees.
    """
    head = {"version": __version__, "space": LISTED, "nodes": nodes}
    return HEADER.tagged(head, dict(asked), {"unsolved": [list(x) for x in unsolved], "lengths": list(lengths)})


def of_lists(header: Any) -> bool:
    """Return whether a header, whose form is checked, is that of lists.

    Raises
    ------
    CertificateError
        If it is none.
    """
    try:
        HEADER.number_of(header)
    except FormatError as error:
        raise CertificateError(str(error)) from None
    return bool(header["space"] == LISTED)


@dataclass(frozen=True)
class MinimumClaim:
    """What a tree has to prove; the code that attains it is checked already.

    Attributes
    ----------
    problem : SynthesisProblem
        The problem over the space.
    tables : TableSpace
        The space.
    choices : Choices
        What tuples may be set to, in the chart.
    semantics : Semantics
        How the step is relaxed.
    concentration : Fraction or Concentrations
        That of the prior.
    value : Fraction or None
        The least λ, of the log loss; ``None`` if no code is to solve the problem.
    multiplicity : int
        The largest m of codes that attain it.
    code : Certificate or None
        That of one.
    nodes : int
        How many nodes the trees are said to have.
    precision : CheckedPrecision, optional
        What is claimed of the least Λ(s), its codes checked already; it has trees of its own, behind that for λ.
    """

    problem: SynthesisProblem
    tables: TableSpace
    choices: Choices
    semantics: Semantics
    concentration: Concentration
    value: Fraction | None
    multiplicity: int
    code: Certificate | None
    nodes: int
    precision: CheckedPrecision | None = None

    @classmethod
    def checked(cls, header: Any, memory: int | None = None) -> MinimumClaim:
        """Check the header of a certificate of full tables, whose form is checked, and the certificate of its code.

        Raises
        ------
        CertificateError
            Naming the first thing that fails.
        """
        return cls._of_none(header) if "problem" in header else cls._of_code(header, memory)

    @classmethod
    def _of_none(cls, header: Mapping[str, Any]) -> MinimumClaim:
        try:
            problem = SynthesisProblem.from_json(header["problem"])
        except NoisytmError as error:
            raise CertificateError(f"the problem that no code solves: {error}") from None
        tables = TableSpace.over(problem)
        any_semantics = next(iter(SEMANTICS.values()))  # of runs without errors all are the same
        choices = Choices(tables, "simplex")
        return cls(
            tables.problem(problem), tables, choices, any_semantics, Fraction(1), None, 0, None, header["nodes"]
        )  # fmt: skip

    @classmethod
    def _of_code(cls, header: Mapping[str, Any], memory: int | None) -> MinimumClaim:
        try:
            code = check_record(header["bound"], memory)
        except CertificateError as error:
            raise CertificateError(f"the code that attains the minimum: {error}") from None
        for name, given, proved in (
            ("learning_coefficient", header["learning_coefficient"], fraction_text(code.value)),
            ("multiplicity", header["multiplicity"], code.multiplicity),
        ):
            if given != proved:
                raise CertificateError(f"{name} is claimed to be {given}, but the code attains {proved}")
        tables = TableSpace.of(code.machine.machine())
        if not code.face.is_code or set(tables.space.keys) != set(code.machine.keys):
            raise CertificateError(
                f"the code lists {len(code.machine.keys)} of {len(tables.space.keys)} tuples; the space of the claim is"
                " that of full tables"
            )
        return cls(
            code.problem,
            tables,
            Choices(tables, code.chart),
            checked_semantics(code.semantics),
            code.prior_concentration,
            code.value / loss_factor(code.loss),
            header["multiplicity"],
            code,
            header["nodes"],
            checked_least(header["precision"], code, memory) if "precision" in header else None,
        )
