"""Leading terms of polynomials in one variable: of what does not cancel they are enough, whatever the degree."""

from __future__ import annotations

from noisytm.algebra.semirings import Semiring

Term = tuple[int, int]


class LeadingTerms(Semiring):
    """The terms c·h^k of lowest degree of polynomials in h in which every sum is of non-negative values, as (k, c).

    The leading term of a sum of such polynomials is that of the terms of least degree, and nothing cancels; that of a
    product is the product. So 1 stands for every polynomial that is 1 at h = 0, as 1 − h is.

    Examples
    --------
    >>> terms = LeadingTerms()
    >>> h = terms.variable()
    >>> terms.plus(terms.times(h, h), terms.sum([terms.times(h, h), terms.times(h, terms.times(h, h))]))
    (2, 2)
    """

    zero: Term = (-1, 0)
    one: Term = (0, 1)

    def variable(self) -> Term:
        """Return h."""
        return 1, 1

    def plus(self, a: Term, b: Term) -> Term:
        """Return the leading term of a + b."""
        if a is self.zero or b is self.zero:
            return b if a is self.zero else a
        if a[0] != b[0]:
            return min(a, b)
        return a[0], a[1] + b[1]

    def times(self, a: Term, b: Term) -> Term:
        """Return the leading term of a · b."""
        if a is self.zero or b is self.zero:
            return self.zero
        return a[0] + b[0], a[1] * b[1]
