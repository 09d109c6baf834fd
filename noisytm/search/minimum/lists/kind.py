"""Which lists are searched: how long they are at most, whether keys may be repeated, and whether they err."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._checks import flag, one_of, whole
from noisytm.codespace import KEYS
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, chart_at, weights
from noisytm.problem import SynthesisProblem
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.tables import keyed_problem


@dataclass(frozen=True)
class ListKind:
    """Which lists are searched.

    Parameters
    ----------
    most : int or None
        The most tuples of a list; ``None`` for as many as the shortest have that solve the problem.
    repeat : bool
        Whether a key may be listed again.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well.
    """

    most: int | None
    repeat: bool
    keys: str

    @classmethod
    def asked(cls, problem: SynthesisProblem, most: Any, repeat: Any, keys: Any) -> ListKind:
        """Return the kind that arguments ask for; keys are those of the problem where nothing is said.

        Raises
        ------
        ProblemError
            If there is no such kind.

        Examples
        --------
        >>> from noisytm import library
        >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 2, keys="noisy")
        >>> ListKind.asked(problem, 3, False, None)
        ListKind(most=3, repeat=False, keys='noisy')
        """
        return cls(
            None if most is None else whole("max_tuples", most, 0),
            flag("repeat", repeat, ProblemError),
            KEYS[problem.space.noisy_keys] if keys is None else one_of("keys", keys, KEYS, ProblemError),
        )

    @property
    def plain(self) -> bool:
        """Whether all tuples are known by their keys."""
        return not self.repeat and self.keys == KEYS[0]

    def require_none(self) -> None:
        """Refuse what is said of lists where the codes are full tables."""
        if self.most is not None:
            raise ProblemError('max_tuples is for space="listed"; a full table lists all tuples')
        if self.repeat:
            raise ProblemError('repeat is for space="listed"; a full table lists each key once')
        if self.keys != KEYS[0]:
            raise ProblemError(
                "noisy keys: a search over full tables is not available; where keys err a code is a list: give"
                ' space="listed", or keys="exact"'
            )

    def require_groups(self, asked: AskedOfAll) -> None:
        """Refuse charts and concentrations that the lists do not have, or not all of them.

        A tuple that is known by its number is another one in every list.
        """
        groups = () if isinstance(asked.concentration, Fraction) else asked.concentration.groups
        if any(len(group) == 2 or (len(group) > 1 and not self.plain) for group, _ in groups):
            raise ProblemError(
                "prior concentration names a tuple; a search takes all tuples of a list alike, but for their keys where"
                " these neither err nor are repeated: give one concentration to each kind"
            )
        if not self.plain and not CHARTS.named(asked.chart).by_number:
            raise ProblemError(
                f"noisy keys, or repeated ones: the {asked.chart} chart is not available; use another, such as simplex"
            )
        if self.keys != KEYS[0] and CHARTS.named(asked.chart).binary:
            raise ProblemError(
                f"noisy keys: a search in the {asked.chart} chart is not available: it is over lists of keys, and there"
                " a key has several strings of digits, of different cost; use another chart, such as simplex, or ask"
                " noisytm bound for single lists"
            )
        if asked.tables.space.keys:
            space = keyed_problem(asked.problem, asked.tables, self.keys).space
            weights(asked.concentration, chart_at(asked.chart, space, asked.point([0] * len(asked.tables.space.keys))))
