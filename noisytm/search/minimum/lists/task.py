"""The search for the least learning coefficient over lists of tuples: for each list of keys that over its tables."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from noisytm import _clock
from noisytm._partial import ENDED, carrying
from noisytm.codespace import KEYS
from noisytm.geometry import BitFace, Face, concentration_within, face_in
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.lists.keys import KeyLists, Keys
from noisytm.search.minimum.start import SECONDS_TO_ANSWER
from noisytm.search.minimum.task import LeastCoefficient, alone
from noisytm.search.store import Begun, Finished, Incumbent, Piece, better, cut
from noisytm.search.tables import UNFIXED, TableSpace, keyed_problem

Place = tuple[int, ...]  # how many keys, the keys, and their choices

# Codes to begin with are looked for with so many lists of keys of each length; tables of so many are kept at hand.
STARTS, AT_HAND = 6, 256


@dataclass(frozen=True)
class LeastOfLists:
    """The least λ, and the largest m there, over all lists of at most so many tuples, for each length: a `Task`.

    A piece is a list of keys with a partial table over it. Each length is a search of its own, with an incumbent of its
    own.

    Parameters
    ----------
    asked : AskedOfAll
        What is asked, of full tables.
    most : int
        The most tuples of a list.
    attaining : Incumbent, optional
        A list that attains the least value of all, once that is known: then all lists that attain it are listed.
    repeat : bool
        Whether a key may be listed again.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well.
    recorded : bool
        Whether pieces are returned with their part of a certificate.
    """

    asked: AskedOfAll
    most: int
    attaining: Incumbent | None = None
    repeat: bool = False
    keys: str = KEYS[0]
    recorded: bool = False

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what belongs to this process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def lists(self) -> KeyLists:
        """The lists of keys."""
        asked = self.asked
        return KeyLists(asked.problem, asked.tables, self.most, self.in_order, self.repeat)

    @property
    def in_order(self) -> bool:
        """Whether the order of a list decides what it does: where keys err any may come to stand for any other."""
        return self.asked.how.in_order or self.keys != KEYS[0]

    @cached_property
    def _searches(self) -> dict[Keys, LeastCoefficient]:
        return {}

    def over(self, keys: Keys) -> LeastCoefficient:
        """Return the search over the tables with these keys."""
        if keys not in self._searches:
            if len(self._searches) >= AT_HAND:
                self._searches.clear()
            self._searches[keys] = LeastCoefficient(self.asked_of(keys), self.attaining, self.recorded)
        return self._searches[keys]

    def asked_of(self, keys: Keys) -> AskedOfAll:
        """Return what is asked of the tables with these keys."""
        return asked_of_keys(self.asked, self.lists.tables_of(keys), self.keys)

    def listing(self, attaining: Incumbent) -> LeastOfLists:
        """Return the search for all lists that attain what this one has found."""
        return replace(self, attaining=attaining, recorded=False)

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        full = LeastCoefficient(self.asked, self.attaining, self.recorded)
        kind = ({"repeat": True} if self.repeat else {}) | ({} if self.keys == KEYS[0] else {"keys": self.keys})
        return {**full.key, "space": "listed", "max_tuples": self.most, **kind}

    def group(self, place: Place) -> int:
        """Return the length of the lists of a piece, or of a code."""
        return place[0]

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return pieces that together are all of it: one at least for each list of keys that can solve the problem."""
        return cut(list(self._lists_of_keys()), self.expanded, many)

    def _lists_of_keys(self) -> Iterator[Piece]:
        for length in range(self.most + 1):
            for keys in self.lists.of_length(length):
                yield Piece((length, *keys, *[UNFIXED] * length))

    def expanded(self, piece: Piece) -> Sequence[Piece]:
        """Return the open parts of a piece; none if it has none that differ in what they attain."""
        return self.branches(piece, None)[0]

    def branches(self, piece: Piece, incumbent: Incumbent | None) -> tuple[Sequence[Piece], int]:
        """Return the open children of a piece, none if it has none, and how many nodes it has with all its children."""
        prefix, keys, table = parted(piece.place)
        if not keys:
            return [], 1
        below, nodes = self.over(keys).branches(Piece(table, piece.bound), seen_from(incumbent, prefix))
        return [Piece(prefix + child.place, child.bound) for child in below], nodes

    def compile(self) -> None:
        """Compile the search."""
        self.over((0,)).compile()

    def start(self) -> list[Incumbent]:
        """Return a good code of each length to begin with, where one was found."""
        best: dict[int, Incumbent] = {}
        try:
            for length in range(1, self.most + 1):
                self._start_with(best, length, list(self.lists.of_length(length)))
        except _clock.OutOfTime:  # the search ends as soon as it begins; with these codes, if there are any
            if not best:
                raise
        except ENDED as error:
            raise carrying(error, Begun(starts=list(best.values()))) from None
        return list(best.values())

    def _start_with(self, best: dict[int, Incumbent], length: int, lists: Sequence[Keys]) -> None:
        """Look for good codes over some of these lists of keys, and note the best."""
        for keys in random.Random(length).sample(lists, min(STARTS, len(lists))):
            for code in self.over(keys).start():
                found = better(best.get(length), whole(code, (length, *keys)))
                if found is not None:
                    best[length] = found

    def hurried(self) -> list[Incumbent]:
        """Return good codes over such lists of keys as were counted before the time ran out."""
        best: dict[int, Incumbent] = {}
        with suppress(_clock.OutOfTime), _clock.afresh(SECONDS_TO_ANSWER):
            for length in range(1, self.most + 1):
                self._start_with(best, length, self.lists.counted(length))
        return list(best.values())

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Search a piece; where the least value is known list all codes that attain it."""
        prefix, keys, table = parted(piece.place)
        if not keys:
            return alone(prefix, True, self.attaining)
        try:
            found = self.over(keys).search(Piece(table, piece.bound), seen_from(incumbent, prefix))
        except ENDED as error:
            so_far = getattr(error, "partial", None)
            if isinstance(so_far, Finished):
                so_far = replace(so_far, best=whole(so_far.best, prefix))
            raise carrying(error, so_far) from None
        record = dict(found.record)
        if "attained" in record:
            record["attained"] = [[[*prefix, *code], m] for code, m in record["attained"]]
        return replace(found, record=record, best=whole(found.best, prefix))

    def face(self, code: Place) -> Face | BitFace:
        """Return a code as the chart takes it."""
        _, keys, table = parted(code)
        asked = self.asked_of(keys)
        point = asked.point(table)
        return face_in(asked.chart, asked.problem.space, point)


def asked_of_keys(asked: AskedOfAll, tables: TableSpace, keys: str) -> AskedOfAll:
    """Return what is asked of the tables over some keys, which may be repeated, and may err.

    Parameters
    ----------
    asked : AskedOfAll
        What is asked of full tables.
    tables : TableSpace
        The tables over these keys.
    keys : {"exact", "noisy"}
        Whether they err.
    """
    within = concentration_within(asked.concentration, tables.space.keys)
    return replace(asked, problem=keyed_problem(asked.problem, tables, keys), tables=tables, concentration=within)


def parted(place: Place) -> tuple[Place, Keys, Place]:
    """Return what a place, or a code, begins with, length and keys; the keys; and the choices."""
    begins = 1 + place[0]
    return place[:begins], place[1:begins], place[begins:]


def whole(found: Incumbent | None, prefix: Place) -> Incumbent | None:
    """Return what was found over the tables of a list of keys, with the keys."""
    return None if found is None else replace(found, code=prefix + found.code)


def seen_from(incumbent: Incumbent | None, prefix: Place) -> Incumbent | None:
    """Return an incumbent as it is taken where tables of other keys are searched: what comes first stays first."""
    if incumbent is None:
        return None
    its, _, table = parted(incumbent.code)
    if its != prefix:
        table = () if its < prefix else (1 << 62,)
    return replace(incumbent, code=table)
