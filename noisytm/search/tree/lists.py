"""What a certificate claims of lists, length by length, and the trees that prove it: one for each list of keys."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from noisytm import _clock
from noisytm._digits import fraction_text
from noisytm._summary import Described, Summary, count, number
from noisytm.codespace import KEYS
from noisytm.degeneracy.certificate import Certificate, check_record
from noisytm.degeneracy.counting import loss_factor
from noisytm.errors import CertificateError, NoisytmError
from noisytm.geometry import Concentration, checked_chart, checked_concentration, concentration_within
from noisytm.losses import checked_loss
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.fixed import FixedRuns, choices_of
from noisytm.search.tables import TableSpace, keyed_problem
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.confirming import Confirmer

Keys = tuple[int, ...]

# More lists of keys are neither searched nor checked.
MOST_LISTS = 1_000_000


def number_of_key_lists(keys: int, length: int, in_order: bool, repeat: bool) -> int:
    """Return how many lists of so many of N keys there are, in every order, or each in the order of the keys.

    Examples
    --------
    >>> [number_of_key_lists(4, 2, in_order, repeat) for in_order in (True, False) for repeat in (True, False)]
    [16, 12, 10, 6]
    """
    if in_order:
        return int(keys**length) if repeat else math.perm(keys, length)
    return math.comb(keys + length - 1, length) if repeat else math.comb(keys, length)


def key_lists(keys: int, length: int, in_order: bool, repeat: bool) -> Iterator[Keys]:
    """Yield them, rising.

    Examples
    --------
    >>> list(key_lists(2, 2, in_order=False, repeat=True))
    [(0, 0), (0, 1), (1, 1)]
    """
    numbers = range(keys)
    if in_order:
        return iter(itertools.product(numbers, repeat=length) if repeat else itertools.permutations(numbers, length))
    of = itertools.combinations_with_replacement if repeat else itertools.combinations
    return iter(of(numbers, length))


class Tree(NamedTuple):
    """One tree of a certificate: which keys are listed, and what it has to prove.

    Attributes
    ----------
    keys : tuple of int
        Their numbers in the full table.
    length : int or None
        Of lists of this length it bounds λ; ``None`` if it proves that no list with just these keys solves the problem.
    """

    keys: Keys
    length: int | None


@dataclass(frozen=True)
class CheckedLength(Described):
    """What is proved of the lists of one length.

    Attributes
    ----------
    tuples : int
        The length.
    value : Fraction or None
        The least λ; ``None`` if none of them solves the problem.
    multiplicity : int or None
        The largest m of those that attain it.
    code : Certificate or None
        That of one; of the list of no tuples, which has no coordinates, there is none.
    """

    tuples: int
    value: Fraction | None
    multiplicity: int | None
    code: Certificate | None

    def _summary(self) -> Summary:
        if self.value is None:
            return Summary(f"none of {count(self.tuples, 'tuple')} solves the problem")
        return Summary(
            f"of {count(self.tuples, 'tuple')}: least λ = {number(self.value)}, m = {number(self.multiplicity)}"
        )


@dataclass(frozen=True)
class ListsClaim:
    """What the trees have to prove; the lists that attain it are checked already.

    Attributes
    ----------
    problem, tables
        The problem over full tables, and these.
    semantics : Semantics
        How the step is relaxed.
    loss, chart : str
        The loss and the chart.
    concentration : Fraction or Concentrations
        That of the prior.
    repeat : bool
        Whether a key may be listed again.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err.
    unsolved : tuple of tuple of int
        Sets of keys with which no list solves the problem, nor with some of them only.
    lengths : tuple of CheckedLength
        What is claimed of each length, from 0 on.
    nodes : int
        How many nodes all trees are said to have.
    """

    problem: SynthesisProblem
    tables: TableSpace
    semantics: Semantics
    loss: str
    chart: str
    concentration: Concentration
    repeat: bool
    keys: str
    unsolved: tuple[Keys, ...]
    lengths: tuple[CheckedLength, ...]
    nodes: int

    @classmethod
    def checked(cls, header: Mapping[str, Any], memory: int | None = None) -> ListsClaim:
        """Check a header that has the form of one, and the certificates of its lists.

        Raises
        ------
        CertificateError
            Naming the first thing that fails.
        """
        try:
            problem = SynthesisProblem.from_json(header["problem"])
            tables, keys = TableSpace.over(problem), header.get("keys", KEYS[0])
            claim = cls(
                tables.problem(problem),
                tables,
                checked_semantics(header["semantics"]),
                checked_loss(header["loss"]),
                checked_chart(header["chart"]),
                checked_concentration(header["prior_concentration"]),
                header.get("repeat", False),
                keys,
                tuple(tuple(unsolved) for unsolved in header["unsolved"]),
                (),
                header["nodes"],
            )
            claim.semantics.require(keyed_problem(problem, tables, keys), claim.chart)
        except NoisytmError as error:
            raise CertificateError(f"what is asked of the lists: {error}") from None
        claim._require_unsolved()
        claim._require_few(len(header["lengths"]))
        lengths = (claim._length(n, of, memory) for n, of in enumerate(header["lengths"]))
        return replace(claim, lengths=tuple(lengths))

    @property
    def in_order(self) -> bool:
        """Whether the order of a list decides what it does."""
        return self.semantics.in_order or self.keys != KEYS[0]

    @property
    def codes(self) -> int:
        """How many lists there are."""
        n, actions = len(self.tables.space.keys), self.tables.actions
        return sum(
            number_of_key_lists(n, x.tuples, self.in_order, self.repeat) * actions**x.tuples for x in self.lengths
        )

    @property
    def best(self) -> tuple[Fraction | None, int | None]:
        """λ and m of the best length; ``None`` of both if no list solves the problem."""
        ranks = [(x.value, -(x.multiplicity or 0)) for x in self.lengths if x.value is not None]
        if not ranks:
            return None, None
        value, less = min(ranks)
        return value, -less

    def _require_unsolved(self) -> None:
        keys = len(self.tables.space.keys)
        for chosen in self.unsolved:
            if not chosen or list(chosen) != sorted(set(chosen)) or chosen[-1] >= keys:
                raise CertificateError(f"unsolved names {list(chosen)}, which is no rising list of some of {keys} keys")

    def _require_few(self, lengths: int) -> None:
        keys, total = len(self.tables.space.keys), 0
        for n in range(lengths):
            total += number_of_key_lists(keys, n, self.in_order, self.repeat)
            if total > MOST_LISTS:
                raise CertificateError(
                    f"there are more than {MOST_LISTS:,} lists of keys of at most {lengths - 1} tuples"
                )

    def _length(self, n: int, of: Mapping[str, Any], memory: int | None) -> CheckedLength:
        """Check what is claimed of one length; of none tuples at once."""
        given = of["learning_coefficient"], of["multiplicity"]
        if n == 0:
            nothing = TableSpace(replace(self.tables.space, keys=()), self.tables.halting)
            solves = FixedRuns(self.problem, nothing).decided([])[0] is None
            if (of["bound"], given) != (None, ("0", 1) if solves else (None, None)):
                said = "solves the problem, with λ = 0 and m = 1" if solves else "does not solve the problem"
                raise CertificateError(f"of the list of no tuples something else is claimed than that it {said}")
            return CheckedLength(0, Fraction(0) if solves else None, 1 if solves else None, None)
        if of["bound"] is None:
            if given != (None, None):
                raise CertificateError(
                    f"λ = {given[0]} is claimed of lists of {count(n, 'tuple')}, and no list is given"
                )
            return CheckedLength(n, None, None, None)
        try:
            code = check_record(of["bound"], memory)
            self._require_of(code, n)
        except NoisytmError as error:
            raise CertificateError(f"the list of {count(n, 'tuple')} that attains the least: {error}") from None
        if given != (fraction_text(code.value), code.multiplicity):
            raise CertificateError(
                f"λ = {given[0]}, m = {given[1]} are claimed of lists of {count(n, 'tuple')}, but the one that is given"
                f" attains {code.value} and {code.multiplicity}"
            )
        return CheckedLength(n, code.value, int(of["multiplicity"]), code)

    def _require_of(self, code: Certificate, n: int) -> None:
        """Refuse a list that is not one of those that are asked about, or to which something else was asked."""
        listed = code.machine
        if len(listed.tuples) != n or not code.face.is_code or (listed.repeats and not self.repeat):
            raise CertificateError(
                f"it lists {count(len(listed.tuples), 'tuple')}, or is none of those that are searched"
            )
        asked = (
            self.tables.problem(code.problem),
            KEYS[code.problem.space.noisy_keys],
            code.semantics,
            code.loss,
            code.chart,
            code.prior_concentration,
        )
        within = concentration_within(self.concentration, listed.keys)
        if asked != (self.problem, self.keys, self.semantics.name, self.loss, self.chart, within):
            raise CertificateError("its certificate is about another problem, or other options, than the search")

    def trees(self) -> Iterator[Tree]:
        """Yield the trees in their order: that sets of keys solve nothing, then every list of keys that is left."""
        for chosen in self.unsolved:
            yield Tree(chosen, None)
        sets, keys = [set(chosen) for chosen in self.unsolved], len(self.tables.space.keys)
        for n in range(1, len(self.lengths)):
            for chosen in key_lists(keys, n, self.in_order, self.repeat):
                _clock.tick()
                if not any(unsolved.issuperset(chosen) for unsolved in sets):
                    yield Tree(chosen, n)

    def name(self, tree: Tree) -> str:
        """Return which tree that is, for messages."""
        keys = "; ".join(", ".join(self.tables.space.keys[k]) for k in tree.keys)
        return f"the tree over the keys {keys}"

    def replay(self, tree: Tree, memory: int | None = None) -> Replay:
        """Return what checks one tree."""
        space = self.tables.space
        tables = TableSpace(replace(space, keys=tuple(space.keys[k] for k in tree.keys)), self.tables.halting)
        keys = KEYS[0] if tree.length is None else self.keys
        problem = keyed_problem(self.problem, tables, keys)
        choices = choices_of(problem, tables, self.chart)
        within = concentration_within(self.concentration, tables.space.keys)
        weights = choices.weights(Fraction(1) if tree.length is None else within)
        value, multiplicity = None, 0
        if tree.length is not None and (least := self.lengths[tree.length]).value is not None:
            value, multiplicity = least.value / loss_factor(self.loss), least.multiplicity or 0
        confirmer = Confirmer(problem, self.semantics, choices, memory)
        return Replay(choices, len(problem.inputs), weights, value, multiplicity, confirmer)
