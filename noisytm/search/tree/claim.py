"""What a certificate of a minimum claims: the least λ over all codes, the largest m there, and a code that has both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._digits import fraction_text
from noisytm._records import Kind
from noisytm._schema import ANYTHING, COUNT, FRACTION, STRING, choice, entries
from noisytm._version import __version__
from noisytm.degeneracy.certificate import Certificate, check_record
from noisytm.degeneracy.counting import loss_factor
from noisytm.errors import CertificateError, FormatError
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.fixed import Choices
from noisytm.search.tables import TableSpace

FULL = "full"
HEADER: Kind = Kind(
    "search-certificate",
    {
        1: entries(
            version=STRING,
            space=choice(FULL),
            learning_coefficient=FRACTION,
            multiplicity=COUNT,
            nodes=COUNT,
            bound=ANYTHING,
        )
    },
)


def header_of(bound: Mapping[str, Any], nodes: int) -> dict[str, Any]:
    """Return the header of a certificate.

    Parameters
    ----------
    bound : mapping
        The record of the code that attains the minimum, as `LearningCoefficient.to_json` makes it; the problem, and
        what is asked, are those of this record.
    nodes : int
        Number of nodes of the tree.
    """
    return HEADER.tagged(
        {
            "version": __version__,
            "space": FULL,
            "learning_coefficient": bound["learning_coefficient"],
            "multiplicity": bound["multiplicity"],
            "nodes": nodes,
            "bound": dict(bound),
        }
    )


@dataclass(frozen=True)
class MinimumClaim:
    """The upper side, checked: a code with its certificate; and what the tree has to prove.

    Attributes
    ----------
    code : Certificate
        That of the code.
    nodes : int
        How many nodes the tree is said to have.
    """

    code: Certificate
    nodes: int

    @classmethod
    def checked(cls, header: Any, memory: int | None = None) -> MinimumClaim:
        """Check the header of a certificate, and the certificate of its code.

        Raises
        ------
        CertificateError
            Naming the first thing that fails.
        """
        try:
            HEADER.number_of(header)
        except FormatError as error:
            raise CertificateError(str(error)) from None
        try:
            code = check_record(header["bound"], memory)
        except CertificateError as error:
            raise CertificateError(f"the code that attains the minimum: {error}") from None
        claim = cls(code, header["nodes"])
        for name, given, proved in (
            ("learning_coefficient", header["learning_coefficient"], fraction_text(code.value)),
            ("multiplicity", header["multiplicity"], code.multiplicity),
        ):
            if given != proved:
                raise CertificateError(f"{name} is claimed to be {given}, but the code attains {proved}")
        claim.require_full()
        return claim

    def require_full(self) -> None:
        """Raise `CertificateError` unless the code is a vertex of all full tables."""
        if not self.code.face.is_code or set(self.tables.space.keys) != set(self.code.machine.keys):
            raise CertificateError(
                f"the code lists {len(self.code.machine.keys)} of {len(self.tables.space.keys)} tuples; the space of"
                " the claim is that of full tables"
            )

    @property
    def tables(self) -> TableSpace:
        """The space."""
        return TableSpace.of(self.code.machine)

    @property
    def semantics(self) -> Semantics:
        """How the step is relaxed."""
        return checked_semantics(self.code.semantics)

    @property
    def choices(self) -> Choices:
        """What tuples may be set to."""
        return Choices(self.tables, self.code.chart)

    @property
    def value(self) -> Fraction:
        """The least λ, of the log loss."""
        return self.code.value / loss_factor(self.code.loss)
