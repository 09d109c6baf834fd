"""Searching the open pieces of a store, in rounds; the result does not depend on who searches them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from noisytm import _clock, _memory, _progress
from noisytm._checks import listed, memory_of, whole, workers_of
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._text import shown
from noisytm.errors import BudgetError, FormatError, ProblemError
from noisytm.search.store.hands import Hands, Here, Lost
from noisytm.search.store.outlook import OpenPieces
from noisytm.search.store.piece import AsFarAs, Begun, Finished, Incumbent, Piece, Start, Task
from noisytm.search.store.store import MANY, Store

# A piece that kills whoever has it is begun so often.
TRIES = 5
MOST_PIECES = 1_000_000
# More processes than a cluster has: how many they are is not known beforehand.
MANY_PROCESSES = 1 << 14
SECONDS_BETWEEN_LOOKS = 0.25

Result = TypeVar("Result")


class Foresight(Protocol):
    """What is said of a search while it goes on: how large it is, and how long it will take."""

    def add(self, found: Finished) -> None:
        """Note a piece that is finished."""

    def __str__(self) -> str:
        """Return it in words; nothing while nothing is known."""


LooksAhead = Callable[[OpenPieces], Foresight]


@dataclass(frozen=True)
class Ways:
    """Who searches, and what is kept; nothing of it changes what is found.

    Parameters
    ----------
    workers : int
        Number of processes on this machine.
    scheduler : str or distributed.Client, optional
        A running dask cluster, whose workers search instead.
    resume : path, optional
        The store: a file that keeps what is found, and that is gone on from.
    merge : sequence of paths
        Stores of the same search, of which everything is taken over first.
    share : (int, int), optional
        ``(i, n)``: search only the i-th of n shares of the pieces, i from 1 to n, for machines that do not know of
        each other; the stores are merged afterwards.
    pieces : int, optional
        Into how many pieces at least a search is cut that begins; by default as many as suit it. More are for clusters.
    per_round : int, optional
        How many pieces make a round, by default a sixteenth of them and 64 at least: all pieces of one are searched
        with what was known before the previous one ended.
    memory : int, optional
        Most memory to take, in bytes: this process and its others share it; each worker of a cluster may take it.

    Raises
    ------
    ProblemError
        If a number is out of range, or both workers and a scheduler are given.
    """

    workers: int = 1
    scheduler: Any = None
    resume: str | os.PathLike[str] | None = None
    merge: Sequence[str | os.PathLike[str]] = ()
    share: tuple[int, int] | None = None
    pieces: int | None = None
    per_round: int | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "workers", workers_of(self.workers))
        object.__setattr__(self, "memory", memory_of(self.memory))
        for name in ("pieces", "per_round"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, whole(name, getattr(self, name), 1, MOST_PIECES))
        if self.scheduler is not None and self.workers > 1:
            raise ProblemError(
                f"workers is {shown(self.workers)} beside a scheduler, whose workers search instead;"
                " give one of the two"
            )
        merge = (self.merge,) if isinstance(self.merge, (str, os.PathLike)) else self.merge
        object.__setattr__(self, "merge", listed("the stores to merge", merge, ProblemError))
        if self.share is not None:
            object.__setattr__(self, "share", _checked_share(self.share))

    @property
    def plain(self) -> bool:
        """Whether this process does all, and nothing is kept."""
        given = self.scheduler, self.resume, self.share, self.pieces, self.per_round
        return self.workers == 1 and not self.merge and all(value is None for value in given)

    @property
    def processes(self) -> int:
        """How many processes search, at most."""
        return self.workers if self.scheduler is None else MANY_PROCESSES

    def hands(self, task: Task, pieces: int) -> Hands:
        """Return who searches so many pieces of a task."""
        if self.scheduler is not None:
            from noisytm.search.store.cluster import Cluster

            return Cluster(task, self.scheduler, self.memory)
        workers = min(self.workers, pieces)
        if workers < 2:
            return Here(task)
        from noisytm.search.store.processes import Processes

        return Processes(task, workers, None if self.memory is None else self.memory // (workers + 1))


def searched(
    task: Task,
    total: Callable[[Store], Result],
    ways: Ways | None = None,
    start: Start | None = None,
    after: Mapping[str, Any] | None = None,
    many: int = MANY,
    show: bool = False,
    outlook: LooksAhead | None = None,
) -> Result:
    """Search all pieces of a task, and return what they come to.

    Parameters
    ----------
    task : Task
        What is searched.
    total : callable
        Makes the result of the store, also of one that is not complete.
    ways : Ways, optional
        Who searches; by default this process, and nothing is kept.
    start : callable, optional
        Finds a good code to begin with, or one for each of several searches; called unless a store has one.
    after : mapping, optional
        The key of a search that had to be finished before: where the store has all of it, this one begins there.
    many : int
        Into how many pieces it is cut if ``ways`` does not say.
    show : bool
        Whether to show a progress bar, also outside a block of `_progress.shown`.
    outlook : callable, optional
        Looks ahead once there is something to search.

    Raises
    ------
    FormatError
        If a store cannot be read or written, or is that of another search.
    BudgetError
        If time or memory run out, or a piece is lost again and again; as on an interrupt, ``partial`` is then what the
        finished pieces come to.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`.
    """
    ways = Ways() if ways is None else ways
    with _memory.limited(ways.memory), ExitStack() as opened:
        try:
            first = None if ways.merge else start
            store = Store(task, ways.resume, ways.pieces or many, ways.per_round, after, first)
        except ENDED as error:
            raise carrying(error, _before_the_cut(task, total, getattr(error, "partial", None))) from None
        opened.enter_context(store)
        _require_same_cut(store, ways)
        for path in ways.merge:
            store.merge(path, task.key)
        try:
            if start is not None and not (store.started or store.complete or (store.new and first is not None)):
                for known in start():
                    store.propose(known)
            search_open(task, store, ways, show, outlook)
        except ENDED as error:
            store.see(getattr(error, "partial", None))
            with _clock.afresh(_clock.MOST_SECONDS), _memory.unlimited():
                raise carrying(error, total(store)) from None
        return total(store)


def _before_the_cut(task: Task, total: Callable[[Store], Result], known: Any) -> Result | Begun | None:
    """Return what a search comes to that was ended before it was cut; what is known of it if it has no pieces yet."""
    if not isinstance(known, Begun) or not known.pieces:
        return known if isinstance(known, Begun) else None
    with _clock.afresh(_clock.MOST_SECONDS), _memory.unlimited(), Store(AsFarAs(task, known)) as store:
        for code in known.starts:
            store.propose(code)
        return total(store)


def search_open(
    task: Task,
    store: Store,
    ways: Ways,
    show: bool = False,
    outlook: LooksAhead | None = None,
) -> None:
    """Have the open pieces of a store searched, best first; each is in the store as soon as it is finished."""
    open_ = [number for number in store.open if ways.share is None or number % ways.share[1] == ways.share[0] - 1]
    if not open_:
        return
    with (
        closing(ways.hands(task, len(open_))) as hands,
        _progress.counted("pieces", len(store.pieces), done=store.done, show=show) as bar,
    ):
        bar.note(_bracket(store))
        _Rounds(store, hands, open_, None if outlook is None else outlook(_Asked(store, open_))).run(bar)


@dataclass(frozen=True)
class _Asked:
    """The open pieces of a store that are searched now."""

    store: Store
    open: Sequence[int]

    @property
    def pieces(self) -> Sequence[Piece]:
        return self.store.pieces

    def incumbent_of(self, piece: Piece) -> Incumbent | None:
        return self.store.incumbent_of(piece)


class _Rounds:
    """The pieces that are to be searched, and those that somebody has."""

    def __init__(self, store: Store, hands: Hands, numbers: Sequence[int], outlook: Foresight | None) -> None:
        self.store, self.hands, self.outlook = store, hands, outlook
        self.todo = list(reversed(numbers))
        self.begun: set[int] = set()
        self.tries: Counter[int] = Counter()
        self._round = -1
        self._incumbents: Mapping[int, Incumbent | None] = {}

    def run(self, bar: _progress.Bar) -> None:
        while self.todo or self.begun:
            self._hand_out()
            for number, found in self.hands.ended(SECONDS_BETWEEN_LOOKS):
                self.begun.discard(number)
                if isinstance(found, Lost):
                    self._again(number, found)
                    continue
                self.store.keep(number, found)
                bar.to(self.store.done)
                bar.note(self.note(found))
            _clock.tick()

    def note(self, found: Finished) -> str:
        """Return what is known, and what is to come."""
        if self.outlook is None:
            return _bracket(self.store)
        self.outlook.add(found)
        return "; ".join(filter(None, (_bracket(self.store), str(self.outlook))))

    def _hand_out(self) -> None:
        while self.todo and self.hands.room() > 0:
            number = self.todo[-1]
            round_ = number // self.store.per_round
            if round_ != self._round:
                if min(self.begun, default=number) < self.store.first_before(round_):
                    return
                self._round, self._incumbents = round_, self.store.incumbents_for(round_)
            self.todo.pop()
            self.begun.add(number)
            incumbent = self._incumbents.get(self.store.group(number))
            self.hands.begin(number, self.store.pieces[number], incumbent)

    def _again(self, number: int, lost: Lost) -> None:
        self.tries[number] += lost.times
        if self.tries[number] >= TRIES:
            raise BudgetError(
                f"a worker that searched piece {number} was lost, again and again, perhaps because memory ran out;"
                " use fewer workers, or more and smaller pieces"
            )
        self.todo.append(number)


def _require_same_cut(store: Store, ways: Ways) -> None:
    for name, given, its in (("pieces", ways.pieces, store.many), ("per_round", ways.per_round, store.per_round)):
        if given is not None and given != its:
            raise FormatError(
                f"{name} is {given}, and the store {shown(store.path)} was begun with {its}; a search that goes on"
                f" keeps its pieces; leave out {name}, or give another file"
            )


def _bracket(store: Store) -> str:
    """Return what is known of the least value, for the progress."""
    best = store.incumbent
    if best is None:
        return ""
    lower = store.lower
    return f"between {fraction_text(best.value if lower is None else lower)} and {fraction_text(best.value)}"


def _checked_share(share: Any) -> tuple[int, int]:
    if not isinstance(share, (tuple, list)) or len(share) != 2:
        raise ProblemError(f"share is {shown(share)}; give two numbers, (i, n) for the i-th of n shares")
    of = whole("share, of how many,", share[1], 1)
    return whole("share", share[0], 1, of), of
